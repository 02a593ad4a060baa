import { axisIndex, type IndexExpr, isAffine, linearIndex, type Shape, type Value } from '@manabi/ir';
import { ElementExpressions, type IndexedGraph } from './element.ts';

/** A value as strides over the memory of another: where its element at (i, j, …) lies, in elements. */
export interface StridedView {
  readonly root: Value;
  readonly offset: number;
  readonly strides: readonly number[];
}

class NotAView extends Error {}

/**
 * The value as a strided view of a value that has memory, through layout operators alone, or null if it is computed or
 * has no such strides.
 */
export function stridedView(
  graph: IndexedGraph,
  hasMemory: (value: Value) => boolean,
  value: Value,
): StridedView | null {
  const shape: Shape = graph.types[value].shape;
  const refuse = (): never => {
    throw new NotAView();
  };
  const expressions = new ElementExpressions<{ root: Value; index: IndexExpr }>(graph, {
    load: (root, index) => (hasMemory(root) ? { root, index: linearIndex(index, graph.types[root].shape) } : undefined),
    constant: refuse,
    instruction: refuse,
    fromIndex: refuse,
    toIndex: refuse,
  });
  try {
    const { root, index } = expressions.element(
      value,
      shape.map((extent, axis) => axisIndex(axis, extent)),
    );
    if (!isAffine(index)) return null;
    const strides = shape.map(
      (_, axis) => index.terms.find(({ atom }) => atom.kind === 'axis' && atom.axis === axis)?.factor ?? 0,
    );
    return { root, offset: index.constant, strides };
  } catch (error) {
    if (error instanceof NotAView) return null;
    throw error;
  }
}

/**
 * Several axes as one: its stride, if stepping over the last of them again and again visits all of them in row-major
 * order; null otherwise. No axes, or axes of one element, have stride 0.
 */
export function mergedStride(extents: readonly number[], strides: readonly number[]): number | null {
  let inner: { extent: number; stride: number } | null = null;
  for (let axis = extents.length - 1; axis >= 0; axis--) {
    if (extents[axis] === 1) continue;
    if (inner === null) inner = { extent: extents[axis], stride: strides[axis] };
    else if (strides[axis] === inner.stride * inner.extent)
      inner = { extent: inner.extent * extents[axis], stride: inner.stride };
    else return null;
  }
  return inner?.stride ?? 0;
}

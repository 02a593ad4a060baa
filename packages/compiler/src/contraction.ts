import type { Attributes, Node, Value } from '@manabi/ir';
import type { IndexedGraph } from './element.ts';
import { mergedStride, type StridedView, stridedView } from './strided-view.ts';

/** One operand of a matrix product as strides over a value that has memory. */
export interface ContractionOperand {
  readonly root: Value;
  readonly offset: number;
  readonly batchStrides: readonly number[];
  readonly freeStride: number;
  readonly contractStride: number;
}

/** A `dot` node as batched matrix products. */
export interface Contraction {
  readonly batch: readonly number[];
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly left: ContractionOperand;
  readonly right: ContractionOperand;
}

/** Operands of a `dot` that must be copied to memory of their own before it can run, or the products that it is. */
export type ContractionPlan =
  | { readonly kind: 'copy'; readonly operands: readonly Value[] }
  | { readonly kind: 'ready'; readonly contraction: Contraction };

/** How a `dot` node reads its operands, given which values have memory. */
export function planContraction(
  graph: IndexedGraph,
  node: Node,
  attributes: Attributes['dot'],
  hasMemory: (value: Value) => boolean,
): ContractionPlan {
  const [leftValue, rightValue] = node.operands;
  const leftShape = graph.types[leftValue].shape;
  const rightShape = graph.types[rightValue].shape;
  const { batch, contract } = attributes;
  const freeOf = (rank: number, used: readonly number[]) =>
    Array.from({ length: rank }, (_, axis) => axis).filter((axis) => !used.includes(axis));
  const leftFree = freeOf(
    leftShape.length,
    [...batch, ...contract].map(([left]) => left),
  );
  const rightFree = freeOf(
    rightShape.length,
    [...batch, ...contract].map(([, right]) => right),
  );

  const leftView = forwardView(graph, hasMemory, leftValue);
  const rightView = forwardView(graph, hasMemory, rightValue);
  const missing: Value[] = [];
  if (leftView === null) missing.push(leftValue);
  if (rightView === null) missing.push(rightValue);
  if (leftView === null || rightView === null) return { kind: 'copy', operands: missing };

  const merge = (shape: readonly number[], strides: readonly number[], axes: readonly number[]) =>
    mergedStride(
      axes.map((axis) => shape[axis]),
      axes.map((axis) => strides[axis]),
    );
  // The order in which terms are summed is free: that in which the left operand lies in memory may merge where the given
  // one does not.
  const given = contract.map((_, i) => i);
  const byMemory = [...given].sort(
    (a, b) => Math.abs(leftView.strides[contract[b][0]]) - Math.abs(leftView.strides[contract[a][0]]),
  );
  const orders = [given, byMemory].map((order) => ({
    left: merge(
      leftShape,
      leftView.strides,
      order.map((i) => contract[i][0]),
    ),
    right: merge(
      rightShape,
      rightView.strides,
      order.map((i) => contract[i][1]),
    ),
  }));
  const contracted = orders.find(({ left, right }) => left !== null && right !== null) ?? orders[0];
  const free = {
    left: merge(leftShape, leftView.strides, leftFree),
    right: merge(rightShape, rightView.strides, rightFree),
  };
  if (free.left === null || contracted.left === null) missing.push(leftValue);
  if (free.right === null || contracted.right === null) missing.push(rightValue);
  if (free.left === null || free.right === null || contracted.left === null || contracted.right === null) {
    return { kind: 'copy', operands: missing };
  }
  const product = (shape: readonly number[], axes: readonly number[]) =>
    axes.reduce((size, axis) => size * shape[axis], 1);
  return {
    kind: 'ready',
    contraction: {
      batch: batch.map(([axis]) => leftShape[axis]),
      m: product(leftShape, leftFree),
      n: product(rightShape, rightFree),
      k: product(
        leftShape,
        contract.map(([axis]) => axis),
      ),
      left: {
        root: leftView.root,
        offset: leftView.offset,
        batchStrides: batch.map(([axis]) => leftView.strides[axis]),
        freeStride: free.left,
        contractStride: contracted.left,
      },
      right: {
        root: rightView.root,
        offset: rightView.offset,
        batchStrides: batch.map(([, axis]) => rightView.strides[axis]),
        freeStride: free.right,
        contractStride: contracted.right,
      },
    },
  };
}

/** A view that steps through memory forwards only: routines count on it. */
function forwardView(graph: IndexedGraph, hasMemory: (value: Value) => boolean, value: Value): StridedView | null {
  const view = stridedView(graph, hasMemory, value);
  return view?.strides.every((stride) => stride >= 0) ? view : null;
}

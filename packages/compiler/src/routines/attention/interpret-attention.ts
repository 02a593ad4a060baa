import { applyComposite, graphBuilder, hostArray, newElements, type Shape, sizeOf } from '@manabi/ir';
import { interpret } from '@manabi/ir/reference';
import type { RoutineRun } from '../routine-run.ts';
import type { AttentionAttributes, AttentionOperand } from './attention.ts';

/** Runs the body of the composite: the reference implementation of the routine `attention`. */
export function interpretAttention(
  { dtype, batch, queries, keys, features, width, scale, causal, query, key, value, mask }: AttentionAttributes,
  { operands, results: [result] }: RoutineRun,
): void {
  const given = [
    { operand: query, shape: [queries, features], dtype },
    { operand: key, shape: [keys, features], dtype },
    { operand: value, shape: [keys, width], dtype },
    ...(mask === null
      ? []
      : [{ operand: mask, shape: [queries, keys], dtype: mask.isAdded ? ('float32' as const) : ('bool' as const) }]),
  ];
  const b = graphBuilder();
  const types = given.map((each) => ({ dtype: each.dtype, shape: [...batch, ...each.shape] }));
  const inputs = types.map((type) => b.input(type));
  const graph = b.finish(applyComposite(b, 'attention', inputs, { scale, causal }));
  const arrays = given.map(({ operand }, i) => {
    const { dtype: of, shape } = types[i];
    const elements = newElements('attention', types[i]);
    positions(shape, operand).forEach((at, element) => {
      elements[element] = operands[i][at];
    });
    return hostArray(of, shape, elements);
  });
  result.set(interpret(graph, arrays)[0].data);
}

/** Returns the positions of the elements of an operand in its slot, in row-major order. */
function positions(
  shape: Shape,
  { offset, batchStrides, rowStride, columnStride }: AttentionOperand,
): readonly number[] {
  const strides = [...batchStrides, rowStride, columnStride];
  return Array.from({ length: sizeOf(shape) }, (_, element) => {
    let rest = element;
    let position = offset;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      position += (rest % shape[axis]) * strides[axis];
      rest = Math.floor(rest / shape[axis]);
    }
    return position;
  });
}

import type { Attributes, GraphBuilder, Value } from '@manabi/ir';
import type { PlanTarget } from '../../target.ts';
import { splitProduct } from './split-product.ts';

/** Emits a product along the last axes, in two stages if it has too few results for the target. */
export function productInStandardForm(
  builder: GraphBuilder,
  operands: readonly Value[],
  attributes: Attributes['dot'],
  target: PlanTarget,
): Value {
  const inParts = splitProduct(builder, operands, attributes, target, (left, right, inner) =>
    dotOfLastAxes(builder, [left, right], inner),
  );
  return inParts ?? dotOfLastAxes(builder, operands, attributes);
}

/**
 * Brings both operands to [batch..., free..., contracted...]. The transposes cost nothing unless strides cannot merge.
 */
function dotOfLastAxes(
  builder: GraphBuilder,
  operands: readonly Value[],
  { batch, contract }: Attributes['dot'],
): Value {
  const [left, right] = operands.map((operand, side) => {
    const batchAxes = batch.map((pair) => pair[side]);
    const contractAxes = contract.map((pair) => pair[side]);
    const free = builder
      .shape(operand)
      .map((_, axis) => axis)
      .filter((axis) => !batchAxes.includes(axis) && !contractAxes.includes(axis));
    return {
      value: builder.transpose(operand, [...batchAxes, ...free, ...contractAxes]),
      first: batch.length + free.length,
    };
  });
  return builder.dot(
    left.value,
    right.value,
    batch.map((_, i) => [i, i]),
    contract.map((_, i) => [left.first + i, right.first + i]),
  );
}

import type { Attributes, GraphBuilder, Value } from '@manabi/ir';
import type { StandardFormSite } from '../../graph/routine.ts';

/**
 * Emits a matrix product that contracts the last axes of its operands, or two steps (see `Splitting`) if the
 * product has too few results for the target.
 */
export function productInStandardForm(
  { builder, operands, target, splitting }: StandardFormSite,
  attributes: Attributes['dot'],
): Value {
  const inParts = splitting?.product(builder, operands, attributes, target, (left, right, inner) =>
    dotOfLastAxes(builder, [left, right], inner),
  );
  return inParts ?? dotOfLastAxes(builder, operands, attributes);
}

/**
 * Transposes both operands to [batch..., free..., contracted...] and emits their product. The transposes are not
 * computed: the routine reads the original operands with other strides.
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

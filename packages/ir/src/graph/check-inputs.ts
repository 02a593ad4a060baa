import { ManabiError } from '@manabi/errors';
import { equalTypes, formatType, type TensorType } from '../types/shape.ts';

/**
 * Checks that values fit the inputs of a graph.
 *
 * @param expected types of the inputs
 * @param given types of the values
 * @throws ManabiError `argument` for a wrong number of values, `shape` or `dtype` for one of another type
 */
export function checkInputTypes(op: string, expected: readonly TensorType[], given: readonly TensorType[]): void {
  if (given.length !== expected.length) {
    throw new ManabiError('argument', `The graph has ${expected.length} inputs, but ${given.length} were given.`, {
      op,
      data: { expected: expected.length, given: given.length },
    });
  }
  for (const [input, type] of given.entries()) {
    if (equalTypes(type, expected[input])) continue;
    throw new ManabiError(
      type.dtype === expected[input].dtype ? 'shape' : 'dtype',
      `Input ${input} of the graph is ${formatType(expected[input])}, but ${formatType(type)} was given.`,
      { op, data: { input, expected: expected[input], given: { dtype: type.dtype, shape: type.shape } } },
    );
  }
}

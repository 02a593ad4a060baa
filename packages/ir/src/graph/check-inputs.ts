import { ManabiError } from '@manabi/errors';
import { equalTypes, formatType, type TensorType } from '../types/shape.ts';

/**
 * Checks that the types of values equal the types of a graph's inputs.
 *
 * @param expected types of the inputs
 * @param given types of the values
 * @throws ManabiError `argument` for a wrong number of values; `shape` or `dtype` for a value of another type
 * @example
 * ```ts
 * import { checkInputTypes } from '@manabi/ir';
 *
 * const vector = { dtype: 'float32', shape: [3] } as const;
 * checkInputTypes('run', [vector], [vector]);
 * checkInputTypes('run', [vector], [{ dtype: 'float32', shape: [4] }]); // throws 'shape'
 * ```
 */
export function checkInputTypes(op: string, expected: readonly TensorType[], given: readonly TensorType[]): void {
  if (given.length !== expected.length) {
    throw new ManabiError(
      'argument',
      `The graph has ${expected.length} inputs; got ${given.length}. Pass one value per input, in order.`,
      {
        op,
        data: { expected: expected.length, given: given.length },
      },
    );
  }
  for (const [input, type] of given.entries()) {
    if (equalTypes(type, expected[input])) continue;
    throw new ManabiError(
      type.dtype === expected[input].dtype ? 'shape' : 'dtype',
      `Input ${input} of the graph must be ${formatType(expected[input])}; got ${formatType(type)}. Convert or reshape it.`,
      { op, data: { input, expected: expected[input], given: { dtype: type.dtype, shape: type.shape } } },
    );
  }
}

import { ManabiError } from '@manabi/errors';
import { type DType, dtypes, isInteger, isNumeric } from '../../types/dtype.ts';
import { equalShapes, formatShape, formatType, sizeOf } from '../../types/shape.ts';
import { checkAxis, checkCount, checkDType, checkShape } from '../infer-checks.ts';
import type { Operator } from '../operator.ts';

/** The operators that make elements from attributes, or from a random key. */
export type SourceOp = 'constant' | 'iota' | 'randomBits';

/**
 * Sources.
 *
 * - `constant`: one number everywhere, or elements in row-major order. Values must be exact in an integer dtype or bool.
 * - `iota`: each element is its place on `axis`.
 * - `randomBits`: uint32 from a `key` uint32[2]; element i is the first word of Threefry-2x32 (20 rounds) of the key
 *   and the counter (i, 0), with i the place in row-major order: the same bits on every backend, for ever.
 */
export const source: { readonly [K in SourceOp]: Operator<K> } = {
  constant: {
    free: true,
    infer: (operands, { dtype, shape, value }) => {
      checkCount('constant', operands, []);
      checkShape('constant', shape);
      if (typeof value !== 'number' && value.length !== sizeOf(shape)) {
        throw new ManabiError(
          'shape',
          `${value.length} values were given for shape ${formatShape(shape)}, which has ${sizeOf(shape)} elements. ` +
            'Give as many, or one number for all.',
          { op: 'constant', data: { dtype, shape, length: value.length } },
        );
      }
      checkValues(dtype, typeof value === 'number' ? [value] : value);
      return [{ dtype, shape }];
    },
  },
  iota: {
    free: true,
    infer: (operands, { dtype, shape, axis }) => {
      checkCount('iota', operands, []);
      checkShape('iota', shape);
      const result = { dtype, shape };
      checkDType('iota', 'the result', result, isNumeric, "Make int32 and compare: iota('int32', …).");
      checkAxis('iota', 'the result', result, axis);
      if (isInteger(dtype) && shape[axis] - 1 > dtypes[dtype].max) {
        throw new ManabiError(
          'value',
          `Axis ${axis} of ${formatType(result)} is counted up to ${shape[axis] - 1}, but ${dtype} ends at ` +
            `${dtypes[dtype].max}. Use int32.`,
          { op: 'iota', data: { dtype, shape, axis } },
        );
      }
      return [result];
    },
  },
  randomBits: {
    infer: (operands, { shape }) => {
      checkCount('randomBits', operands, ['key']);
      const [key] = operands;
      if (key.dtype !== 'uint32' || !equalShapes(key.shape, [2])) {
        throw new ManabiError(
          key.dtype === 'uint32' ? 'shape' : 'dtype',
          `Operand key is ${formatType(key)}, but a random key is uint32[2]. Make one with key(seed), split or foldIn.`,
          { op: 'randomBits', data: { operand: 'key', type: key } },
        );
      }
      checkShape('randomBits', shape);
      return [{ dtype: 'uint32', shape }];
    },
  },
};

function checkValues(dtype: DType, values: readonly number[]): void {
  const { kind, min, max } = dtypes[dtype];
  if (kind === 'float') return;
  const at = values.findIndex((value) => !Number.isInteger(value) || value < min || value > max);
  if (at < 0) return;
  throw new ManabiError(
    'value',
    `The value ${values[at]} (element ${at}) is not a ${dtype}, which holds ${
      kind === 'bool' ? '0 and 1' : `whole numbers from ${min} to ${max}`
    }. Round or clip it, or choose another dtype.`,
    { op: 'constant', data: { dtype, value: values[at], index: at } },
  );
}

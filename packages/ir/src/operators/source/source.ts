import { ManabiError } from '@manabi/errors';
import { type DType, dtypes, isInteger, isNumeric } from '../../types/dtype.ts';
import { equalShapes, formatShape, formatType, sizeOf } from '../../types/shape.ts';
import { checkAxis, checkCount, checkDType, checkShape } from '../infer-checks.ts';
import type { Operator } from '../operator.ts';

/** Names of the operators that compute elements from attributes or from a random key. */
export type SourceOp = 'constant' | 'iota' | 'randomBits';

/**
 * Operators that compute elements from attributes or from a random key.
 *
 * - `constant` (ONNX Constant): one number for all elements, or all elements in row-major order. Integer and bool
 * values must
 *   be exactly representable.
 * - `iota` (NumPy arange): y[i] = i[axis], the index of each element along `axis`.
 * - `randomBits`: uint32 from a `key` uint32[2]. Element i is the first word of Threefry-2x32 (20 rounds) of the key
 * and the
 *   counter (i, 0), with i the row-major position. The bits are equal on every backend and never change.
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
          `Shape ${formatShape(shape)} needs ${sizeOf(shape)} values; got ${value.length}. Pass ${sizeOf(shape)} values, or one ` +
            'number for all elements.',
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
      checkDType('iota', 'the result', result, isNumeric, "Use iota('int32', …) and compare.");
      checkAxis('iota', 'the result', result, axis);
      if (isInteger(dtype) && shape[axis] - 1 > dtypes[dtype].max) {
        throw new ManabiError(
          'value',
          `Axis ${axis} of ${formatType(result)} counts to ${shape[axis] - 1}, but the maximum of ${dtype} is ${dtypes[dtype].max}. ` +
            'Use int32.',
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
          `\`key\` must be a random key, uint32[2]; got ${formatType(key)}. Create one with key(seed), split() or foldIn().`,
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
    `Element ${at} is ${values[at]}, but ${dtype} holds only ${
      kind === 'bool' ? '0 and 1' : `integers from ${min} to ${max}`
    }. Round or clip the values, or use another dtype.`,
    { op: 'constant', data: { dtype, value: values[at], index: at } },
  );
}

import { ManabiError } from '@manabi/errors';
import { dtypes } from '../../types/dtype.ts';
import { formatType } from '../../types/shape.ts';
import { checkCount, checkDType, checkEqualDTypes, checkEqualShapes } from '../infer-checks.ts';
import type { Operator } from '../operator.ts';

/** Names of the elementwise operators that convert elements, copy them, or select them from two operands. */
export type ElementwiseConversionOp = 'cast' | 'bitcast' | 'stopGradient' | 'select';

/**
 * Elementwise operators that convert or select elements.
 *
 * - `cast` (ONNX Cast): from float to integer truncates, clamps to the range of the dtype, and converts NaN to 0;
 * between integers wraps; to bool is `x != 0`, which is true for NaN.
 * - `bitcast` (NumPy view): the same bits as another numeric dtype of the same width.
 * - `stopGradient`: returns `x`, but has gradient zero.
 * - `select` (ONNX Where): `x` where the bool `condition` is true, otherwise `y`; all three have the same shape.
 */
export const elementwiseConversion: { readonly [K in ElementwiseConversionOp]: Operator<K> } = {
  cast: {
    infer: (operands, { dtype }) => {
      checkCount('cast', operands, ['x']);
      return [{ dtype, shape: operands[0].shape }];
    },
  },
  bitcast: {
    infer: (operands, { dtype }) => {
      checkCount('bitcast', operands, ['x']);
      const [x] = operands;
      if (dtypes[x.dtype].bytes !== dtypes[dtype].bytes || (x.dtype === 'bool') !== (dtype === 'bool')) {
        throw new ManabiError(
          'dtype',
          `The bits of ${formatType(x)} cannot be read as ${dtype}: both dtypes must be numeric and of equal width. ` +
            `To convert the values, use astype(x, '${dtype}').`,
          { op: 'bitcast', data: { operand: 'x', type: x, dtype } },
        );
      }
      return [{ dtype, shape: x.shape }];
    },
  },
  stopGradient: {
    infer: (operands) => {
      checkCount('stopGradient', operands, ['x']);
      return [operands[0]];
    },
  },
  select: {
    infer: (operands) => {
      const names = ['condition', 'x', 'y'];
      checkCount('select', operands, names);
      const [condition, x, y] = operands;
      checkDType(
        'select',
        'condition',
        condition,
        (dtype) => dtype === 'bool',
        'Compare it with a value first: equal(condition, …), less(condition, …).',
      );
      checkEqualDTypes('select', [x, y], ['x', 'y']);
      checkEqualShapes('select', operands, names);
      return [x];
    },
  },
};

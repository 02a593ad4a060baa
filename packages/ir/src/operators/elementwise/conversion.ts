import { ManabiError } from '@manabi/errors';
import { dtypes } from '../../types/dtype.ts';
import { formatType } from '../../types/shape.ts';
import { checkCount, checkDType, checkEqualDTypes, checkEqualShapes } from '../infer-checks.ts';
import type { Operator } from '../operator.ts';

/** The operators that pass elements on: in another dtype, unchanged, or one of two. */
export type ElementwiseConversionOp = 'cast' | 'bitcast' | 'stopGradient' | 'select';

/**
 * Elementwise operators that choose or convert elements.
 *
 * - `cast`: floats to integers truncate and saturate, NaN to 0; integers wrap; to bool is `x != 0` (NaN is true).
 * - `bitcast`: the same bits read as another numeric dtype of the same width.
 * - `stopGradient`: `x` itself, with no gradient.
 * - `select`: `x` where the bool `condition` holds, else `y`; all three of one shape.
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
          `Operand x is ${formatType(x)}, whose bits cannot be read as ${dtype}: both must be numeric and have as ` +
            `many bytes. To convert the numbers, use astype(x, '${dtype}').`,
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
        'Compare it with something: less(condition, …), equal(condition, …).',
      );
      checkEqualDTypes('select', [x, y], ['x', 'y']);
      checkEqualShapes('select', operands, names);
      return [x];
    },
  },
};

import { isNumeric } from '../../types/dtype.ts';
import { equalShapes, formatShape, formatType } from '../../types/shape.ts';
import { checkCount, checkDType, checkShape } from '../infer-checks.ts';
import { checkIndexDType, refusal, resultType } from '../layout/checks.ts';
import type { Operator } from '../operator.ts';
import { checkCovered, checkWindowedRank, checkWindows } from './checks.ts';

/**
 * The way back of `maxPool`: `values` are put where `indices` (int32, of the same shape) say, zeros elsewhere;
 * [lead..., o...] becomes [lead..., inputShape...]. What several windows put at one place is added. Each index is a
 * place under its own window, as `maxPool` gives them. All dtypes but bool.
 */
export const maxUnpool: Operator<'maxUnpool'> = {
  infer: (operands, attributes) => {
    checkCount('maxUnpool', operands, ['values', 'indices']);
    const [values, indices] = operands;
    checkDType('maxUnpool', 'values', values, isNumeric);
    checkIndexDType('maxUnpool', 'indices', indices);
    const { inputShape } = attributes;
    checkShape('maxUnpool', inputShape);
    checkWindowedRank('maxUnpool', 'values', values, inputShape.length);
    const counts = checkWindows('maxUnpool', inputShape, attributes);
    checkCovered('maxUnpool', inputShape, attributes);
    const lead = values.shape.length - inputShape.length;
    if (!equalShapes(values.shape.slice(lead), counts) || !equalShapes(values.shape, indices.shape)) {
      throw refusal(
        'shape',
        'maxUnpool',
        `values is ${formatType(values)} and indices ${formatType(indices)}, but pooling axes of ` +
          `${formatShape(inputShape)} leaves ${formatShape(counts)}: both must end in that, and be of one shape.`,
        { values: values.shape, indices: indices.shape, expected: counts, inputShape },
      );
    }
    return [resultType('maxUnpool', values.dtype, [...values.shape.slice(0, lead), ...inputShape])];
  },
};

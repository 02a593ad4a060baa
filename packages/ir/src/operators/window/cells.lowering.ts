import { addIndex, scaleIndex } from '../../scalar/index-expression.ts';
import type { Lowering } from '../lowering.ts';

export const windows: Lowering<'windows'> = {
  class: 'pointwise',
  kind: 'layout',
  element: (context, index, { attributes: { size, stride, dilation } }) => {
    const rank = size.length;
    const lead = index.length - 2 * rank;
    const at = size.map((_, i) =>
      addIndex(scaleIndex(index[lead + i], stride[i]), scaleIndex(index[lead + rank + i], dilation[i])),
    );
    return context.operand(0, [...index.slice(0, lead), ...at]);
  },
};

import { ManabiError } from '@manabi/errors';
import { constantIndex, linearIndex } from '../../scalar/index-expression.ts';
import type { Lowering } from '../lowering.ts';
import type { SourceOp } from './source.ts';
import { threefryElement } from './threefry.ts';

/** Lowerings of the operators that compute each element from its index: `constant`, `iota` and `randomBits`. */
export const sourceLowering: { readonly [K in SourceOp]: Lowering<K> } = {
  constant: {
    class: 'pointwise',
    kind: 'source',
    stored: ({ value }) => (typeof value === 'number' || value.length === 1 ? null : value),
    element: (context, _index, { attributes: { dtype, value } }) =>
      context.constant(typeof value === 'number' ? value : onlyValue(value), dtype),
  },
  iota: {
    class: 'pointwise',
    kind: 'source',
    element: (context, index, { attributes: { dtype, axis } }) => {
      const position = context.fromIndex(index[axis]);
      return dtype === 'int32' ? position : context.instruction('cast', [position], dtype);
    },
  },
  randomBits: {
    class: 'pointwise',
    kind: 'random',
    element: (context, index, { attributes: { shape } }) =>
      threefryElement(
        context,
        [context.operand(0, [constantIndex(0)]), context.operand(0, [constantIndex(1)])],
        context.instruction('cast', [context.fromIndex(linearIndex(index, shape))], 'uint32'),
      ),
  },
};

function onlyValue(values: readonly number[]): number {
  if (values.length === 1) return values[0];
  throw new ManabiError(
    'graph',
    `A constant of ${values.length} elements cannot be lowered to an expression. Read its elements from \`stored\`.`,
    { op: 'constant', data: { length: values.length } },
  );
}

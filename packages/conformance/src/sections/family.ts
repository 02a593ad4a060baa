import { lowerings, type OpName } from '@manabi/ir';

/** Returns the kind of lowering of an operator, used as a row of the table: `elementwise`, `layout`, `reduce`, `routine`, … */
export function familyOf(op: OpName): string {
  const lowering = lowerings[op];
  return lowering.class === 'pointwise' ? lowering.kind : lowering.class;
}

import { lowerings, type OpName } from '@manabi/ir';

/** How an operator becomes loops, as the row of a table: `elementwise`, `layout`, `reduce`, `routine`, … */
export function familyOf(op: OpName): string {
  const lowering = lowerings[op];
  return lowering.class === 'pointwise' ? lowering.kind : lowering.class;
}

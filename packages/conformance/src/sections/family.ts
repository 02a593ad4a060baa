import { type OpName, operators } from '@manabi/ir';

/** How an operator becomes loops, as the row of a table: `elementwise`, `layout`, `reduce`, `routine`, … */
export function familyOf(op: OpName): string {
  const { lowering } = operators[op];
  return lowering.class === 'pointwise' ? lowering.kind : lowering.class;
}

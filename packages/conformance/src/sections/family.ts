import { lowerings, type OpName } from '@manabi/ir';

/**
 * Returns how an operator is lowered, which is its row in the printed table: `elementwise`, `layout`, `reduce`,
 * `routine`, …
 */
export function familyOf(op: OpName): string {
  const lowering = lowerings[op];
  return lowering.class === 'pointwise' ? lowering.kind : lowering.class;
}

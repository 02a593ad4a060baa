import type { GraphBuilder } from '../builder.ts';
import type { Value } from '../graph.ts';
import { numberOf } from './match.ts';
import type { RewriteRule } from './rewrite.ts';

/** Powers with a small constant exponent, as products and roots. */
export const powerRule: RewriteRule<'pow'> = ({ builder: b }, { operands: [x, y] }) => {
  const exponent = numberOf(b, y);
  if (exponent === null) return null;
  const power = POWERS.get(Math.abs(exponent));
  if (power === undefined) return null;
  const value = power(b, x);
  return exponent < 0 ? b.div(b.full(x, 1), value) : value;
};

const POWERS: ReadonlyMap<number, (b: GraphBuilder, x: Value) => Value> = new Map([
  [0, (b: GraphBuilder, x: Value) => b.full(x, 1)],
  [0.5, (b: GraphBuilder, x: Value) => b.sqrt(x)],
  [1, (_b: GraphBuilder, x: Value) => x],
  [2, (b: GraphBuilder, x: Value) => b.mul(x, x)],
  [3, (b: GraphBuilder, x: Value) => b.mul(b.mul(x, x), x)],
  [4, (b: GraphBuilder, x: Value) => b.mul(b.mul(x, x), b.mul(x, x))],
]);

import type { OpenNode } from '../symbolic/open-graph.ts';
import type { Scope } from '../write/scope.ts';
import type { Term } from '../write/term.ts';
import { numberIn } from './number-in.ts';

/** Numbers below this one are only replaced by 0 to avoid subnormal numbers, which are slow on many processors. */
const LARGEST = 1e-30;

/** Number by which tiny numbers are rounded: the sum of it and a smaller number is a multiple of 2^-123. */
const ANCHOR = 2 ** -100;

/**
 * Writes `select(|x| < tiny, 0, x)`, by which optimizers keep subnormal numbers out of their state, as `(x + c) - c`, which
 * is two fast passes over the array in place of three. It rounds numbers below 10^-23 to multiples of 10^-37, which are not
 * subnormal. Returns null for other nodes.
 */
export function flush(scope: Scope, { operands }: OpenNode<'select'>): Term | null {
  const [condition, zero, x] = operands;
  const test = scope.maker(condition);
  if (!scope.writer.file.isForBackend || test?.op !== 'less' || numberIn(scope, zero) !== 0) return null;
  const size = scope.maker(test.operands[0]);
  const limit = numberIn(scope, test.operands[1]);
  if (size?.op !== 'abs' || size.operands[0] !== x || limit === null || limit <= 0 || limit > LARGEST) return null;
  if (scope.type(x).dtype !== 'float32') return null;
  const { writer: w } = scope;
  const anchor = w.scalar(ANCHOR, 'float32');
  return w.compute('Sub', [w.compute('Add', [scope.term(x), anchor]), anchor]);
}

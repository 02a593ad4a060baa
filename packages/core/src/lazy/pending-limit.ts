import { ManabiError } from '@manabi/ir';
import { type LazyNode, nodeOf } from './value.ts';
import { walk } from './walk.ts';

/** Most operators that may wait for one run. */
export const MOST_PENDING = 100_000;

/**
 * Stops a chain of operators that nobody ever runs.
 *
 * @throws ManabiError `memory`
 */
export function checkPending(node: LazyNode): void {
  if (node.depth <= MOST_PENDING) return;
  // Parts of the chain may have run since: look before complaining.
  const order = walk(
    node.operands.flatMap((operand) => nodeOf(operand) ?? []),
    nodeOf,
  );
  for (const each of order) updateDepth(each);
  updateDepth(node);
  if (order.length >= MOST_PENDING) throw pendingError(order.length);
}

/** Brings a node's depth up to date with what of its operands has run. */
function updateDepth(node: LazyNode): void {
  let depth = 0;
  for (const operand of node.operands) depth = Math.max(depth, nodeOf(operand)?.depth ?? 0);
  node.depth = depth + 1;
}

/** The error for more pending operators than may be. */
export function pendingError(count: number): ManabiError {
  return new ManabiError(
    'memory',
    `${count} operators are pending, and ${MOST_PENDING} is the most: something builds on and on and never runs. ` +
      'Await realize(…) of what the loop carries once in a while, or put the step into jit(…).',
    { op: 'realize', data: { pending: count, most: MOST_PENDING } },
  );
}

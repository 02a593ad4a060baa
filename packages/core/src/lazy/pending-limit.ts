import { ManabiError } from '@manabi/ir';
import type { Trace } from './value.ts';

/** Most operators that may wait for one run, where they cannot run by themselves, and that a traced function may make. */
export const MOST_PENDING = 100_000;

/** The error for more pending operators than may be. */
export function pendingError(count: number): ManabiError {
  return new ManabiError(
    'memory',
    `${count} operators are pending; at most ${MOST_PENDING} can be. They run by themselves on a synchronous backend that is ` +
      "loaded (import '@manabi/backend-cpu/register'). Elsewhere call await realize(state) every few iterations, or put " +
      'the step into jit().',
    { op: 'realize', data: { pending: count, most: MOST_PENDING } },
  );
}

/** The error for a traced function that makes more operators than may be. */
export function tracedError({ transform, name }: Trace, count: number): ManabiError {
  return new ManabiError(
    'memory',
    `${name} makes ${count} operators while ${transform} traces it; at most ${MOST_PENDING} can be. Write the loop with ` +
      'scan() or whileLoop(), which trace its body once.',
    { op: transform, data: { function: name, operators: count, most: MOST_PENDING } },
  );
}

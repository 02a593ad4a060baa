import { ManabiError } from '@manabi/ir';
import type { Trace } from './value.ts';

/**
 * Largest number of operators in a traced function, and largest number of pending operators on a backend on which these
 * cannot run automatically.
 */
export const MOST_PENDING = 100_000;

/** Creates the error for too many pending operators. */
export function pendingError(count: number): ManabiError {
  return new ManabiError(
    'memory',
    `${count} operators are pending; the limit is ${MOST_PENDING}. Await realize(state) every few iterations, put the step ` +
      'into jit(), or use the backend cpu.',
    { op: 'realize', data: { pending: count, most: MOST_PENDING } },
  );
}

/** Creates the error for too many operators in a traced function. */
export function tracedError({ transform, name }: Trace, count: number): ManabiError {
  return new ManabiError(
    'memory',
    `Tracing ${name} with ${transform} creates ${count} operators; the limit is ${MOST_PENDING}. Write the loop with ` +
      'scan() or whileLoop(), which trace the body once.',
    { op: transform, data: { function: name, operators: count, most: MOST_PENDING } },
  );
}

import { isCallable } from '@manabi/errors/internal';

/** Whether something is an iterator, such as a generator object, which can be run through once. */
export function isIterator(x: unknown): boolean {
  return typeof x === 'object' && x !== null && 'next' in x && isCallable(x.next);
}

/** What to give in place of an iterator. */
export function adviceOnIterator(op: string): string {
  return `Pass the function that makes it, which is called for each pass: ${op}(() => batches()).`;
}

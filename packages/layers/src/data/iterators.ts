import { isCallable } from '@manabi/errors/internal';

/** Returns whether a value is an iterator, such as a generator object, which can be iterated only once. */
export function isIterator(x: unknown): boolean {
  return typeof x === 'object' && x !== null && 'next' in x && isCallable(x.next);
}

/** Returns advice, for an error message, on an iterator that was passed in place of an iterable. */
export function adviceOnIterator(op: string): string {
  return `Pass the function that creates it, which runs once per pass: ${op}(() => batches()).`;
}

import type { ManabiError } from '@manabi/errors';
import { describeGiven } from '@manabi/errors/internal';
import { elementError } from './stage.ts';

/** Longest time in milliseconds for which the result of `return()` of a user's iterator is awaited. */
export const CLOSE_TIMEOUT = 10_000;

/** State of an iterator that is about to be closed. */
interface Closing {
  readonly path: string;
  /** Index of the element that the iterator would yield next, for messages. */
  readonly index: number;
  /** Whether a call of next() is pending. Its result may never arrive, so `return()` is called but not awaited. */
  readonly isAtWork: boolean;
}

/**
 * Closes the iterator of a user's source by calling its `return()`, if it has one.
 *
 * @throws ManabiError `data` if `return` fails, is not a function, or takes longer than `CLOSE_TIMEOUT`
 */
export async function closeIterator(iterator: object, { path, index, isAtWork }: Closing): Promise<void> {
  const failed = (problem: string, cause?: unknown): ManabiError => elementError(path, index, problem, { cause });
  const close = async (): Promise<void> => {
    const end: unknown = 'return' in iterator ? iterator.return : undefined;
    if (end === undefined || end === null) return;
    if (typeof end !== 'function')
      throw failed(`The iterator's \`return\` must be a method; got ${describeGiven(end)}.`);
    try {
      await end.call(iterator);
    } catch (cause) {
      throw failed("The iterator's return() failed.", cause);
    }
  };
  const closing = close();
  if (isAtWork) {
    closing.catch(() => undefined);
    return;
  }
  let timer: ReturnType<typeof setTimeout> | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(failed(`The iterator's return() did not settle within ${CLOSE_TIMEOUT / 1000} seconds.`));
    }, CLOSE_TIMEOUT);
  });
  try {
    await Promise.race([closing, timeout]);
  } finally {
    clearTimeout(timer);
  }
}

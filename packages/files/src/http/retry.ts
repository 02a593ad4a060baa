import { abortedError } from '../abort.ts';
import { FileError } from '../file-error.ts';
import type { RequestOptions } from '../kinds.ts';

/** HTTP statuses after which a request is retried. */
const TEMPORARY: ReadonlySet<unknown> = new Set([408, 429, 500, 502, 503, 504]);
/** Longest `Retry-After` delay for which a request is retried, in milliseconds. */
const MOST_WAITING = 60_000;
const FIRST_DELAY = 200;
const LONGEST_DELAY = 8_000;

/** Decides whether a failed transfer is retried: counts its consecutive failures, and waits before each retry. */
export interface RetryPolicy {
  /**
   * Waits for the delay before the next retry.
   *
   * @throws `error` itself if it is permanent or the retries are used up; FileError `aborted`
   */
  waitAfter(error: unknown): Promise<void>;
  /**
   * Records how far the transfer has come, in bytes. If this is farther than ever before, the count of failures
   * restarts at 0.
   */
  reached(position: number): void;
}

/** Returns the retry policy for a URL; only requests to http(s) URLs are retried. */
export function retryPolicy(url: string, name: string, { retries = 3, signal }: RequestOptions): RetryPolicy {
  const most = /^https?:/i.test(url) ? retries : 0;
  let failures = 0;
  let farthest = 0;
  return {
    async waitAfter(error) {
      failures++;
      const requested = isTemporary(error) ? retryAfter(error) : undefined;
      if (!isTemporary(error) || failures > most || (requested ?? 0) > MOST_WAITING) throw error;
      // The delay has a random part, because many clients must not retry at the same moment.
      const delay = Math.min(LONGEST_DELAY, FIRST_DELAY * 2 ** (failures - 1)) * (0.5 + Math.random() / 2);
      await pause(requested ?? delay, signal, name);
    },
    reached(position) {
      if (position <= farthest) return;
      farthest = position;
      failures = 0;
    },
  };
}

/** Returns whether a request that failed with this error may succeed when repeated. */
function isTemporary(error: unknown): error is FileError {
  if (!(error instanceof FileError)) return false;
  return (
    error.code === 'network' ||
    error.code === 'truncated' ||
    (error.code === 'http' && TEMPORARY.has(error.data.status))
  );
}

/**
 * Returns the delay that the header `Retry-After` requests, in milliseconds. The header contains a number of seconds or
 * a date (RFC 9110, 10.2.3).
 */
function retryAfter({ data }: FileError): number | undefined {
  const value = data.retryAfter;
  if (typeof value !== 'string') return undefined;
  if (/^\d+$/.test(value)) return Number(value) * 1000;
  const time = Date.parse(value);
  return Number.isNaN(time) ? undefined : Math.max(0, time - Date.now());
}

function pause(milliseconds: number, signal: AbortSignal | undefined, name: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      if (signal !== undefined) reject(abortedError(signal, name));
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, milliseconds);
    signal?.addEventListener('abort', stop, { once: true });
    if (signal?.aborted) stop();
  });
}

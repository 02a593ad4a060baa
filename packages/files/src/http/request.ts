import { abortedError } from '../abort.ts';
import { FileError } from '../file-error.ts';
import type { ByteStream, RequestOptions } from '../kinds.ts';

/** What a request takes beside what users say. */
interface OwnOptions {
  /** Schemes that redirects may lead to. */
  readonly allow?: readonly string[];
  /** How the browser's own cache is used. */
  readonly cache?: 'no-cache';
}

/** An answer whose body has not been read. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** The URL that answered, after redirects. */
  readonly url: string;
  /**
   * Bytes that the body has; undefined if that is unknown: the server does not say, or it compressed them on the way, or a
   * page may not see whether it did.
   */
  readonly length: number | undefined;
  /** The bytes; its failures are `FileError`s. It must be read to its end, or cancelled. */
  readonly body: ByteStream;
}

const DEFAULT_TIMEOUT = 30_000;

/**
 * Sends one GET request.
 *
 * @param accepted statuses other than 200 to 299 that the caller deals with
 * @throws FileError `http` for any other status, `network` if there is no answer in time, `aborted` by the signal
 */
export async function request(
  url: string,
  name: string,
  { headers, signal, timeout = DEFAULT_TIMEOUT, allow, cache }: RequestOptions & OwnOptions,
  accepted: readonly number[] = [],
): Promise<Answer> {
  if (signal?.aborted) throw abortedError(signal, name);
  const watch = watchOver(name, timeout, signal);
  try {
    // Bytes are counted, so a server should not compress on the way. (Pages may not set that header; it is left out there.)
    const sent = { 'accept-encoding': 'identity', ...headers };
    const response = await watch.limited(fetch(url, { headers: sent, signal: watch.signal, cache }));
    const scheme = response.url.split(':')[0];
    if (response.redirected && allow !== undefined && !allow.includes(scheme)) {
      await response.body?.cancel().catch(() => undefined);
      throw new FileError(
        'refused',
        `Refused to read ${name}: it leads to a URL with ${scheme}:, which is not allowed.`,
        {
          data: { source: name, kind: scheme, allow },
        },
      );
    }
    if (!response.ok && !accepted.includes(response.status)) {
      await response.body?.cancel().catch(() => undefined);
      throw statusError(response, name);
    }
    return {
      status: response.status,
      headers: response.headers,
      url: response.url,
      length: lengthOf(response),
      body: bodyOf(response, watch),
    };
  } catch (error) {
    watch.end();
    throw watch.explain(error);
  }
}

/**
 * Reads what part of a file an answer is: its first byte, and the size of the whole, if the server knows it. Undefined
 * for answers that are no part, or a part of compressed bytes, whose positions are not those of the file.
 */
export function contentRangeOf({ status, headers }: Answer): { start: number; size: number | undefined } | undefined {
  const match = /^bytes (\d+)-\d+\/(\d+|\*)$/i.exec(headers.get('content-range') ?? '');
  if (status !== 206 || match === null || headers.has('content-encoding')) return undefined;
  return { start: Number(match[1]), size: match[2] === '*' ? undefined : Number(match[2]) };
}

/** Reads the size that an answer with status 416 states; undefined if it does not. */
export function sizeOfUnsatisfied({ headers }: Answer): number | undefined {
  const match = /\/(\d+)$/.exec(headers.get('content-range') ?? '');
  return match === null ? undefined : Number(match[1]);
}

/** Reads what tells versions of a file apart: a strong `ETag`, or the time of its last change. */
export function validatorOf(headers: Headers): string | undefined {
  if (headers.has('content-encoding')) return undefined;
  const tag = headers.get('etag');
  return (tag?.startsWith('"') ? tag : headers.get('last-modified')) ?? undefined;
}

/** The error for a file of which more or fewer bytes came than the server said. */
export function truncatedError(name: string, received: number, total: number): FileError {
  return new FileError('truncated', `${name} arrived with ${received} of ${total} bytes.`, {
    data: { source: name, received, total },
  });
}

/** Ends a request when its user's signal fires, or nothing has come for too long. */
interface Watch {
  readonly signal: AbortSignal;
  /** What `work` gives, unless it takes too long. */
  limited<T>(work: Promise<T>): Promise<T>;
  /** The error to tell for one that ended the request. */
  explain(error: unknown): FileError;
  abort(): void;
  end(): void;
}

function watchOver(name: string, timeout: number, outer: AbortSignal | undefined): Watch {
  const controller = new AbortController();
  let isLate = false;
  const follow = (): void => controller.abort(outer?.reason);
  outer?.addEventListener('abort', follow, { once: true });
  return {
    signal: controller.signal,
    async limited(work) {
      const timer = setTimeout(() => {
        isLate = true;
        controller.abort();
      }, timeout);
      try {
        return await work;
      } finally {
        clearTimeout(timer);
      }
    },
    explain(error) {
      if (error instanceof FileError) return error;
      if (outer?.aborted) return abortedError(outer, name);
      return networkError(error, name, isLate ? timeout : undefined);
    },
    abort: () => controller.abort(),
    end: () => outer?.removeEventListener('abort', follow),
  };
}

function statusError({ status, statusText, headers }: Response, name: string): FileError {
  const hint =
    status === 404 || status === 410
      ? ' Check the address.'
      : status === 401 || status === 403
        ? ' Check the access rights.'
        : '';
  return new FileError(
    'http',
    `Could not read ${name}: the server answered ${`${status} ${statusText}`.trim()}.${hint}`,
    {
      data: { source: name, status, statusText, retryAfter: headers.get('retry-after') },
    },
  );
}

/** The error for a connection that could not be made, broke off, or was silent for too long. */
function networkError(error: unknown, name: string, timeout: number | undefined): FileError {
  const reason = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return timeout === undefined
    ? new FileError(
        'network',
        `Could not read ${name}: no connection, or it broke off (${String(reason)}). In a page, the server must allow this origin (CORS).`,
        { data: { source: name }, cause: error },
      )
    : new FileError(
        'network',
        `Could not read ${name}: the server sent nothing for ${timeout} ms. Raise timeout if it is slow.`,
        {
          data: { source: name, timeout },
          cause: error,
        },
      );
}

function lengthOf({ headers, type }: Response): number | undefined {
  const length = headers.get('content-length');
  // Of other origins, pages see the length, but not whether it is that of compressed bytes.
  if (length === null || headers.has('content-encoding') || type === 'cors') return undefined;
  return /^\d+$/.test(length) ? Number(length) : undefined;
}

function bodyOf({ body }: Response, watch: Watch): ByteStream {
  const reader = (body ?? new Blob([]).stream()).getReader();
  return new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      async pull(controller) {
        try {
          const { done, value } = await watch.limited(reader.read());
          if (!done) {
            controller.enqueue(value);
            return;
          }
          watch.end();
          controller.close();
        } catch (error) {
          watch.end();
          throw watch.explain(error);
        }
      },
      async cancel() {
        watch.end();
        await reader.cancel().catch(() => undefined);
        // Whoever has seen enough does not wait for the rest.
        watch.abort();
      },
    },
    { highWaterMark: 0 },
  );
}

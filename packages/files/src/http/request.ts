import { abortedError } from '../abort.ts';
import { FileError } from '../file-error.ts';
import type { ByteStream, RequestOptions } from '../kinds.ts';

/** Options of a request that this package sets, in addition to those of the user. */
interface OwnOptions {
  /** URL schemes allowed after redirects. */
  readonly allow?: readonly string[];
  /** Mode of the browser's HTTP cache. */
  readonly cache?: 'no-cache';
}

/** HTTP response whose body has not been read. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** Final URL, after redirects. */
  readonly url: string;
  /**
   * Length of the body in bytes. Undefined if the server sent no length or compressed the body, or if the page may not
   * read the header that states a compression.
   */
  readonly length: number | undefined;
  /** The body, whose failures are `FileError`s. Read it to its end or cancel it. */
  readonly body: ByteStream;
}

const DEFAULT_TIMEOUT = 30_000;

/**
 * Sends one GET request.
 *
 * @param accepted statuses outside 200 to 299 for which the response is returned instead of an error
 * @throws FileError `http` for any other status; `network` if the connection fails or times out; `aborted` if the
 * signal is aborted
 */
export async function request(
  url: string,
  name: string,
  { headers, signal, timeout = DEFAULT_TIMEOUT, allow, cache }: RequestOptions & OwnOptions,
  accepted: readonly number[] = [],
): Promise<Answer> {
  if (signal?.aborted) throw abortedError(signal, name);
  const watch = watchRequest(name, timeout, signal);
  try {
    // Ask for an uncompressed body, because progress is measured in bytes of the file. (Browsers drop this header,
    // which pages may not set.)
    const sent = { 'accept-encoding': 'identity', ...headers };
    const response = await watch.limited(fetch(url, { headers: sent, signal: watch.signal, cache }));
    const scheme = response.url.split(':')[0];
    if (response.redirected && allow !== undefined && !allow.includes(scheme)) {
      await response.body?.cancel().catch(() => undefined);
      throw new FileError(
        'refused',
        `Refused to read ${name}: it redirects to a ${scheme}: URL, which \`allow\` does not include. Add it only if the source is trusted.`,
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
 * Returns where a partial response starts in its file, and the size of the file if the server states it. Returns
 * undefined for complete responses, and for compressed partial ones, whose positions count compressed bytes.
 */
export function contentRangeOf({ status, headers }: Answer): { start: number; size: number | undefined } | undefined {
  const match = /^bytes (\d+)-\d+\/(\d+|\*)$/i.exec(headers.get('content-range') ?? '');
  if (status !== 206 || match === null || headers.has('content-encoding')) return undefined;
  return { start: Number(match[1]), size: match[2] === '*' ? undefined : Number(match[2]) };
}

/** Returns the file size that the headers of a response with status 416 state, or undefined if they state none. */
export function sizeOfUnsatisfied({ headers }: Answer): number | undefined {
  const match = /\/(\d+)$/.exec(headers.get('content-range') ?? '');
  return match === null ? undefined : Number(match[1]);
}

/** Returns the header value that identifies the version of a file: a strong `ETag`, otherwise `Last-Modified`. */
export function validatorOf(headers: Headers): string | undefined {
  if (headers.has('content-encoding')) return undefined;
  const tag = headers.get('etag');
  return (tag?.startsWith('"') ? tag : headers.get('last-modified')) ?? undefined;
}

/** Returns the error for a body with more or fewer bytes than the server announced. */
export function truncatedError(name: string, received: number, total: number): FileError {
  return new FileError('truncated', `Received ${received} of ${total} bytes of ${name}. Download it again.`, {
    data: { source: name, received, total },
  });
}

/** Watches a request: ends it when the user's signal is aborted or the server is silent for too long. */
interface Watch {
  readonly signal: AbortSignal;
  /** Waits for a promise; rejects if it is not settled before the timeout. */
  limited<T>(work: Promise<T>): Promise<T>;
  /** Converts the error with which the request failed to a `FileError`. */
  explain(error: unknown): FileError;
  abort(): void;
  end(): void;
}

function watchRequest(name: string, timeout: number, outer: AbortSignal | undefined): Watch {
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
      ? ' Check the URL.'
      : status === 401 || status === 403
        ? ' Check your access rights, such as the authorization header.'
        : '';
  return new FileError(
    'http',
    `Could not read ${name}: the server answered ${`${status} ${statusText}`.trim()}.${hint}`,
    {
      data: { source: name, status, statusText, retryAfter: headers.get('retry-after') },
    },
  );
}

/** Returns the error for a connection that failed, broke off, or was silent for too long. */
function networkError(error: unknown, name: string, timeout: number | undefined): FileError {
  const reason = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return timeout === undefined
    ? new FileError(
        'network',
        `Could not read ${name}: the connection failed or broke off (${String(reason)}). Check the URL and the network; for pages, the server must allow the origin (CORS).`,
        { data: { source: name }, cause: error },
      )
    : new FileError(
        'network',
        `Could not read ${name}: the server sent nothing for ${timeout} ms. Raise \`timeout\` if the server is slow.`,
        {
          data: { source: name, timeout },
          cause: error,
        },
      );
}

function lengthOf({ headers, type }: Response): number | undefined {
  const length = headers.get('content-length');
  // For a response of another origin, a page can read the length but not the encoding, so the length may be that of
  // compressed bytes.
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
        // Aborting closes the connection instead of receiving the rest.
        watch.abort();
      },
    },
    { highWaterMark: 0 },
  );
}

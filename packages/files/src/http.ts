import { abortedError } from './abort.ts';
import { FileError } from './file-error.ts';
import { type ByteRange, checkRange, cutRange, outsideError, parseContentRange } from './range.ts';
import type { ByteStream } from './stream.ts';

/** What is sent along with a request. */
export interface RequestOptions {
  /** Further request headers, such as `authorization`. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/**
 * Sends a GET request.
 *
 * @param accepted statuses other than 200 to 299 that the caller deals with
 * @throws FileError `http` for any other status, `network` if there is no answer, `aborted` by the signal.
 */
export async function request(
  url: string,
  name: string,
  { headers, signal }: RequestOptions,
  accepted: readonly number[] = [],
): Promise<Response> {
  const response = await fetch(url, { headers: { ...headers }, signal }).catch((error: unknown) => {
    throw networkError(error, name, signal);
  });
  if (response.ok || accepted.includes(response.status)) return response;
  await response.body?.cancel();
  const { status, statusText } = response;
  const hint =
    status === 404 || status === 410
      ? ' Check the address.'
      : status === 401 || status === 403
        ? ' Check the access rights.'
        : '';
  throw new FileError('http', `Could not read ${name}: the server answered ${status} ${statusText}.${hint}`, {
    data: { source: name, status, statusText },
  });
}

/** The error for a connection that could not be made or broke off, or that the signal ended. */
function networkError(error: unknown, name: string, signal: AbortSignal | undefined): FileError {
  if (error instanceof FileError) return error;
  if (signal?.aborted) return abortedError(signal, name);
  return new FileError(
    'network',
    `Could not read ${name}: no connection, or it broke off (${String(error)}). In a page, the server must allow this origin (CORS).`,
    { data: { source: name }, cause: error },
  );
}

/** Length that a response announces for the bytes that will be read from it; a decoded body says nothing about it. */
export function announcedLength(response: Response): number | undefined {
  const header = response.headers.get('content-length');
  return header === null || response.headers.has('content-encoding') ? undefined : Number(header);
}

/** The bytes behind an http, data or blob URL as a stream; a server that ignores ranges is read through. */
export async function streamUrl(
  url: string,
  name: string,
  range: ByteRange | undefined,
  options: RequestOptions,
): Promise<{ stream: ByteStream; size: number | undefined }> {
  if (range === undefined) {
    const response = await request(url, name, options);
    return { stream: bodyOf(response, name, options.signal), size: announcedLength(response) };
  }
  checkRange(range, name);
  const { start, end } = range;
  if (start === end) return { stream: new Blob([]).stream(), size: 0 };
  const headers = { ...options.headers, range: `bytes=${start}-${end === undefined ? '' : end - 1}` };
  const response = await request(url, name, { ...options, headers }, [416]);
  if (response.status === 416) {
    await response.body?.cancel();
    const size = Number(/\/(\d+)$/.exec(response.headers.get('content-range') ?? '')?.[1] ?? Number.NaN);
    if (end === undefined && start === size) return { stream: new Blob([]).stream(), size: 0 };
    throw outsideError(range, size, name);
  }
  const answered = response.status === 206 ? parseContentRange(response.headers.get('content-range')) : undefined;
  const offset = response.status === 206 ? (answered?.start ?? start) : 0;
  if (offset > start)
    throw new FileError('range', `${name}: the server sent bytes from ${offset}, not from ${start}.`, {
      data: { source: name, start, offset },
    });
  return {
    stream: cutRange(bodyOf(response, name, options.signal), range, offset, name),
    size: end === undefined ? undefined : end - start,
  };
}

/** A response's body, whose failures are `FileError`s. */
export function bodyOf(response: Response, name: string, signal: AbortSignal | undefined): ByteStream {
  const reader = (response.body ?? new Blob([]).stream()).getReader();
  return new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      async pull(controller) {
        const { done, value } = await reader.read().catch((error: unknown) => {
          throw networkError(error, name, signal);
        });
        if (done) controller.close();
        else controller.enqueue(value);
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
}

/** Size in bytes of what is behind a URL, found by asking for its first byte. */
export async function sizeOfUrl(url: string, name: string, options: RequestOptions): Promise<number> {
  const headers = { ...options.headers, range: 'bytes=0-0' };
  const response = await request(url, name, { ...options, headers }, [416]);
  const contentRange = response.headers.get('content-range');
  const size =
    response.status === 416
      ? Number(/\/(\d+)$/.exec(contentRange ?? '')?.[1] ?? 0)
      : response.status === 206
        ? parseContentRange(contentRange)?.size
        : announcedLength(response);
  await response.body?.cancel();
  if (size !== undefined) return size;
  throw new FileError('http', `The server does not tell the size of ${name}.`, {
    data: { source: name, status: response.status },
  });
}

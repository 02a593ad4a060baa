import { FileError } from '../file-error.ts';
import type { ByteRange, ByteStream, RequestOptions } from '../kinds.ts';
import { cutRange, outsideError } from '../range.ts';
import { type Answer, contentRangeOf, request, sizeOfUnsatisfied, truncatedError, validatorOf } from './request.ts';
import { type RetryPolicy, retryPolicy } from './retry.ts';

/** Stream of the bytes at a URL, and the number of bytes if known. */
export interface UrlStream {
  readonly stream: ByteStream;
  readonly size: number | undefined;
}

/**
 * Opens an http, data or blob URL as a stream. If the connection breaks, the stream continues at the same byte,
 * provided that the server supports ranges and its file is unchanged. If the server ignores ranges, the file is
 * received from its start, and the bytes outside the range are dropped.
 *
 * @param tries retry policy, which also counts the failures of earlier requests
 * @throws FileError `http`, `network`, `range`, `aborted`; from the stream also `truncated`
 */
export async function openUrl(
  url: string,
  name: string,
  range: ByteRange | undefined,
  options: RequestOptions,
  tries: RetryPolicy = retryPolicy(url, name, options),
): Promise<UrlStream> {
  const { start = 0, end } = range ?? {};
  if (range !== undefined && start === end) return emptyStream();
  const first = await retried(tries, () => request(url, name, withRange(options, range), [416]));
  if (first.status === 416) {
    const size = sizeOfUnsatisfied(first);
    await first.body.cancel();
    if (end === undefined && start === size) return emptyStream();
    throw outsideError({ start, end }, size ?? Number.NaN, name);
  }
  const part = contentRangeOf(first);
  const isUsable = range === undefined || first.status === 200 || (part !== undefined && part.start <= start);
  const answer = isUsable ? first : await withoutRange(url, name, options, first, tries);
  const offset = answer === first ? (part?.start ?? 0) : 0;
  const whole = part === undefined || answer !== first ? answer.length : part.size;
  const total = whole === undefined ? undefined : Math.min(whole, end ?? whole);
  const stream = resuming(answer, { name, offset, total, tries }, async (position, validator) => {
    const further = withRange(options, { start: position, end });
    const headers = { ...further.headers, 'if-range': validator };
    const next = await request(url, name, { ...further, headers }, [416]);
    if (contentRangeOf(next)?.start === position && validatorOf(next.headers) === validator) return next;
    await next.body.cancel();
    return undefined;
  });
  if (range === undefined) return { stream, size: answer.length };
  return { stream: cutRange(stream, range, offset, name), size: end === undefined ? undefined : end - start };
}

/** Returns the size of the file at a URL by requesting its first byte. */
export async function sizeOfUrl(url: string, name: string, options: RequestOptions): Promise<number> {
  const tries = retryPolicy(url, name, options);
  const answer = await retried(tries, () => request(url, name, withRange(options, { start: 0, end: 1 }), [416]));
  const size =
    answer.status === 416
      ? (sizeOfUnsatisfied(answer) ?? 0)
      : answer.status === 206
        ? contentRangeOf(answer)?.size
        : answer.length;
  await answer.body.cancel();
  if (size !== undefined) return size;
  throw new FileError('http', `The server does not report the size of ${name}. Read the whole file with readBytes().`, {
    data: { source: name, status: answer.status },
  });
}

/** Calls a function until it succeeds, fails with a permanent error, or the retries are used up. */
export async function retried<T>(tries: RetryPolicy, work: () => Promise<T>): Promise<T> {
  while (true) {
    try {
      return await work();
    } catch (error) {
      await tries.waitAfter(error);
    }
  }
}

/** Returns request options with a `Range` header for the given bytes. */
export function withRange(options: RequestOptions, range: ByteRange | undefined): RequestOptions {
  if (range === undefined) return options;
  const { start, end } = range;
  return { ...options, headers: { ...options.headers, range: `bytes=${start}-${end === undefined ? '' : end - 1}` } };
}

function emptyStream(): UrlStream {
  return { stream: new Blob([]).stream(), size: 0 };
}

/**
 * Requests the whole file after the response to a range request was unusable, because it is compressed or starts after
 * the requested byte.
 */
async function withoutRange(
  url: string,
  name: string,
  options: RequestOptions,
  unusable: Answer,
  tries: RetryPolicy,
): Promise<Answer> {
  await unusable.body.cancel();
  return retried(tries, () => request(url, name, options));
}

interface Resuming {
  readonly name: string;
  /** Position of the response's first byte in the file. */
  readonly offset: number;
  /** Position in the file where the stream ends, if known. */
  readonly total: number | undefined;
  readonly tries: RetryPolicy;
}

/**
 * Returns the body of a response as a stream that resumes broken connections.
 *
 * @param next function that requests the bytes of the file from a position on; it returns undefined if the server
 * cannot send only these
 */
function resuming(
  first: Answer,
  { name, offset, total, tries }: Resuming,
  next: (position: number, validator: string) => Promise<Answer | undefined>,
): ByteStream {
  const validator = validatorOf(first.headers);
  let reader = first.body.getReader();
  let position = offset;
  const resume = async (failure: unknown): Promise<void> => {
    // Without an ETag or Last-Modified, the remaining bytes could belong to another version of the file.
    if (validator === undefined) throw failure;
    await tries.waitAfter(failure);
    const answer = await retried(tries, () => next(position, validator));
    if (answer === undefined) throw failure;
    reader = answer.body.getReader();
  };
  return new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      async pull(controller) {
        while (true) {
          try {
            const { done, value } = await reader.read();
            if (done && total !== undefined && position < total) throw truncatedError(name, position, total);
            if (done) {
              controller.close();
              return;
            }
            position += value.length;
            tries.reached(position);
            controller.enqueue(value);
            return;
          } catch (failure) {
            await resume(failure);
          }
        }
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
}

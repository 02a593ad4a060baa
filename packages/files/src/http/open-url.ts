import { FileError } from '../file-error.ts';
import type { ByteRange, ByteStream, RequestOptions } from '../kinds.ts';
import { cutRange, outsideError } from '../range.ts';
import { type Answer, contentRangeOf, request, sizeOfUnsatisfied, truncatedError, validatorOf } from './request.ts';
import { type Patience, patienceFor } from './retry.ts';

/** Bytes from a URL, and how many there will be, where that is known. */
export interface UrlStream {
  readonly stream: ByteStream;
  readonly size: number | undefined;
}

/**
 * Opens an http, data or blob URL as a stream. A connection that breaks off is taken up where it ended, if the server can
 * continue and its file is still the same one. A server that ignores ranges is read through up to the end of the range.
 *
 * @param tries counts the failures, also those before
 * @throws FileError `http`, `network`, `range`, `aborted`; from the stream also `truncated`
 */
export async function openUrl(
  url: string,
  name: string,
  range: ByteRange | undefined,
  options: RequestOptions,
  tries: Patience = patienceFor(url, name, options),
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

/** Finds the size of what is behind a URL by asking for its first byte. */
export async function sizeOfUrl(url: string, name: string, options: RequestOptions): Promise<number> {
  const tries = patienceFor(url, name, options);
  const answer = await retried(tries, () => request(url, name, withRange(options, { start: 0, end: 1 }), [416]));
  const size =
    answer.status === 416
      ? (sizeOfUnsatisfied(answer) ?? 0)
      : answer.status === 206
        ? contentRangeOf(answer)?.size
        : answer.length;
  await answer.body.cancel();
  if (size !== undefined) return size;
  throw new FileError('http', `The server does not tell the size of ${name}. Read it as a whole with readBytes().`, {
    data: { source: name, status: answer.status },
  });
}

/** Does something again that failed in a way that may pass. */
export async function retried<T>(tries: Patience, work: () => Promise<T>): Promise<T> {
  while (true) {
    try {
      return await work();
    } catch (error) {
      await tries.waitAfter(error);
    }
  }
}

/** Adds the header that asks for a range. */
export function withRange(options: RequestOptions, range: ByteRange | undefined): RequestOptions {
  if (range === undefined) return options;
  const { start, end } = range;
  return { ...options, headers: { ...options.headers, range: `bytes=${start}-${end === undefined ? '' : end - 1}` } };
}

function emptyStream(): UrlStream {
  return { stream: new Blob([]).stream(), size: 0 };
}

/** The whole file, where the answer to a range is of no use: it begins later, or its bytes are compressed. */
async function withoutRange(
  url: string,
  name: string,
  options: RequestOptions,
  useless: Answer,
  tries: Patience,
): Promise<Answer> {
  await useless.body.cancel();
  return retried(tries, () => request(url, name, options));
}

interface Resuming {
  readonly name: string;
  /** Position of the answer's first byte in the file. */
  readonly offset: number;
  /** Where the bytes end, if that is known. */
  readonly total: number | undefined;
  readonly tries: Patience;
}

/** @param next gives an answer that goes on at a position; undefined if there is none */
function resuming(
  first: Answer,
  { name, offset, total, tries }: Resuming,
  next: (position: number, validator: string) => Promise<Answer | undefined>,
): ByteStream {
  const validator = validatorOf(first.headers);
  let reader = first.body.getReader();
  let position = offset;
  const goOn = async (failure: unknown): Promise<void> => {
    // Without a validator, what follows could be of another file.
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
            await goOn(failure);
          }
        }
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
}

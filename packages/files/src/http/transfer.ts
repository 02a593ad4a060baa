import { throwIfAborted } from '../abort.ts';
import { expectsChecksum } from '../expected-checksums.ts';
import type { Progress, RequestOptions } from '../kinds.ts';
import { chunksOf, tooLargeError } from '../stream.ts';
import { type Answer, contentRangeOf, request, truncatedError, validatorOf } from './request.ts';
import { retryPolicy } from './retry.ts';

/** Destination of a download. It may already contain the first bytes of the file from an earlier download. */
export interface TransferSink {
  readonly received: number;
  /**
   * Identifier of the version of the file that the received bytes belong to: a strong `ETag`, otherwise
   * `Last-Modified`.
   */
  readonly validator: string | undefined;
  append(chunk: Uint8Array<ArrayBuffer>): Promise<void>;
  /**
   * Discards the received bytes. The bytes written afterwards belong to the version `validator` of the file, and come
   * from a response with the given headers.
   */
  restart(validator: string | undefined, headers?: Headers): Promise<void>;
}

/** Options of a download. */
export interface TransferOptions extends RequestOptions {
  /** Expected SHA-256 of the file in hexadecimal; a file with another hash is rejected with code `checksum`. */
  readonly sha256?: string;
  /**
   * Expected MD5 of the file in hexadecimal, for files without a published SHA-256. It detects damage, but not deliberate
   * changes.
   */
  readonly md5?: string;
  /** Largest size of the file in bytes; a larger one is rejected with code `tooLarge` (default: no limit). */
  readonly maxBytes?: number;
  /** Callback for the progress of the download. */
  readonly onProgress?: (progress: Progress) => void;
}

/**
 * Downloads the file at a URL into a sink, with one GET request if nothing fails. Bytes that the sink already contains
 * are not downloaded again if the server supports ranges and its file is unchanged. After a broken connection, the
 * download continues at the same byte, or from the start if the server does not support ranges.
 *
 * @param first response with the whole file, if the caller already has one
 * @throws FileError `http`, `network`, `truncated`, `tooLarge`, `aborted`
 */
export async function transfer(
  url: string,
  name: string,
  sink: TransferSink,
  options: TransferOptions = {},
  first?: Answer,
): Promise<void> {
  let given = first;
  const tries = retryPolicy(url, name, options);
  while (true) {
    try {
      return await attempt(url, name, sink, options, given);
    } catch (error) {
      given = undefined;
      tries.reached(sink.received);
      await tries.waitAfter(error);
    }
  }
}

async function attempt(
  url: string,
  name: string,
  sink: TransferSink,
  options: TransferOptions,
  given: Answer | undefined,
): Promise<void> {
  const { maxBytes = Number.POSITIVE_INFINITY, onProgress, signal } = options;
  const { answer, isContinued } =
    given === undefined ? await open(url, name, sink, options) : { answer: given, isContinued: false };
  const total = isContinued ? contentRangeOf(answer)?.size : answer.length;
  try {
    if (total !== undefined && total > maxBytes) throw tooLargeError(name, maxBytes);
    if (!isContinued) await sink.restart(validatorOf(answer.headers), answer.headers);
  } catch (error) {
    await answer.body.cancel();
    throw error;
  }
  for await (const chunk of chunksOf(answer.body)) {
    throwIfAborted(signal, name);
    if (sink.received + chunk.length > maxBytes) throw tooLargeError(name, maxBytes);
    await sink.append(chunk);
    onProgress?.({ received: sink.received, total });
  }
  throwIfAborted(signal, name);
  if (total === undefined || sink.received === total) return;
  const { received } = sink;
  // More bytes than announced mean that the resumed part belonged to another version of the file.
  if (received > total) await sink.restart(undefined);
  throw truncatedError(name, received, total);
}

/** Requests the missing bytes if the version of the bytes in the sink is known, otherwise the whole file. */
async function open(
  url: string,
  name: string,
  { received, validator }: TransferSink,
  options: TransferOptions,
): Promise<{ readonly answer: Answer; readonly isContinued: boolean }> {
  const canContinue = received > 0 && (validator !== undefined || expectsChecksum(options));
  if (!canContinue) return { answer: await request(url, name, options), isContinued: false };
  const headers = {
    ...options.headers,
    range: `bytes=${received}-`,
    ...(validator === undefined ? {} : { 'if-range': validator }),
  };
  const answer = await request(url, name, { ...options, headers }, [416]);
  // The server ignores ranges or has another version of the file. Its response contains the whole file and is used as
  // such.
  if (answer.status === 200) return { answer, isContinued: false };
  if (contentRangeOf(answer)?.start === received && isSameVersion(answer.headers, validator)) {
    return { answer, isContinued: true };
  }
  await answer.body.cancel();
  return { answer: await request(url, name, options), isContinued: false };
}

/** Returns whether a response may contain bytes of the requested version of the file. */
function isSameVersion(headers: Headers, validator: string | undefined): boolean {
  const found = validatorOf(headers);
  return validator === undefined || found === undefined || found === validator;
}

import { throwIfAborted } from '../abort.ts';
import type { Progress, RequestOptions } from '../kinds.ts';
import { chunksOf, tooLargeError } from '../stream.ts';
import { type Answer, contentRangeOf, request, truncatedError, validatorOf } from './request.ts';
import { patienceFor } from './retry.ts';

/** Where a transfer puts its bytes, and how much of which version of the file is there already. */
export interface TransferSink {
  readonly received: number;
  /** What the server calls this version of the file: a strong `ETag`, or `Last-Modified`. */
  readonly validator: string | undefined;
  append(chunk: Uint8Array<ArrayBuffer>): Promise<void>;
  /** Forgets what was received; what follows is of the version `validator`, of an answer with `headers`. */
  restart(validator: string | undefined, headers?: Headers): Promise<void>;
}

/** Options of a transfer. */
export interface TransferOptions extends RequestOptions {
  /** SHA-256 of the file in hexadecimal; another file is refused with `checksum`. */
  readonly sha256?: string;
  /** A larger file is refused with `tooLarge`. */
  readonly maxBytes?: number;
  readonly onProgress?: (progress: Progress) => void;
}

/**
 * Brings the file behind a URL into a sink, by one GET if nothing fails. What the sink holds already is not sent again, if
 * the server can continue and its file is still the same one; a connection that breaks off is taken up where it ended, or
 * from the start if the server cannot.
 *
 * @param first an answer with the whole file that is there already
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
  const tries = patienceFor(url, name, options);
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
  // Bytes beyond the end show that what was continued was of another file.
  if (received > total) await sink.restart(undefined);
  throw truncatedError(name, received, total);
}

/** Asks for what the sink lacks, if that can be told, or else for the whole file. */
async function open(
  url: string,
  name: string,
  { received, validator }: TransferSink,
  options: TransferOptions,
): Promise<{ readonly answer: Answer; readonly isContinued: boolean }> {
  const canContinue = received > 0 && (validator !== undefined || options.sha256 !== undefined);
  if (!canContinue) return { answer: await request(url, name, options), isContinued: false };
  const headers = {
    ...options.headers,
    range: `bytes=${received}-`,
    ...(validator === undefined ? {} : { 'if-range': validator }),
  };
  const answer = await request(url, name, { ...options, headers }, [416]);
  // A server that ignores ranges, or has another file by now, sends the whole, which is not asked for twice.
  if (answer.status === 200) return { answer, isContinued: false };
  if (contentRangeOf(answer)?.start === received && isSameVersion(answer.headers, validator)) {
    return { answer, isContinued: true };
  }
  await answer.body.cancel();
  return { answer: await request(url, name, options), isContinued: false };
}

/** Whether an answer is of the version asked for, as far as it says. */
function isSameVersion(headers: Headers, validator: string | undefined): boolean {
  const found = validatorOf(headers);
  return validator === undefined || found === undefined || found === validator;
}

import { abortedError, throwIfAborted } from './abort.ts';
import { FileError } from './file-error.ts';
import { announcedLength, bodyOf, type RequestOptions, request } from './http.ts';
import { parseContentRange } from './range.ts';
import { chunksOf, type Progress, tooLargeError } from './stream.ts';

/** Where a transfer puts its bytes, and how much of which version of the file is there already. */
export interface TransferSink {
  readonly received: number;
  /** What the server calls this version of the file: a strong `ETag`, or `Last-Modified`. */
  readonly validator: string | undefined;
  append(chunk: Uint8Array<ArrayBuffer>): Promise<void>;
  /** Forgets what was received; what follows is of the version `validator`. */
  restart(validator: string | undefined): Promise<void>;
}

/** Options of a transfer. */
export interface TransferOptions extends RequestOptions {
  /** SHA-256 of the file in hexadecimal; another file is refused with `checksum`. */
  readonly sha256?: string;
  /** A larger file is refused with `tooLarge`. */
  readonly maxBytes?: number;
  readonly onProgress?: (progress: Progress) => void;
  /** How often in a row a broken connection or a busy server is tried again without a byte gained; 3 if not given. */
  readonly retries?: number;
}

/**
 * Brings the file behind a URL into a sink. What the sink holds already is not sent again, if the server can continue
 * and its file is still the same one; a connection that breaks off is taken up where it ended.
 */
export async function transfer(
  url: string,
  name: string,
  sink: TransferSink,
  options: TransferOptions = {},
): Promise<void> {
  const { retries = 3, signal } = options;
  for (let failures = 0; ; ) {
    const before = sink.received;
    try {
      return await attempt(url, name, sink, options);
    } catch (error) {
      failures = sink.received > before ? 1 : failures + 1;
      if (!isPassing(error) || failures > retries) throw error;
      await pause(Math.min(8000, 100 * 2 ** failures), signal, name);
    }
  }
}

async function attempt(url: string, name: string, sink: TransferSink, options: TransferOptions): Promise<void> {
  const { sha256, maxBytes = Infinity, onProgress, signal } = options;
  throwIfAborted(signal, name);
  let response = await continued(url, name, sink, options);
  if (response === undefined) {
    response = await request(url, name, withHeaders(options, {}));
    await sink.restart(validatorOf(response));
  }
  const total =
    response.status === 206
      ? parseContentRange(response.headers.get('content-range'))?.size
      : announcedLength(response);
  const body = bodyOf(response, name, signal);
  if (total !== undefined && total > maxBytes) {
    await body.cancel();
    throw tooLargeError(name, maxBytes);
  }
  for await (const chunk of chunksOf(body)) {
    throwIfAborted(signal, name);
    if (sink.received + chunk.length > maxBytes) throw tooLargeError(name, maxBytes);
    await sink.append(chunk);
    onProgress?.({ received: sink.received, total });
  }
  throwIfAborted(signal, name);
  if (total !== undefined && sink.received < total) {
    throw new FileError('truncated', `${name} arrived cut short: ${sink.received} of ${total} bytes.`, {
      data: { source: name, received: sink.received, total, sha256 },
    });
  }
}

/** The answer that continues what the sink holds, or undefined if the transfer has to start at the first byte. */
async function continued(
  url: string,
  name: string,
  { received, validator }: TransferSink,
  options: TransferOptions,
): Promise<Response | undefined> {
  const isSafe = validator !== undefined || options.sha256 !== undefined;
  if (received === 0 || !isSafe) return undefined;
  const headers = { range: `bytes=${received}-`, ...(validator === undefined ? {} : { 'if-range': validator }) };
  const response = await request(url, name, withHeaders(options, headers), [416]);
  const start = parseContentRange(response.headers.get('content-range'))?.start;
  if (response.status === 206 && start === received) return response;
  await response.body?.cancel();
  return undefined;
}

/** Bytes are counted, so a server must not compress on the way. (Pages may not set that header; it is left out there.) */
function withHeaders({ headers, signal }: RequestOptions, extra: Record<string, string>): RequestOptions {
  return { headers: { ...headers, 'accept-encoding': 'identity', ...extra }, signal };
}

function validatorOf(response: Response): string | undefined {
  if (response.headers.has('content-encoding')) return undefined;
  const tag = response.headers.get('etag');
  return (tag?.startsWith('"') ? tag : response.headers.get('last-modified')) ?? undefined;
}

/** True for troubles that may be gone a second later. */
function isPassing(error: unknown): boolean {
  if (!(error instanceof FileError)) return false;
  const { status } = error.data;
  return (
    error.code === 'network' ||
    error.code === 'truncated' ||
    (error.code === 'http' && typeof status === 'number' && (status >= 500 || status === 408 || status === 429))
  );
}

function pause(milliseconds: number, signal: AbortSignal | undefined, name: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      if (signal !== undefined) reject(abortedError(signal, name));
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, milliseconds);
    signal?.addEventListener('abort', stop, { once: true });
  });
}

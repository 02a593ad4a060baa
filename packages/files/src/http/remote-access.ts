import { FileError } from '../file-error.ts';
import type { ByteStream, Progress, RequestOptions } from '../kinds.ts';
import type { RandomAccess } from '../range.ts';
import { checkRange, outsideError } from '../range.ts';
import { collectBytes, tooLargeError } from '../stream.ts';
import { openUrl, retried, withRange } from './open-url.ts';
import { type Answer, contentRangeOf, request, sizeOfUnsatisfied, validatorOf } from './request.ts';
import { type RetryPolicy, retryPolicy } from './retry.ts';

/**
 * Number of bytes that the first request asks for. The response shows whether the server supports ranges, and contains
 * the complete header of most files.
 */
const HEAD_BYTES = 1 << 16;
/** Largest size in bytes of files that are always fetched whole. */
const SMALL_BYTES = 1 << 20;
/** Size in bytes of the blocks that small reads fetch. */
const BLOCK_BYTES = 1 << 17;
/** Number of requests after which a file of up to `MODERATE_BYTES` is fetched whole. */
const MOST_REQUESTS = 10;
const MODERATE_BYTES = 1 << 28;

/** Options of `openRemote`. */
export interface RemoteOptions extends RequestOptions {
  readonly maxBytes?: number;
  readonly onProgress?: (progress: Progress) => void;
  /** Whether only parts of the file will be read, so that ranges may save time. */
  readonly parts?: boolean;
}

/**
 * Opens the file at a URL for reading parts of it. By default, the file is fetched whole with one GET. With `parts`,
 * ranges are used if the server answers the first range request with status 206, a correct `Content-Range`, and an
 * `ETag` or `Last-Modified`. If the server sends the whole file instead, no further request is made.
 *
 * @throws FileError the codes of `readBytes`; reads fail with `changed` if the file on the server was replaced
 */
export async function openRemote(url: string, name: string, options: RemoteOptions): Promise<RandomAccess> {
  const { parts = false, maxBytes = Number.POSITIVE_INFINITY } = options;
  if (!parts || !/^https?:/i.test(url)) return inMemory(name, await readUrl(url, name, options));
  const tries = retryPolicy(url, name, options);
  const head = await retried(tries, () => request(url, name, withRange(options, { start: 0, end: HEAD_BYTES }), [416]));
  const { start, size } = contentRangeOf(head) ?? {};
  const validator = validatorOf(head.headers);
  if (head.status === 416 && sizeOfUnsatisfied(head) === 0) {
    await head.body.cancel();
    return inMemory(name, new Uint8Array(0));
  }
  if (head.status === 200) return inMemory(name, await wholeOf(head, url, name, options, tries));
  if (start !== 0 || size === undefined || validator === undefined) {
    await head.body.cancel();
    return inMemory(name, await readUrl(url, name, options));
  }
  if (size > maxBytes) {
    await head.body.cancel();
    throw tooLargeError(name, maxBytes);
  }
  const file = new RemoteFile(url, name, options, size, validator);
  await file.begin(head);
  return { name, size, read: (from, to) => file.read(from, to), close: async () => {} };
}

/** Fetches all bytes of a URL, with one GET if nothing fails. */
async function readUrl(url: string, name: string, options: RemoteOptions): Promise<Uint8Array<ArrayBuffer>> {
  const tries = retryPolicy(url, name, options);
  return retried(tries, async () => {
    const { stream, size } = await openUrl(url, name, undefined, options, tries);
    return collectAll(stream, name, size, options);
  });
}

function collectAll(
  stream: ByteStream,
  name: string,
  expectedBytes: number | undefined,
  { maxBytes, onProgress, signal }: RemoteOptions,
): Promise<Uint8Array<ArrayBuffer>> {
  return collectBytes(stream, { maxBytes, onProgress, signal, expectedBytes, name });
}

/** Reads the body of a response that contains the whole file; fetches the file again if the connection breaks. */
async function wholeOf(
  { body, length }: Answer,
  url: string,
  name: string,
  options: RemoteOptions,
  tries: RetryPolicy,
): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return await collectAll(body, name, length, options);
  } catch (error) {
    await tries.waitAfter(error);
    return readUrl(url, name, options);
  }
}

function inMemory(name: string, bytes: Uint8Array<ArrayBuffer>): RandomAccess {
  return {
    name,
    size: bytes.length,
    async read(start, end) {
      checkRange({ start, end }, name);
      if (end > bytes.length) throw outsideError({ start, end }, bytes.length, name);
      return bytes.subarray(start, end);
    },
    close: async () => {},
  };
}

/** A file on a server that is read with range requests. */
class RemoteFile {
  readonly #url: string;
  readonly #name: string;
  readonly #options: RemoteOptions;
  readonly #size: number;
  readonly #validator: string;
  /** Blocks of the file that were or are being fetched, by block index. */
  readonly #blocks = new Map<number, Promise<Uint8Array<ArrayBuffer>>>();
  #whole: Promise<Uint8Array<ArrayBuffer>> | undefined;
  #head: Uint8Array<ArrayBuffer> = new Uint8Array(0);
  #requests = 1;

  constructor(url: string, name: string, options: RemoteOptions, size: number, validator: string) {
    this.#url = url;
    this.#name = name;
    this.#options = options;
    this.#size = size;
    this.#validator = validator;
  }

  /** Reads the body of the first response; for a small file, also fetches the remaining bytes. */
  async begin(head: Answer): Promise<void> {
    const expected = Math.min(HEAD_BYTES, this.#size);
    const bytes = await collectBytes(head.body, { signal: this.#options.signal, name: this.#name }).catch(() => null);
    if (bytes?.length === expected) this.#head = bytes;
    if (this.#size > SMALL_BYTES) return;
    const rest = await this.#fetch(this.#head.length, this.#size);
    // The server may have sent the whole file instead.
    this.#whole ??= Promise.resolve(joined(this.#head, rest));
  }

  async read(start: number, end: number): Promise<Uint8Array<ArrayBuffer>> {
    checkRange({ start, end }, this.#name);
    if (end > this.#size) throw outsideError({ start, end }, this.#size, this.#name);
    if (end <= this.#head.length) return this.#head.subarray(start, end);
    if (this.#whole === undefined && this.#requests >= MOST_REQUESTS && this.#size <= MODERATE_BYTES) {
      this.#fetchWhole();
    }
    if (this.#whole !== undefined) return (await this.#whole).subarray(start, end);
    if (start === end) return new Uint8Array(0);
    const [first, last] = [Math.floor(start / BLOCK_BYTES), Math.floor((end - 1) / BLOCK_BYTES)];
    if (last - first > 1) return this.#fetch(start, end);
    const blocks = await Promise.all([this.#block(first), ...(last > first ? [this.#block(last)] : [])]);
    const from = start - first * BLOCK_BYTES;
    if (blocks.length === 1) return blocks[0].subarray(from, from + end - start);
    return joined(blocks[0].subarray(from), blocks[1].subarray(0, end - last * BLOCK_BYTES));
  }

  #fetchWhole(): void {
    const whole = this.#fetch(0, this.#size);
    this.#whole = whole;
    // The caller receives the error; the next read fetches the bytes again.
    whole.catch(() => {
      this.#whole = undefined;
    });
  }

  #block(index: number): Promise<Uint8Array<ArrayBuffer>> {
    const start = index * BLOCK_BYTES;
    const block = this.#blocks.get(index) ?? this.#fetch(start, Math.min(this.#size, start + BLOCK_BYTES));
    this.#blocks.set(index, block);
    // A failed block is fetched again by the next read.
    block.catch(() => this.#blocks.delete(index));
    return block;
  }

  /** Fetches a range of bytes of the version of the file that was opened. */
  async #fetch(start: number, end: number): Promise<Uint8Array<ArrayBuffer>> {
    if (start === end) return new Uint8Array(0);
    this.#requests++;
    const [url, name] = [this.#url, this.#name];
    const ranged = withRange(this.#options, { start, end });
    const options = { ...ranged, headers: { ...ranged.headers, 'if-range': this.#validator } };
    const tries = retryPolicy(url, name, options);
    return retried(tries, async () => {
      const answer = await request(url, name, options, [412, 416]);
      const isSame = validatorOf(answer.headers) === this.#validator;
      if (answer.status === 200 && isSame) {
        // The server ignores ranges now: keep the whole file and send no further requests.
        const bytes = await this.#collected(answer, this.#size);
        this.#whole = Promise.resolve(bytes);
        return bytes.subarray(start, end);
      }
      const range = contentRangeOf(answer);
      if (range?.start === start && range.size === this.#size && isSame) return this.#collected(answer, end - start);
      await answer.body.cancel();
      throw new FileError('changed', `${name} changed on the server while it was being read. Open it again.`, {
        data: { source: name, status: answer.status, validator: this.#validator },
      });
    });
  }

  async #collected({ body }: Answer, length: number): Promise<Uint8Array<ArrayBuffer>> {
    const { signal } = this.#options;
    const bytes = await collectBytes(body, { expectedBytes: length, signal, name: this.#name });
    if (bytes.length === length) return bytes;
    throw new FileError('truncated', `Received ${bytes.length} of ${length} bytes of ${this.#name}. Read it again.`, {
      data: { source: this.#name, received: bytes.length, total: length },
    });
  }
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(first.length + second.length);
  bytes.set(first);
  bytes.set(second, first.length);
  return bytes;
}

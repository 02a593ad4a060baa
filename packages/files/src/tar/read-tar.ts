import { FileError } from '../file-error.ts';
import type { ByteStream } from '../kinds.ts';
import { chunksOf } from '../stream.ts';
import { checkAttributesSize, holdsAttributes, type TarAttributes, withAttributes } from './attributes.ts';
import { BLOCK, decodeHeader, isFile, withoutRoot } from './tar-header.ts';

/** A file in a tar archive. */
export interface TarEntry {
  /** Path of the file in the archive, with slashes, without a leading `/` or `./`. */
  readonly path: string;
  /** Size in bytes. */
  readonly size: number;
  /** Reads the content. Call it before the next entry is requested; otherwise the content is skipped. */
  bytes(): Promise<Uint8Array<ArrayBuffer>>;
}

/**
 * Reads the files of a tar archive in order (ustar, pax and GNU formats); folders, links and devices are skipped. Only one
 * file is in memory at a time.
 *
 * @param name name of the archive for messages
 * @throws FileError `corrupt` or `truncated` for an invalid archive; the errors of the stream
 * @example
 * ```ts
 * import { readTar } from '@manabi/files/internal';
 *
 * const paths: string[] = [];
 * const stream = new Blob([new Uint8Array(1024)]).stream(); // two empty blocks: the end of an archive
 * for await (const { path } of readTar(stream, 'empty.tar')) paths.push(path);
 * console.log(paths); // []
 * ```
 */
export async function* readTar(stream: ByteStream, name: string): AsyncGenerator<TarEntry, void, undefined> {
  const reader = new BlockReader(stream, name);
  let attributes: TarAttributes = {};
  try {
    while (true) {
      const block = await reader.read(BLOCK, true);
      const header = block && decodeHeader(block, name, reader.position - BLOCK);
      if (header === null) return;
      if (holdsAttributes(header)) {
        checkAttributesSize(header, name);
        attributes = withAttributes(attributes, header, await reader.content(header.size));
        continue;
      }
      const { path = header.path, size = header.size } = attributes;
      attributes = {};
      if (!isFile(header)) {
        await reader.skip(header.type === '5' ? 0 : size);
        continue;
      }
      let content: Promise<Uint8Array<ArrayBuffer>> | undefined;
      yield {
        path: withoutRoot(path),
        size,
        bytes: () => {
          content ??= reader.content(size);
          return content;
        },
      };
      if (content === undefined) await reader.skip(size);
      else await content;
    }
  } finally {
    await reader.close();
  }
}

/** Reads a stream in pieces of a requested length. */
class BlockReader {
  readonly #chunks: AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined>;
  readonly #name: string;
  #chunk: Uint8Array<ArrayBuffer> = new Uint8Array(0);
  position = 0;

  constructor(stream: ByteStream, name: string) {
    this.#chunks = chunksOf(stream);
    this.#name = name;
  }

  /** Returns the next `length` bytes; null at the end of the stream, if the stream may end here. */
  async read(length: number, mayEnd = false): Promise<Uint8Array<ArrayBuffer> | null> {
    const bytes = new Uint8Array(length);
    let filled = 0;
    while (filled < length) {
      if (!(await this.#fill())) {
        if (mayEnd && filled === 0) return null;
        throw this.#truncated();
      }
      const part = this.#chunk.subarray(0, length - filled);
      bytes.set(part, filled);
      filled += part.length;
      this.#drop(part.length);
    }
    return bytes;
  }

  /** Returns the content of an entry, and skips the rest of its last block. */
  async content(size: number): Promise<Uint8Array<ArrayBuffer>> {
    // The pieces are collected first, so that a wrong size does not allocate memory.
    const pieces: Uint8Array[] = [];
    let filled = 0;
    while (filled < size) {
      if (!(await this.#fill())) throw this.#truncated();
      const part = this.#chunk.subarray(0, size - filled);
      pieces.push(part);
      filled += part.length;
      this.#drop(part.length);
    }
    await this.#skipPadding(size);
    const bytes = new Uint8Array(size);
    let at = 0;
    for (const piece of pieces) {
      bytes.set(piece, at);
      at += piece.length;
    }
    return bytes;
  }

  async skip(size: number): Promise<void> {
    await this.#skipBytes(size);
    await this.#skipPadding(size);
  }

  async #skipPadding(size: number): Promise<void> {
    await this.#skipBytes((BLOCK - (size % BLOCK)) % BLOCK);
  }

  async #skipBytes(count: number): Promise<void> {
    let left = count;
    while (left > 0) {
      if (!(await this.#fill())) throw this.#truncated();
      const length = Math.min(left, this.#chunk.length);
      this.#drop(length);
      left -= length;
    }
  }

  /** Makes `#chunk` nonempty; returns false at the end of the stream. */
  async #fill(): Promise<boolean> {
    while (this.#chunk.length === 0) {
      const { done, value } = await this.#chunks.next();
      if (done) return false;
      this.#chunk = value;
    }
    return true;
  }

  #drop(count: number): void {
    this.#chunk = this.#chunk.subarray(count);
    this.position += count;
  }

  #truncated(): FileError {
    return new FileError('truncated', `${this.#name} is truncated: the tar archive ends early. Download it again.`, {
      data: { source: this.#name, position: this.position },
    });
  }

  async close(): Promise<void> {
    await this.#chunks.return();
  }
}

import { FileError } from '../file-error.ts';
import type { ByteStream } from '../kinds.ts';
import { chunksOf } from '../stream.ts';
import { decodeHeader, type TarHeader } from './tar-header.ts';

/** A file in a tar archive. */
export interface TarEntry {
  /** Path of the file in the archive, with slashes. */
  readonly name: string;
  /** Size in bytes. */
  readonly size: number;
  /** Reads the content. Call it before the next entry is requested; otherwise the content is skipped. */
  bytes(): Promise<Uint8Array<ArrayBuffer>>;
}

const BLOCK = 512;
/** Largest size in bytes of an entry that holds the attributes of the next entry. */
const LARGEST_ATTRIBUTES = 1 << 20;

/**
 * Reads the files of a tar archive in order (ustar, pax and GNU formats); folders, links and devices are skipped. Only one
 * file is in memory at a time.
 *
 * @param name name of the archive for messages
 * @throws FileError `corrupt` or `truncated` for an invalid archive; the errors of the stream
 */
export async function* readTar(stream: ByteStream, name: string): AsyncGenerator<TarEntry, void, undefined> {
  const reader = new BlockReader(stream, name);
  let longName: string | undefined;
  let longSize: number | undefined;
  try {
    while (true) {
      const block = await reader.read(BLOCK, true);
      if (block === null) return;
      const header = decodeHeader(block, name, reader.position - BLOCK);
      if (header === null) return;
      if (isAttributes(header)) {
        const content = await reader.content(checkAttributes(header, name));
        if (header.type === 'L') longName = textOf(content);
        if (header.type === 'x') {
          const attributes = paxAttributes(textOf(content));
          longName = attributes.get('path') ?? longName;
          const size = Number(attributes.get('size'));
          longSize = Number.isSafeInteger(size) && attributes.has('size') ? size : longSize;
        }
        continue;
      }
      const size = longSize ?? header.size;
      const path = longName ?? header.name;
      [longName, longSize] = [undefined, undefined];
      const isFile = header.type === '0' || header.type === '7';
      if (!isFile) {
        await reader.skip(header.type === '5' ? 0 : size);
        continue;
      }
      let content: Promise<Uint8Array<ArrayBuffer>> | undefined;
      yield {
        name: path.replace(/^\.\//, ''),
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

function isAttributes({ type }: TarHeader): boolean {
  return ['L', 'K', 'x', 'g'].includes(type);
}

function checkAttributes({ size }: TarHeader, source: string): number {
  if (size <= LARGEST_ATTRIBUTES) return size;
  throw new FileError(
    'corrupt',
    `Cannot read ${source} as a tar archive: the attributes of a file have ${size} bytes.`,
    {
      data: { source, size },
    },
  );
}

function textOf(content: Uint8Array): string {
  const end = content.indexOf(0);
  return new TextDecoder().decode(end < 0 ? content : content.subarray(0, end));
}

/** Parses records such as `18 path=some/file\n`, each of which begins with its own length. */
function paxAttributes(text: string): ReadonlyMap<string, string> {
  const attributes = new Map<string, string>();
  for (const line of text.split('\n')) {
    const [, key, value] = /^\d+ ([^=]+)=(.*)$/.exec(line) ?? [];
    if (key !== undefined) attributes.set(key, value);
  }
  return attributes;
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

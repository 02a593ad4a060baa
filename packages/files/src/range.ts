import { FileError } from './file-error.ts';
import type { ByteRange, ByteStream } from './kinds.ts';

/** Throws a FileError `range` unless `start` and `end` are integers with 0 <= start <= end. */
export function checkRange({ start, end }: ByteRange, source: string): void {
  const isValid = Number.isSafeInteger(start) && start >= 0;
  if (isValid && (end === undefined || (Number.isSafeInteger(end) && end >= start))) return;
  throw new FileError(
    'range',
    `Cannot read bytes ${start} to ${end ?? 'the end'} of ${source}: \`start\` and \`end\` must be integers with 0 <= start <= end.`,
    { data: { source, start, end } },
  );
}

/** Returns the error for a range that ends after the end of the file. */
export function outsideError({ start, end }: ByteRange, size: number, source: string): FileError {
  return new FileError(
    'range',
    `Cannot read bytes ${start} to ${end ?? 'the end'} of ${source}: it has ${size} bytes. Check the range, and whether the file is truncated.`,
    { data: { source, start, end, size } },
  );
}

/**
 * Returns a stream of only the bytes in a range of a file, for servers that answer with the whole file. The given
 * stream starts at byte `offset` of the file. Fails with code `range` if it ends before the end of the range.
 */
export function cutRange(stream: ByteStream, range: ByteRange, offset: number, source: string): ByteStream {
  const reader = stream.getReader();
  const end = range.end ?? Infinity;
  let position = offset;
  return new ReadableStream<Uint8Array<ArrayBuffer>>({
    async pull(controller) {
      while (position < end) {
        const { done, value } = await reader.read();
        if (done) {
          const isShort = range.end !== undefined ? position < range.end : position < range.start;
          if (isShort) throw outsideError(range, position, source);
          controller.close();
          return;
        }
        const from = Math.max(0, range.start - position);
        const part = value.subarray(from, Math.min(value.length, end - position));
        position += value.length;
        if (part.length > 0) {
          controller.enqueue(part);
          return;
        }
      }
      controller.close();
      await reader.cancel();
    },
    cancel: (reason) => reader.cancel(reason),
  });
}

/** An open source whose parts can be read in any order. */
export interface RandomAccess {
  /** Name of the source for error messages. */
  readonly name: string;
  /** Size in bytes. */
  readonly size: number;
  /**
   * Reads the bytes from `start` (inclusive) to `end` (exclusive).
   *
   * @throws FileError `range` outside the file, `aborted`, and the codes of `readBytes`
   */
  read(start: number, end: number): Promise<Uint8Array<ArrayBuffer>>;
  /** Closes the source. */
  close(): Promise<void>;
}

import type { FileHandle } from 'node:fs/promises';
import { throwIfAborted } from './abort.ts';
import { fileErrorFrom } from './file-error.ts';
import type { ByteRange, ByteStream } from './kinds.ts';
import { nodeModule } from './node.ts';
import { outsideError } from './range.ts';

const PIECE_BYTES = 1 << 20;

/** An open file, its size, and the range to read; `end` is undefined if the size is unknown (pipes, devices). */
interface OpenFile {
  readonly handle: FileHandle;
  readonly start: number;
  readonly end: number | undefined;
}

async function openFile(path: string, range: ByteRange | undefined): Promise<OpenFile> {
  const { open } = await nodeModule('fs/promises');
  const handle = await open(path, 'r');
  try {
    const stat = await handle.stat();
    if (stat.isDirectory()) throw Object.assign(new Error('is a folder'), { code: 'EISDIR' });
    if (!stat.isFile() || (stat.size === 0 && range === undefined)) return { handle, start: 0, end: range?.end };
    const { start = 0, end = stat.size } = range ?? {};
    if (start > stat.size || end > stat.size) throw outsideError({ start, end }, stat.size, path);
    return { handle, start, end };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** Opens a file on disk as a stream that closes the file at its end, on failure and on cancellation. */
export async function streamPath(
  path: string,
  range: ByteRange | undefined,
  signal: AbortSignal | undefined,
): Promise<{ stream: ByteStream; size: number | undefined }> {
  const { handle, start, end } = await openFile(path, range).catch((error: unknown) => {
    throw fileErrorFrom(error, 'read', path);
  });
  const isSeekable = end !== undefined;
  let position = start;
  const stream = new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      async pull(controller) {
        try {
          throwIfAborted(signal, path);
          const piece = new Uint8Array(isSeekable ? Math.min(PIECE_BYTES, end - position) : PIECE_BYTES);
          const { bytesRead } =
            piece.length === 0
              ? { bytesRead: 0 }
              : await handle.read(piece, 0, piece.length, isSeekable ? position : null);
          if (isSeekable && bytesRead === 0 && position < end) throw outsideError({ start, end }, position, path);
          position += bytesRead;
          if (bytesRead > 0) controller.enqueue(piece.subarray(0, bytesRead));
          if (bytesRead === 0 || (isSeekable && position === end)) {
            await handle.close();
            controller.close();
          }
        } catch (error) {
          await handle.close();
          throw fileErrorFrom(error, 'read', path);
        }
      },
      cancel: () => handle.close(),
    },
    { highWaterMark: 0 },
  );
  return { stream, size: end === undefined ? undefined : end - start };
}

/** Returns the size of a file on disk in bytes. */
export async function sizeOfPath(path: string): Promise<number> {
  try {
    const { stat } = await nodeModule('fs/promises');
    const facts = await stat(path);
    if (facts.isDirectory()) throw Object.assign(new Error('is a folder'), { code: 'EISDIR' });
    return facts.size;
  } catch (error) {
    throw fileErrorFrom(error, 'read', path);
  }
}

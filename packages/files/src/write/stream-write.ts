import { throwIfAborted } from '../abort.ts';
import { fileErrorFrom, systemCode } from '../file-error.ts';
import { nodeModule } from '../node.ts';
import type { Target } from './target.ts';
import { type OpenFile, writeFully } from './write-fully.ts';

/** Interval for checking whether a pipe has a reader, in milliseconds. */
const PIPE_DELAY = 20;

/**
 * Writes to a device or a pipe. Waits until the pipe has a reader.
 *
 * @throws FileError `io`, `permission`, `aborted`; errors of a stream or iterable in the data are passed on
 */
export async function writeStream(
  target: Extract<Target, { readonly kind: 'stream' }>,
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { path, openFile, isPipe } = target;
  const guarded = <T>(work: Promise<T>): Promise<T> =>
    work.catch((error: unknown) => {
      throw fileErrorFrom(error, 'write', path);
    });
  const handle = await guarded(openFile === null ? openStream(path, isPipe, signal) : ownFile(openFile));
  try {
    for await (const chunk of chunks) {
      throwIfAborted(signal, path);
      await guarded(writeFully(handle, chunk));
    }
    throwIfAborted(signal, path);
  } finally {
    await handle.close();
  }
}

async function openStream(path: string, isPipe: boolean, signal: AbortSignal | undefined): Promise<OpenFile> {
  const { constants, open } = await nodeModule('fs/promises');
  if (!isPipe) return open(path, constants.O_WRONLY);
  // `first` stays open until the second open is complete: a pipe without a writer would signal the end of the data.
  const first = await openWithReader(path, signal);
  try {
    return await open(path, constants.O_WRONLY);
  } finally {
    await first.close();
  }
}

/**
 * Returns an object for writing to an open file descriptor of this process. Its method `close` leaves the descriptor
 * open.
 */
async function ownFile(number: number): Promise<OpenFile> {
  const { write } = await nodeModule('fs');
  return {
    write: (chunk, from, length) =>
      new Promise((resolve, reject) => {
        write(number, chunk, from, length, null, (error, bytesWritten) => {
          if (error === null) resolve({ bytesWritten });
          else reject(error);
        });
      }),
    close: async () => {},
  };
}

/**
 * Opens a pipe for writing once it has a reader. Tries repeatedly without blocking, because a blocking open would wait
 * in a thread that an AbortSignal cannot stop.
 */
async function openWithReader(path: string, signal: AbortSignal | undefined): Promise<{ close(): Promise<void> }> {
  const { constants, open } = await nodeModule('fs/promises');
  while (true) {
    throwIfAborted(signal, path);
    try {
      return await open(path, constants.O_WRONLY | constants.O_NONBLOCK);
    } catch (error) {
      if (systemCode(error) !== 'ENXIO') throw fileErrorFrom(error, 'write', path);
    }
    await new Promise((resolve) => setTimeout(resolve, PIPE_DELAY));
  }
}

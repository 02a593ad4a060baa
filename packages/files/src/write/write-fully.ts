import { systemCode } from '../file-error.ts';

/**
 * The methods of an open file in Node that this package uses. Declaring them here keeps Node's types out of the
 * package's type declarations.
 */
export interface OpenFile {
  write(chunk: Uint8Array, from: number, length: number): Promise<{ readonly bytesWritten: number }>;
  close(): Promise<void>;
}

/** Delay before the next attempt to write to a full pipe, in milliseconds. */
const FULL_DELAY = 5;

/**
 * Writes all bytes of a chunk. Calls `write` repeatedly, because one call may write fewer bytes, and at most two
 * gigabytes.
 */
export async function writeFully(handle: Pick<OpenFile, 'write'>, chunk: Uint8Array): Promise<void> {
  for (let from = 0; from < chunk.length; ) {
    try {
      const { bytesWritten } = await handle.write(chunk, from, Math.min(chunk.length - from, 1 << 26));
      from += bytesWritten;
    } catch (error) {
      if (systemCode(error) !== 'EAGAIN') throw error;
      await new Promise((resolve) => setTimeout(resolve, FULL_DELAY));
    }
  }
}

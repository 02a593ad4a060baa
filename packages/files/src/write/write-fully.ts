import { systemCode } from '../file-error.ts';

/**
 * The methods of an open file that this package uses, declared here so that its type declarations do not require Node's
 * types.
 */
export interface OpenFile {
  write(chunk: Uint8Array, from: number, length: number): Promise<{ readonly bytesWritten: number }>;
  close(): Promise<void>;
}

/** Delay before writing again to a full pipe, in milliseconds. */
const FULL_DELAY = 5;

/** Writes all bytes of a chunk: a single call may write fewer, and at most two gigabytes. */
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

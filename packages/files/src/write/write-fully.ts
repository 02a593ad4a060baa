import { systemCode } from '../file-error.ts';

/** What is asked of an open file. Written out, so that the declarations of this package need no types of Node. */
export interface OpenFile {
  write(chunk: Uint8Array, from: number, length: number): Promise<{ readonly bytesWritten: number }>;
  close(): Promise<void>;
}

/** How long to wait for a pipe that takes no more at the moment, in milliseconds. */
const FULL_DELAY = 5;

/** Writes all of a chunk: a single call may take less, and takes no more than two gigabytes. */
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

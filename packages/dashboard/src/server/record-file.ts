import { ManabiError } from '@manabi/errors';
import { encodeRecord } from '../records/json-lines.ts';
import type { DashboardRecord } from '../records/record.ts';
import { isNode, nodeModule } from './node-modules.ts';

/** First bytes of a file of records. */
const BEGIN = new TextEncoder().encode('{"type":"started"');
const LINE_BREAK = 10;
const CHUNK = 65_536;

/** A file of records, one per line. New runs are appended to those that it contains. */
export class RecordFile {
  readonly path: string;
  #isOpen = false;

  constructor(path: string) {
    this.path = path;
  }

  /** Appends a record. @throws ManabiError `file` if that fails, and outside Node */
  async write(record: DashboardRecord): Promise<void> {
    if (!isNode()) {
      throw fileError(this.path, 'no file system is available here; pass { sink } instead of { file }', undefined);
    }
    try {
      if (!this.#isOpen) await removeIncompleteLine(this.path);
      this.#isOpen = true;
      const { appendFile } = await nodeModule('fs/promises');
      await appendFile(this.path, `${encodeRecord(record)}\n`);
    } catch (cause) {
      throw fileError(this.path, cause instanceof Error ? cause.message : String(cause), cause);
    }
  }
}

/**
 * Removes an incomplete last line, which a killed process left behind.
 *
 * @throws Error for a file that does not contain records, which must not be changed
 */
async function removeIncompleteLine(path: string): Promise<void> {
  const { open } = await nodeModule('fs/promises');
  const file = await open(path, 'r+').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (file === null) return;
  try {
    const { size } = await file.stat();
    const { buffer: begin } = await file.read(new Uint8Array(BEGIN.length), 0, BEGIN.length, 0);
    if (size > 0 && BEGIN.some((byte, i) => begin[i] !== byte)) {
      throw new Error('the file exists and does not contain records of a dashboard; choose another path');
    }
    let end = size;
    while (end > 0) {
      const start = Math.max(0, end - CHUNK);
      const { buffer } = await file.read(new Uint8Array(end - start), 0, end - start, start);
      const last = buffer.lastIndexOf(LINE_BREAK);
      if (last >= 0) {
        end = start + last + 1;
        break;
      }
      end = start;
    }
    if (end < size) await file.truncate(end);
  } finally {
    await file.close();
  }
}

function fileError(path: string, problem: string, cause: unknown): ManabiError {
  return new ManabiError('file', `Cannot write '${path}': ${problem}.`, { op: 'dashboard', data: { path }, cause });
}

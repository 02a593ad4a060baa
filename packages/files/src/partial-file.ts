import { fileErrorFrom } from './file-error.ts';
import { nodeModule } from './node.ts';
import type { TransferSink } from './transfer.ts';
import { writeFully } from './write/write-fully.ts';

/** A file that a transfer goes on with, and beside it a note that tells which version of the original it is of. */
export async function openPartial(
  path: string,
): Promise<TransferSink & { sync(): Promise<void>; close(): Promise<void> }> {
  const { constants, open, readFile, writeFile } = await nodeModule('fs/promises');
  const guarded = <T>(work: Promise<T>): Promise<T> =>
    work.catch((error: unknown) => {
      throw fileErrorFrom(error, 'write', path);
    });
  const note = `${path}.json`;
  const handle = await guarded(open(path, constants.O_RDWR | constants.O_CREAT | constants.O_APPEND));
  let received = (await handle.stat()).size;
  let validator = await readFile(note, 'utf8').then(parseNote, () => undefined);
  return {
    get received() {
      return received;
    },
    get validator() {
      return validator;
    },
    async append(chunk) {
      await guarded(writeFully(handle, chunk));
      received += chunk.length;
    },
    async restart(version) {
      await guarded(handle.truncate(0));
      await guarded(writeFile(note, JSON.stringify({ validator: version })));
      received = 0;
      validator = version;
    },
    sync: () => guarded(handle.sync()),
    close: () => handle.close(),
  };
}

function parseNote(text: string): string | undefined {
  try {
    const note: unknown = JSON.parse(text);
    const isNote = typeof note === 'object' && note !== null && 'validator' in note;
    return isNote && typeof note.validator === 'string' ? note.validator : undefined;
  } catch {
    return undefined;
  }
}

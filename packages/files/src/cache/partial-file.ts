import { fileErrorFrom, systemCode } from '../file-error.ts';
import type { TransferSink } from '../http/transfer.ts';
import { nodeModule } from '../node.ts';
import { writeFully } from '../write/write-fully.ts';
import { type FileNote, noteOf, readNote, writeNote } from './file-note.ts';

/** A partially downloaded file, to which a transfer adds the missing bytes. */
export interface PartialFile extends TransferSink {
  /** Metadata of the version of the server's file that the received bytes belong to. */
  readonly note: FileNote;
  sync(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens a partially downloaded file and the metadata beside it, which records the version of the server's file. If the
 * path is a link, or not a regular file of this user, it is replaced by a new file, because files of other users must
 * be neither read nor written.
 */
export async function openPartial(path: string): Promise<PartialFile> {
  const guarded = <T>(work: Promise<T>): Promise<T> =>
    work.catch((error: unknown) => {
      throw fileErrorFrom(error, 'write', path);
    });
  const notePath = `${path}.json`;
  const { handle, size } = await guarded(openOwn(path));
  let received = size;
  let note = size === 0 ? {} : await readNote(notePath);
  return {
    get received() {
      return received;
    },
    get validator() {
      return note.validator;
    },
    get note() {
      return note;
    },
    async append(chunk) {
      await guarded(writeFully(handle, chunk));
      received += chunk.length;
    },
    async restart(version, headers) {
      await guarded(handle.truncate(0));
      received = 0;
      note = noteOf(version, headers);
      await guarded(writeNote(notePath, note));
    },
    sync: () => guarded(handle.sync()),
    close: () => handle.close(),
  };
}

interface Handle {
  write(chunk: Uint8Array, from: number, length: number): Promise<{ readonly bytesWritten: number }>;
  truncate(length: number): Promise<void>;
  sync(): Promise<void>;
  close(): Promise<void>;
}

async function openOwn(path: string): Promise<{ readonly handle: Handle; readonly size: number }> {
  const { constants, open, rm } = await nodeModule('fs/promises');
  // Windows defines neither O_NOFOLLOW nor O_NONBLOCK.
  const { O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants;
  const flags = constants.O_RDWR | constants.O_CREAT | constants.O_APPEND | O_NOFOLLOW | O_NONBLOCK;
  const found = await open(path, flags).catch((error: unknown) => {
    // The path is a link, a folder or a socket.
    if (['ELOOP', 'EISDIR', 'ENXIO'].includes(systemCode(error) ?? '')) return undefined;
    throw error;
  });
  const facts = await found?.stat();
  const isOwn =
    facts?.isFile() && facts.nlink === 1 && (process.getuid === undefined || facts.uid === process.getuid());
  if (found !== undefined && facts !== undefined && isOwn) return { handle: found, size: facts.size };
  await found?.close();
  await rm(path, { recursive: true, force: true });
  return { handle: await open(path, flags | constants.O_EXCL), size: 0 };
}

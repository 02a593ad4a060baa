import { readArgument, readOptions } from '@manabi/errors';
import { throwIfAborted } from '../abort.ts';
import { pathKind, writeKinds } from '../kinds.ts';
import { nodeModule } from '../node.ts';
import { piecesOf, type Writable, writableKind } from './pieces.ts';
import { prepareFile, syncFolder } from './prepared-file.ts';
import { writeStream } from './stream-write.ts';
import { findTarget } from './target.ts';
import { removeAbandoned } from './temporary-file.ts';

/** Options of `writeFileAtomic`. */
export interface WriteOptions {
  /** Stops the writing before the file is put into place; the old one then stays. */
  readonly signal?: AbortSignal;
}

/**
 * Writes a file so that its path holds the old content or the new one, never a part: not when the data fails half-way,
 * the process is killed, or the power goes. The bytes go into a temporary file in the same folder, to the disk, and then
 * by one renaming into place. Links are followed, also to a file that does not exist yet; a file's mode is kept. Temporary
 * files that processes of this machine left beside it when they were killed are removed.
 *
 * Devices, pipes and `/dev/stdout` are written to, and not replaced.
 *
 * @param path path or `file:` URL; its folder must exist
 * @throws FileError `notFound` without the folder, `notAFile` for a folder, `permission`, `noSpace` if the disk is full,
 * `aborted`, `io`, `unsupported` for other URLs, sockets and disks, and in pages. The temporary file is removed. Errors of
 * the data's own stream come through as they are.
 * @example `await writeFileAtomic('model.keras', bytes)`
 */
export async function writeFileAtomic(path: string | URL, data: Writable, options: WriteOptions = {}): Promise<void> {
  readArgument('writeFileAtomic', 'path', path, pathKind);
  readArgument('writeFileAtomic', 'data', data, writableKind);
  const { signal } = readOptions('writeFileAtomic', options, writeKinds);
  const target = await findTarget(path);
  throwIfAborted(signal, target.path);
  if (target.kind === 'stream') return writeStream(target, piecesOf(data), signal);
  const { basename, dirname } = await nodeModule('path');
  const name = basename(target.path);
  const file = await prepareFile(target.path, target.mode, data, signal, name);
  try {
    await file.commit();
  } finally {
    await file.discard();
  }
  await syncFolder(dirname(target.path));
  await removeAbandoned(dirname(target.path), name);
}

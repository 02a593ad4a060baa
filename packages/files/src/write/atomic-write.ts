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
  /** Signal that aborts the write. If it is aborted before the file is replaced, the old file is kept. */
  readonly signal?: AbortSignal;
}

/**
 * Writes a file atomically: at any moment, the file has either its complete old content or its complete new content,
 * even if reading the data fails halfway, the process is killed, or the power fails. The bytes are written to a
 * temporary file in the same folder, flushed to disk and renamed. Links are followed, including those to files that do
 * not exist yet; the file's mode is kept. Temporary files that killed processes of this machine left beside this file
 * are removed.
 *
 * Devices, pipes and `/dev/stdout` are written to directly instead of being replaced.
 *
 * @param path path or `file:` URL; its folder must exist
 * @param data text (written as UTF-8), bytes, a blob, or a stream or iterable of bytes
 * @throws FileError `notFound` if the folder is missing, `notAFile` if the path is a folder, `permission`, `noSpace` if
 * the disk is full, `aborted`, `io`; `unsupported` for other URLs, sockets and block devices, and in web pages. The
 * temporary file is removed then. Errors of a stream or iterable in `data` are passed on.
 * @example
 * ```ts node-only
 * import { readText, writeFileAtomic } from '@manabi/files';
 *
 * await writeFileAtomic('notes.txt', 'first');
 * await writeFileAtomic('notes.txt', 'second');
 * console.log(await readText('notes.txt')); // second
 * ```
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

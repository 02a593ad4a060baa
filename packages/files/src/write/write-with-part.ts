import { functionOf, type KindsOf, name as nameKind, nullable, readArgument, readOptions } from '@manabi/errors';
import { throwIfAborted } from '../abort.ts';
import { FileError } from '../file-error.ts';
import { pathKind, writeKinds } from '../kinds.ts';
import { nodeModule } from '../node.ts';
import type { WriteOptions } from './atomic-write.ts';
import { type Writable, writableKind } from './pieces.ts';
import { type PreparedFile, prepareFile, syncFolder } from './prepared-file.ts';
import { findTarget } from './target.ts';
import { removeAbandoned } from './temporary-file.ts';

/** Content of a file and of a second file in the same folder, its part, whose name the first file contains. */
export interface FileWithPart {
  /** Returns the content of the file that refers to the part, given the file name of the part. */
  readonly file: (partName: string) => Writable;
  /** Content of the part; null if the file has no part. */
  readonly part: Writable | null;
  /** File name extension of the part: `data` for a part named `model.onnx.<number>.data`. */
  readonly extension: string;
  /**
   * Returns the names of the parts that a file refers to, or null if they cannot be determined.
   *
   * @param path path of the existing file
   */
  readonly partsOf: (path: string) => Promise<readonly string[] | null>;
}

const contentKinds = {
  file: functionOf<FileWithPart['file']>('a function (partName) => data'),
  part: nullable(writableKind),
  extension: nameKind,
  partsOf: functionOf<FileWithPart['partsOf']>('a function (path) => Promise<names | null>'),
} satisfies KindsOf<FileWithPart>;

/**
 * Writes a file and a second one that it refers to by name (its part) atomically: at any moment, the path has either
 * the old file or the new one, and its part exists, even if several processes write to the path or are killed. Each
 * write first creates its part, under a unique name. Parts to which no file refers are removed, unless a write is in
 * progress.
 *
 * @throws FileError the codes of `writeFileAtomic`; `unsupported` if the path is a device or a pipe, or if there is a
 * part and the path is a link into another folder
 * @example
 * ```ts node-only
 * import { readText, writeWithPart } from '@manabi/files';
 *
 * await writeWithPart('list.txt', {
 *   file: (partName) => partName,
 *   part: 'the data',
 *   extension: 'data',
 *   partsOf: async (path) => [await readText(path)],
 * });
 * console.log(await readText(await readText('list.txt'))); // the data
 * ```
 */
export async function writeWithPart(
  destination: string | URL,
  content: FileWithPart,
  options: WriteOptions = {},
): Promise<void> {
  readArgument('writeWithPart', 'destination', destination, pathKind);
  const { file, part, extension, partsOf } = readOptions('writeWithPart', content, contentKinds);
  const { signal } = readOptions('writeWithPart', options, writeKinds);
  const target = await findTarget(destination);
  throwIfAborted(signal, target.path);
  const { basename, dirname, join } = await nodeModule('path');
  const what =
    target.kind === 'stream' ? 'a device or a pipe' : target.isElsewhere ? 'a link into another folder' : null;
  if (target.kind === 'stream' || (part !== null && what !== null)) {
    throw new FileError(
      'unsupported',
      `Cannot write a data file beside ${String(destination)}, which is ${what}. Pass the path of a regular file.`,
      { data: { source: String(destination), what } },
    );
  }
  const { path, mode } = target;
  const [folder, name] = [dirname(path), basename(path)];
  const partName = `${name}.${crypto.randomUUID().slice(0, 13)}.${extension}`;
  const prepared: PreparedFile[] = [];
  try {
    if (part !== null) prepared.push(await prepareFile(join(folder, partName), undefined, part, signal, name));
    // Until the commit, this temporary file tells other processes not to remove the part.
    prepared.push(await prepareFile(path, mode, file(partName), signal, name));
    for (const each of prepared) await each.commit();
  } finally {
    for (const each of prepared) await each.discard();
  }
  await syncFolder(folder);
  await removeOldParts(folder, name, extension, partsOf);
}

/**
 * Removes parts that no file refers to. To keep parts of concurrent writes, it lists the parts first, then checks for
 * temporary files, and last reads which parts the existing file uses: any other listed part belongs to a file that was
 * replaced.
 */
async function removeOldParts(
  folder: string,
  name: string,
  extension: string,
  partsOf: FileWithPart['partsOf'],
): Promise<void> {
  const { readdir, rm } = await nodeModule('fs/promises');
  const { join } = await nodeModule('path');
  const parts = (await readdir(folder)).filter((entry) => isPart(entry, name, extension));
  const { isBeingWritten } = await removeAbandoned(folder, name);
  if (isBeingWritten || parts.length === 0) return;
  const used = await partsOf(join(folder, name));
  if (used === null) return;
  for (const entry of parts) {
    if (!used.includes(entry)) await rm(join(folder, entry), { force: true }).catch(() => undefined);
  }
}

/** Returns whether `entry` is a possible name of a part of the file `name`. */
function isPart(entry: string, name: string, extension: string): boolean {
  if (!entry.startsWith(`${name}.`) || !entry.endsWith(`.${extension}`)) return false;
  return /^[0-9a-f]{8}-[0-9a-f]{4}$/.test(entry.slice(name.length + 1, -extension.length - 1));
}

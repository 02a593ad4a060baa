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

/** A file that refers to another one beside it, by name. */
export interface FileWithPart {
  /** Returns the file, which refers to the part by the name that it is given. */
  readonly file: (partName: string) => Writable;
  /** What lies beside the file; null for nothing. */
  readonly part: Writable | null;
  /** The end of the part's name: `data` for `model.onnx.<number>.data`. */
  readonly extension: string;
  /**
   * Returns the names of parts that a file refers to, or null if that cannot be told.
   *
   * @param path the file that is there now
   */
  readonly partsOf: (path: string) => Promise<readonly string[] | null>;
}

const contentKinds = {
  file: functionOf<FileWithPart['file']>('a function (partName) => what is written'),
  part: nullable(writableKind),
  extension: nameKind,
  partsOf: functionOf<FileWithPart['partsOf']>('a function (path) => Promise of names'),
} satisfies KindsOf<FileWithPart>;

/**
 * Writes a file and another one that it refers to, so that the path always holds a file whose part is there: the old one or
 * the new one, also where several processes write to one path, or are killed in the middle. Each writing has a part of its
 * own, under a name that no other one uses; the part is put into place first. Parts that no file refers to any longer are
 * removed, unless somebody is about to refer to them.
 *
 * @throws FileError as `writeFileAtomic`; `unsupported` for a part beside a device or a pipe
 * @example
 * ```ts
 * await writeWithPart('model.onnx', { file: (name) => encode(name), part: weights, extension: 'data', partsOf });
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
      `Cannot write ${String(destination)} with data beside it: it is ${what}. Give the path of the file itself.`,
      { data: { source: String(destination), what } },
    );
  }
  const { path, mode } = target;
  const [folder, name] = [dirname(path), basename(path)];
  const partName = `${name}.${crypto.randomUUID().slice(0, 13)}.${extension}`;
  const prepared: PreparedFile[] = [];
  try {
    if (part !== null) prepared.push(await prepareFile(join(folder, partName), undefined, part, signal, name));
    // From here until it is put into place, the file's temporary one says that the part is going to be referred to.
    prepared.push(await prepareFile(path, mode, file(partName), signal, name));
    for (const each of prepared) await each.commit();
  } finally {
    for (const each of prepared) await each.discard();
  }
  await syncFolder(folder);
  await removeOldParts(folder, name, extension, partsOf);
}

/**
 * Removes parts that nobody refers to. The order of the three looks matters: a part that is seen belongs to a file that is
 * there, to one whose temporary file is there, or to one that was replaced.
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

/** Whether a name is one that a part of the file gets. */
function isPart(entry: string, name: string, extension: string): boolean {
  if (!entry.startsWith(`${name}.`) || !entry.endsWith(`.${extension}`)) return false;
  return /^[0-9a-f]{8}-[0-9a-f]{4}$/.test(entry.slice(name.length + 1, -extension.length - 1));
}

import { boolean, type KindsOf, optional, readArgument, readOptions } from '@manabi/errors';
import { fileErrorFrom } from './file-error.ts';
import { pathKind } from './kinds.ts';
import { nodeModule } from './node.ts';

/** Options of `walkFolder`. */
export interface WalkOptions {
  /** Whether to enter folders that symbolic links point to (default false). Links to files are always listed. */
  readonly followLinks?: boolean;
}

/** Files and folders below a folder, as paths relative to it, separated by `/`. */
export interface FolderContents {
  readonly files: readonly string[];
  /** Folders, including empty ones and links to folders. */
  readonly folders: readonly string[];
}

const kinds = { followLinks: optional(boolean, false) } satisfies KindsOf<WalkOptions>;

/**
 * Lists all files and folders below a folder, in no particular order.
 *
 * @param path path or `file:` URL
 * @throws FileError `notFound` if the folder is missing or a file, `permission`, `io`; `unsupported` in pages
 * @example
 * ```ts node-only
 * import { makeFolder, walkFolder, writeFileAtomic } from '@manabi/files';
 *
 * await makeFolder('photos/cats');
 * await writeFileAtomic('photos/cats/1.txt', 'cat');
 * console.log(await walkFolder('photos')); // { files: ['cats/1.txt'], folders: ['cats'] }
 * ```
 */
export async function walkFolder(path: string | URL, options: WalkOptions = {}): Promise<FolderContents> {
  readArgument('walkFolder', 'path', path, pathKind);
  const { followLinks } = readOptions('walkFolder', options, kinds);
  const { readdir, realpath, stat } = await nodeModule('fs/promises');
  const { fileURLToPath } = await nodeModule('url');
  const root = path instanceof URL || path.startsWith('file:') ? fileURLToPath(path) : path;
  const files: string[] = [];
  const folders: string[] = [];

  /** @param above real paths of the folders above, to stop at links that form a cycle */
  const walk = async (prefix: string, above: readonly string[]): Promise<void> => {
    const inner: string[] = [];
    for (const entry of await readdir(`${root}/${prefix}`, { withFileTypes: true })) {
      const name = prefix + entry.name;
      const target = entry.isSymbolicLink() ? await stat(`${root}/${name}`).catch(() => null) : entry;
      if (target?.isDirectory()) folders.push(name);
      if (target?.isDirectory() && (followLinks || !entry.isSymbolicLink())) inner.push(name);
      if (target?.isFile()) files.push(name);
    }
    for (const name of inner) {
      const real = followLinks ? await realpath(`${root}/${name}`) : name;
      if (!above.includes(real)) await walk(`${name}/`, [...above, real]);
    }
  };
  try {
    await walk('', followLinks ? [await realpath(root)] : []);
  } catch (error) {
    throw fileErrorFrom(error, 'list', String(path));
  }
  return { files, folders };
}

import { readArgument } from '@manabi/errors';
import { fileErrorFrom, systemCode } from './file-error.ts';
import { pathKind } from './kinds.ts';
import { nodeModule } from './node.ts';

/**
 * Returns the names of the files and folders in a folder.
 *
 * @param path path or `file:` URL
 * @returns names in alphabetical order; null if `path` does not exist or is not a folder
 * @throws FileError `permission`, `io`, `unsupported` in pages
 * @example
 * ```ts node-only
 * import { listFolder, writeFileAtomic } from '@manabi/files';
 *
 * await writeFileAtomic('a.txt', 'a');
 * console.log((await listFolder('.'))?.includes('a.txt')); // true
 * console.log(await listFolder('missing')); // null
 * ```
 */
export async function listFolder(path: string | URL): Promise<readonly string[] | null> {
  readArgument('listFolder', 'path', path, pathKind);
  const { readdir } = await nodeModule('fs/promises');
  const target = path instanceof URL || !path.startsWith('file:') ? path : new URL(path);
  try {
    return (await readdir(target)).sort();
  } catch (error) {
    if (['ENOTDIR', 'ENOENT'].includes(systemCode(error) ?? '')) return null;
    throw fileErrorFrom(error, 'list', String(path));
  }
}

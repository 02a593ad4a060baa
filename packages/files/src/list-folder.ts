import { readArgument } from '@manabi/errors';
import { fileErrorFrom, systemCode } from './file-error.ts';
import { pathKind } from './kinds.ts';
import { nodeModule } from './node.ts';

/**
 * Lists what is in a folder.
 *
 * @param path path or `file:` URL
 * @returns names in alphabetical order; null for what is not a folder, or does not exist
 * @throws FileError `permission`, `io`, `unsupported` in pages
 * @example `const names = await listFolder('models')`
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

import { readArgument } from '@manabi/errors';
import { fileErrorFrom, systemCode } from './file-error.ts';
import { pathKind } from './kinds.ts';
import { nodeModule } from './node.ts';

/**
 * Removes a file. Does nothing if the file does not exist.
 *
 * @param path path or `file:` URL
 * @throws FileError `permission`, `notAFile` for a folder, `io`, `unsupported` in pages
 * @example
 * ```ts node-only
 * import { listFolder, removeFile, writeFileAtomic } from '@manabi/files';
 *
 * await writeFileAtomic('old.bin', '');
 * await removeFile('old.bin');
 * console.log(await listFolder('old.bin')); // null
 * ```
 */
export async function removeFile(path: string | URL): Promise<void> {
  readArgument('removeFile', 'path', path, pathKind);
  const { unlink } = await nodeModule('fs/promises');
  const target = path instanceof URL || !path.startsWith('file:') ? path : new URL(path);
  try {
    await unlink(target);
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw fileErrorFrom(error, 'remove', String(path));
  }
}

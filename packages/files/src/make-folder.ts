import { readArgument } from '@manabi/errors';
import { fileErrorFrom } from './file-error.ts';
import { pathKind } from './kinds.ts';
import { nodeModule } from './node.ts';

/**
 * Creates a folder and its missing parents. Does nothing if the folder exists.
 *
 * @param path path or `file:` URL
 * @throws FileError `permission`, `noSpace`, `notFound` if part of the path is a file; `unsupported` in pages
 * @example
 * ```ts node-only
 * import { listFolder, makeFolder } from '@manabi/files';
 *
 * await makeFolder('backups/run-3');
 * console.log(await listFolder('backups')); // ['run-3']
 * ```
 */
export async function makeFolder(path: string | URL): Promise<void> {
  readArgument('makeFolder', 'path', path, pathKind);
  const { mkdir } = await nodeModule('fs/promises');
  const target = path instanceof URL || !path.startsWith('file:') ? path : new URL(path);
  await mkdir(target, { recursive: true }).catch((error: unknown) => {
    throw fileErrorFrom(error, 'make the folder', String(path));
  });
}

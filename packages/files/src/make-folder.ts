import { readArgument, text } from '@manabi/errors';
import { fileErrorFrom } from './file-error.ts';
import { nodeModule } from './node.ts';

/**
 * Creates a folder and its missing parents. Does nothing if the folder exists.
 *
 * @throws FileError `permission`, `noSpace`, `notFound` if part of the path is a file; `unsupported` in pages
 * @example
 * ```ts
 * await makeFolder('backups/run-3');
 * await listFolder('backups'); // => ['run-3']
 * ```
 */
export async function makeFolder(path: string): Promise<void> {
  readArgument('makeFolder', 'path', path, text);
  const { mkdir } = await nodeModule('fs/promises');
  await mkdir(path, { recursive: true }).catch((error: unknown) => {
    throw fileErrorFrom(error, 'make the folder', path);
  });
}

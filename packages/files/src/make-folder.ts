import { readArgument, text } from '@manabi/errors';
import { fileErrorFrom } from './file-error.ts';
import { nodeModule } from './node.ts';

/**
 * Makes a folder, and those that it lies in; fine if it is there.
 *
 * @throws FileError `permission`, `noSpace`, `notFound` where a file is in the way; `unsupported` in pages
 * @example `await makeFolder('backups/run-3')`
 */
export async function makeFolder(path: string): Promise<void> {
  readArgument('makeFolder', 'path', path, text);
  const { mkdir } = await nodeModule('fs/promises');
  await mkdir(path, { recursive: true }).catch((error: unknown) => {
    throw fileErrorFrom(error, 'make the folder', path);
  });
}

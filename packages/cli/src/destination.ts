import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { dirname, extname } from 'node:path';
import { FileError } from '@manabi/files';
import { UsageError } from './usage-error.ts';

/**
 * Checks that a file can be written to a path, before a command computes its contents.
 *
 * @param option option or command that received the path, used in messages
 * @throws UsageError for another extension; FileError `notFound`, `permission` if the folder is missing or read-only
 */
export async function checkDestination(option: string, path: string, extension: string): Promise<void> {
  if (extname(path).toLowerCase() !== extension) {
    throw new UsageError(`${option}: expected a file name ending in ${extension}; got '${path}'.`);
  }
  const folder = dirname(path);
  const isFolder = await stat(folder).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (!isFolder) {
    throw new FileError('notFound', `Cannot write ${path}: the folder ${folder} does not exist. Create it first.`, {
      data: { source: path },
    });
  }
  await access(folder, constants.W_OK).catch((error: unknown) => {
    throw new FileError(
      'permission',
      `Cannot write ${path}: the folder ${folder} is read-only. Choose another folder.`,
      {
        data: { source: path },
        cause: error,
      },
    );
  });
}

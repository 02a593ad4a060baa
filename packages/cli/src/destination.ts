import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { dirname, extname } from 'node:path';
import { FileError } from '@manabi/files';
import { UsageError } from './usage-error.ts';

/**
 * Checks where something is going to be saved, before the work that leads there.
 *
 * @param option what gave the path, for messages
 * @throws UsageError for another extension; FileError `notFound`, `permission` where nothing can be written
 */
export async function checkDestination(option: string, path: string, extension: string): Promise<void> {
  if (extname(path).toLowerCase() !== extension) {
    throw new UsageError(`${option} takes a file that ends in ${extension}, not '${path}'.`);
  }
  const folder = dirname(path);
  const isFolder = await stat(folder).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (!isFolder) {
    throw new FileError('notFound', `${path} cannot be written: there is no folder ${folder}. Make it first.`, {
      data: { source: path },
    });
  }
  await access(folder, constants.W_OK).catch((error: unknown) => {
    throw new FileError('permission', `${path} cannot be written: the folder ${folder} is read-only.`, {
      data: { source: path },
      cause: error,
    });
  });
}

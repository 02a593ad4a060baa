import { lstatSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { UsageError } from './usage-error.ts';

/** State of the folder of a new project. */
export type FolderState = 'missing' | 'empty' | 'occupied';

/** Entries of folders that count as empty: those of version control and of file managers. */
const ignored = new Set(['.git', '.DS_Store', 'Thumbs.db']);

/**
 * Returns whether a folder exists and contains files.
 *
 * @throws UsageError if the path is a file
 */
export function folderState(folder: string): FolderState {
  const stats = statSync(folder, { throwIfNoEntry: false });
  if (stats === undefined) return 'missing';
  if (!stats.isDirectory()) throw new UsageError(`${folder} is a file. Use another folder.`, 1);
  return readdirSync(folder).every((name) => ignored.has(name)) ? 'empty' : 'occupied';
}

/**
 * Writes files into a folder, which is created if it is missing. All files are written to a temporary folder first, and
 * then renamed, so a full disk or a missing permission leaves the folder as it was.
 *
 * @param folder absolute path
 * @param files contents by path relative to the folder; existing files of the same path are replaced
 * @throws UsageError if a file of the folder has the path of a new folder, or the reverse
 */
export function writeFolder(folder: string, files: ReadonlyMap<string, string | Uint8Array>): void {
  const exists = folderState(folder) !== 'missing';
  if (exists) for (const path of files.keys()) checkPath(folder, path);
  const parent = exists ? folder : dirname(folder);
  const created = mkdirSync(parent, { recursive: true });
  let temporary: string | undefined;
  try {
    temporary = mkdtempSync(join(parent, '.create-manabi-'));
    // Inside the temporary folder, which only its owner may read, this folder has the usual permissions.
    const written = join(temporary, 'project');
    for (const [path, contents] of files) {
      mkdirSync(dirname(join(written, path)), { recursive: true });
      writeFileSync(join(written, path), contents);
    }
    if (exists) moveFiles(written, folder, files.keys());
    else renameSync(written, folder);
  } catch (error) {
    if (created !== undefined) rmSync(created, { recursive: true, force: true });
    throw error;
  } finally {
    if (temporary !== undefined) rmSync(temporary, { recursive: true, force: true });
  }
}

function moveFiles(from: string, to: string, paths: Iterable<string>): void {
  for (const path of paths) {
    mkdirSync(dirname(join(to, path)), { recursive: true });
    renameSync(join(from, path), join(to, path));
  }
}

/** Checks that a file can be written to a path of a folder: its parents are folders, and it is no folder itself. */
function checkPath(folder: string, path: string): void {
  const names = path.split(sep);
  for (let count = 1; count <= names.length; count++) {
    const here = join(folder, ...names.slice(0, count));
    const isLast = count === names.length;
    const stats = isLast ? lstatSync(here, { throwIfNoEntry: false }) : statSync(here, { throwIfNoEntry: false });
    if (stats === undefined || stats.isDirectory() !== isLast) continue;
    throw new UsageError(
      `${here} is a ${isLast ? 'folder, but the project has a file' : 'file, but the project has a folder'} of this name. Rename it, or use another folder.`,
      1,
    );
  }
}

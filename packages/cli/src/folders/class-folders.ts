import { stat } from 'node:fs/promises';
import { FileError, openTar, walkFolder } from '@manabi/files';
import { ManabiError } from 'manabi';

/** A folder with one folder per class. */
export interface ClassFolder {
  /** Path in the source; empty for the source itself. */
  readonly path: string;
  /** Names of the classes: those of the folders, sorted. */
  readonly classNames: readonly string[];
  /** Paths in the source of the files of all classes, sorted. */
  readonly files: readonly string[];
}

/** Folders of classes for training, and for validation and testing if there are any. */
export interface ClassFolders {
  readonly train: ClassFolder;
  readonly validation: ClassFolder | null;
  /** Folder to test on: `test`, or the validation folder if there is no `test`; null if samples must be held out. */
  readonly test: ClassFolder | null;
}

const TRAIN = /^train(ing)?$/i;
const VALIDATION = /^val(id|idation)?$/i;
const TEST = /^test(ing)?$/i;

/**
 * Finds the classes of a folder or tar archive: a folder per class, or such folders in `train` and in `val`, `validation` or
 * `test`. Both may be below further folders that contain nothing else.
 *
 * @param extensions extensions of the files of samples; other files are ignored
 * @throws ManabiError `data` without samples, for a single class, a class without files, and a class that has no folder in
 * `train`; FileError if the source cannot be read
 */
export async function findClassFolders(source: string, extensions: readonly string[]): Promise<ClassFolders> {
  const { files, folders } = await contentsOf(source);
  const samples = files.filter(
    (path) => !isHidden(path) && extensions.some((extension) => path.toLowerCase().endsWith(`.${extension}`)),
  );
  if (samples.length === 0) {
    throw new ManabiError('data', `${source} contains no files that end in ${listed(extensions)}. Check the path.`, {
      data: { source, extensions },
    });
  }
  const root = rootOf(samples);
  const tree = { source, samples, folders: folders.filter((path) => !isHidden(path)) };
  const parts = classFolder(tree, root.replace(/\/$/, '')).classNames;
  const named = (pattern: RegExp): ClassFolder | null => {
    const name = parts.find((part) => pattern.test(part));
    return name === undefined ? null : classFolder(tree, root + name);
  };
  const [train, validation, test] = [named(TRAIN), named(VALIDATION), named(TEST)];
  if (train === null || (validation === null && test === null)) {
    const path = root.replace(/\/$/, '');
    const only = classFolder(tree, path);
    checkClasses(source, only);
    checkFilled(tree, only);
    return { train: only, validation: null, test: null };
  }
  checkClasses(source, train);
  // A folder of samples without classes, as for competitions, cannot be tested on.
  const tested = test !== null && test.files.length > 0 ? test : validation;
  if (tested === null || tested.files.length === 0) {
    const path = (tested ?? test ?? train).path;
    throw new ManabiError(
      'data',
      `${source}/${path} contains no folders with samples. Each class needs a folder with its files.`,
      {
        data: { source, folder: path },
      },
    );
  }
  checkFilled(tree, train);
  for (const part of [tested, validation]) if (part !== null) checkKnown(source, train, part);
  return { train, validation: tested === validation ? null : validation, test: tested };
}

/** Files and folders of a source, as paths in it. */
interface Tree {
  readonly source: string;
  readonly samples: readonly string[];
  readonly folders: readonly string[];
}

async function contentsOf(source: string): Promise<{ files: readonly string[]; folders: readonly string[] }> {
  if (!/\.(tar|tgz|tar\.gz)$/i.test(source)) {
    const found = await stat(source).catch(() => null);
    if (found === null || found.isDirectory()) return walkFolder(source);
    throw new FileError(
      'unsupported',
      `${source} is a file. Expected a folder, or a tar archive (.tar, .tar.gz, .tgz); unpack other archives.`,
      { data: { source } },
    );
  }
  const archive = await openTar(source);
  await archive.close();
  return { files: archive.files.map(({ path }) => path), folders: [] };
}

function isHidden(path: string): boolean {
  return path.split('/').some((part) => part.startsWith('.') || part === '__MACOSX');
}

/**
 * Returns the path, ending in `/`, of the first folder that contains several folders of samples, or one that is a class; empty
 * for the source itself. Files beside a folder, such as a description, do not count.
 */
function rootOf(samples: readonly string[]): string {
  let root = '';
  for (;;) {
    const inFolders = samples.filter((path) => path.startsWith(root) && path.slice(root.length).includes('/'));
    const tops = new Set(inFolders.map((path) => path.slice(root.length).split('/')[0]));
    const [top] = tops;
    if (tops.size !== 1 || !inFolders.some((path) => path.slice(root.length + top.length + 1).includes('/'))) {
      return root;
    }
    root += `${top}/`;
  }
}

function classFolder({ samples, folders }: Tree, path: string): ClassFolder {
  const prefix = path === '' ? '' : `${path}/`;
  const names = [...samples.map((each) => [each, true] as const), ...folders.map((each) => [each, false] as const)]
    .filter(([each]) => each.startsWith(prefix))
    .map(([each, isFile]) => [each.slice(prefix.length), isFile] as const)
    .filter(([each, isFile]) => each !== '' && each.includes('/') === isFile)
    .map(([each]) => each.split('/')[0]);
  const classNames = [...new Set(names)].sort();
  const inClasses = samples.filter((each) => each.startsWith(prefix) && each.slice(prefix.length).includes('/'));
  return { path, classNames, files: inClasses.sort() };
}

function checkClasses(source: string, { path, classNames }: ClassFolder): void {
  if (classNames.length >= 2) return;
  const found = classNames.length === 0 ? 'no folders' : `only the folder '${classNames[0]}'`;
  throw new ManabiError(
    'data',
    `${path === '' ? source : `${source}/${path}`} contains ${found}. Each class needs a folder with its files, and a classifier needs at least two classes.`,
    { data: { source, folder: path, classNames } },
  );
}

function checkFilled({ source, samples }: Tree, { path, classNames }: ClassFolder): void {
  const prefix = path === '' ? '' : `${path}/`;
  const empty = classNames.filter((name) => !samples.some((each) => each.startsWith(`${prefix}${name}/`)));
  if (empty.length === 0) return;
  throw new ManabiError(
    'data',
    `${source}/${prefix}${empty[0]} contains no samples. Add files to the class, or remove its folder.`,
    { data: { source, empty } },
  );
}

function checkKnown(source: string, train: ClassFolder, { path, classNames }: ClassFolder): void {
  const unknown = classNames.find((name) => !train.classNames.includes(name));
  if (unknown === undefined) return;
  throw new ManabiError(
    'data',
    `${source}/${path}/${unknown} is a class without a folder in ${source}/${train.path}, whose classes are ${train.classNames.join(', ')}.`,
    { data: { source, unknown, classNames: train.classNames } },
  );
}

function listed(extensions: readonly string[]): string {
  return extensions.map((extension) => `.${extension}`).join(', ');
}

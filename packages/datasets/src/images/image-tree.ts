import { kind, ManabiError } from '@manabi/errors';
import { FileError, openRandomAccess, openTar, readBytes, walkFolder } from '@manabi/files';

/**
 * Where images are: the path of a folder, the path, URL or blob of a tar archive (`.tar`, `.tar.gz`, `.tgz`), or the `File`s of a
 * folder that was uploaded in a page.
 */
export type ImageSource = string | URL | Blob | readonly File[];

/** Validator for sources of images. */
export const imageSourceKind = kind(
  'the path of a folder, a tar archive, or a list of Files',
  (given): given is ImageSource =>
    typeof given === 'string' ||
    given instanceof URL ||
    given instanceof Blob ||
    // `every` skips the holes of sparse arrays, which copying fills.
    (Array.isArray(given) && [...given].every((file) => file instanceof Blob && 'name' in file)),
);

/** A file on disk, or a part of one. */
export interface FileLocation {
  readonly path: string;
  readonly start: number;
  /** The end of the file if undefined. */
  readonly end?: number;
}

/** A file with a path relative to the root of its tree. */
export interface TreeFile {
  readonly path: string;
  /** Name for messages: the path on disk, if there is one. */
  readonly name: string;
  /** Where the bytes are on disk, for readers on other threads; undefined if they are elsewhere. */
  readonly location?: FileLocation;
  read(): Promise<Uint8Array<ArrayBuffer>>;
}

/** The files and folders of a source of images. */
export interface ImageTree {
  /** Name of the source for messages. */
  readonly name: string;
  readonly files: readonly TreeFile[];
  /** Paths of all folders, relative to the root. */
  readonly folders: readonly string[];
  /** Path of the root in an archive or upload, ending in `/`; empty if it is the root of the source. */
  readonly above: string;
}

/** Options of `openImageTree`. */
export interface TreeOptions {
  /** Folder in the source that becomes the root. */
  readonly folder: string | undefined;
  readonly followLinks: boolean;
}

/**
 * Lists the files of a source. An archive or upload with a single top-level folder has this folder as its root.
 *
 * @throws ManabiError `argument` if `folder` is not in the source; FileError if the source cannot be read
 */
export async function openImageTree(
  op: string,
  source: ImageSource,
  { folder, followLinks }: TreeOptions,
): Promise<ImageTree> {
  const tree = await wholeTree(source, followLinks);
  if (folder === undefined) return tree;
  const given = `${folder.replace(/^(\.?\/)+|\/+$/g, '')}/`;
  // The path may begin at the root of the archive, or at any folder above the root of the tree.
  const above = tree.above.split('/').map((_, i, parts) => parts.slice(i).join('/'));
  const prefix = given.slice(above.find((path) => given.startsWith(path))?.length ?? 0);
  if (prefix === '') return tree;
  const inFolder = (path: string) => path.startsWith(prefix);
  if (![...tree.folders.map((each) => `${each}/`), ...tree.files.map(({ path }) => path)].some(inFolder)) {
    const top = tree.folders.filter((each) => !each.includes('/'));
    throw new ManabiError(
      'argument',
      `\`folder\` '${folder}' is not in ${tree.name}, whose folders are: ${top.slice(0, 20).join(', ') || 'none'}. Check the path.`,
      { op, data: { folder, folders: top } },
    );
  }
  return {
    name: `${tree.name}/${prefix.slice(0, -1)}`,
    files: tree.files
      .filter(({ path }) => inFolder(path))
      .map((file) => ({ ...file, path: file.path.slice(prefix.length) })),
    folders: tree.folders.filter(inFolder).map((path) => path.slice(prefix.length)),
    above: '',
  };
}

async function wholeTree(source: ImageSource, followLinks: boolean): Promise<ImageTree> {
  if (Array.isArray(source)) return uploadTree(source);
  // `Array.isArray` does not exclude readonly arrays from the type.
  const single = source as Exclude<ImageSource, readonly File[]>;
  const name = single instanceof Blob && !('name' in single) ? 'the archive' : nameOfSource(single);
  if (single instanceof Blob || /\.(tar|tgz|tar\.gz)$/i.test(name)) return tarTree(single, name);
  return folderTree(single, name, followLinks);
}

function nameOfSource(source: string | URL | Blob): string {
  if (source instanceof Blob) return 'name' in source ? String(source.name) : 'the archive';
  return String(source);
}

async function folderTree(folder: string | URL, name: string, followLinks: boolean): Promise<ImageTree> {
  if (/^(https?|data|blob):/i.test(name)) {
    throw new FileError(
      'unsupported',
      `Cannot list the folder ${name}: servers do not list folders. Pass a tar archive, or the Files of an upload.`,
      { data: { source: name } },
    );
  }
  const { files, folders } = await walkFolder(folder, { followLinks });
  const root = name.replace(/[/\\]+$/, '');
  const isUrl = /^file:/i.test(root);
  return {
    name,
    above: '',
    folders,
    files: files.map((path) => {
      const full = `${root}/${path}`;
      if (!isUrl) return { path, name: full, location: { path: full, start: 0 }, read: () => readFile(full) };
      const location = `${root}/${path.split('/').map(encodeURIComponent).join('/')}`;
      return { path, name: full, read: () => readFile(location) };
    }),
  };
}

/**
 * Lists the files of an archive. Archives on disk are opened for each read, since a dataset is never closed; archives of a server
 * are kept in memory.
 */
async function tarTree(source: string | URL | Blob, name: string): Promise<ImageTree> {
  const isRemote = !(source instanceof Blob) && /^(https?|data|blob):/i.test(String(source));
  const location = isRemote ? new Blob([await readBytes(source)]) : source;
  const { files, isCompressed, close } = await openTar(location);
  await close();
  return treeOf(
    name,
    files.map(({ path, start, size, read }) => {
      if (isCompressed) return { path, name: path, read };
      const end = start + size;
      const file = { path, name: path, read: () => readFile(location, start, end) };
      const isOnDisk = typeof location === 'string' && !/^file:/i.test(location);
      return isOnDisk ? { ...file, location: { path: location, start, end } } : file;
    }),
  );
}

/** Reads a file, or a part of it, with less overhead than the stream behind `readBytes`. */
async function readFile(location: string | URL | Blob, start = 0, end?: number): Promise<Uint8Array<ArrayBuffer>> {
  const file = await openRandomAccess(location);
  try {
    return await file.read(start, end ?? file.size);
  } finally {
    await file.close();
  }
}

/** Files of an upload have paths that begin with the name of the uploaded folder. */
function uploadTree(files: readonly File[]): ImageTree {
  return treeOf(
    'the list of files',
    files.map((file) => {
      const path = file.webkitRelativePath || file.name;
      return { path, name: path, read: () => readFile(file) };
    }),
  );
}

/** Creates a tree of files whose folders are known only from their paths. Skips top-level folders that contain all files. */
function treeOf(name: string, files: readonly TreeFile[], above = ''): ImageTree {
  const [first] = files;
  const top = first?.path.split('/', 1)[0];
  if (top !== undefined && files.every(({ path }) => path.startsWith(`${top}/`)) && holdsFolders(top, files)) {
    return treeOf(
      name,
      files.map((file) => ({ ...file, path: file.path.slice(top.length + 1) })),
      `${above}${top}/`,
    );
  }
  const folders = new Set<string>();
  for (const { path } of files) {
    for (let at = path.indexOf('/'); at >= 0; at = path.indexOf('/', at + 1)) folders.add(path.slice(0, at));
  }
  return { name, files, folders: [...folders], above };
}

/** Returns whether a folder contains further folders; a folder of files only is a class. */
function holdsFolders(top: string, files: readonly TreeFile[]): boolean {
  return files.some(({ path }) => path.slice(top.length + 1).includes('/'));
}

/** Compares strings by code points, as Python does. The order of JavaScript, by code units, differs for emoji. */
function compareText(a: string, b: string): number {
  let i = 0;
  while (i < a.length && a[i] === b[i]) i++;
  return (a.codePointAt(i) ?? -1) - (b.codePointAt(i) ?? -1);
}

/**
 * Returns the files of a folder of a tree with one of the extensions, in Keras's order: by folder, then by name.
 *
 * @param folder path of the folder; empty for the whole tree
 */
export function filesIn({ files }: ImageTree, folder: string, extensions: readonly string[]): readonly TreeFile[] {
  const split = (path: string) => [path.slice(0, path.lastIndexOf('/') + 1), path.slice(path.lastIndexOf('/') + 1)];
  return files
    .filter(({ path }) => folder === '' || path.startsWith(`${folder}/`))
    .filter(({ path }) => extensions.some((extension) => path.toLowerCase().endsWith(`.${extension}`)))
    .map((file) => ({ file, key: split(file.path) }))
    .sort((a, b) => compareText(a.key[0].slice(0, -1), b.key[0].slice(0, -1)) || compareText(a.key[1], b.key[1]))
    .map(({ file }) => file);
}

/** Returns the names of the top-level folders of a tree, sorted as Keras does, without hidden ones. */
export function classFolders({ folders }: ImageTree): readonly string[] {
  return folders.filter((path) => !path.includes('/') && !path.startsWith('.')).sort(compareText);
}

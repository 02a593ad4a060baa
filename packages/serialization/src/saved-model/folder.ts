import { ManabiError } from '@manabi/core';
import { describeGiven } from '@manabi/errors/internal';
import { FileError, type RandomAccess } from '@manabi/files';
import { openSource, type Source, type SourceOptions } from '../stores/index.ts';

/**
 * Folder of a SavedModel: its path or URL, or its files by their paths in the folder, such as `saved_model.pb` and
 * `variables/variables.index`.
 */
export type SavedModelSource = string | URL | Readonly<Record<string, Source>>;

/** Files of a folder. */
export interface Folder {
  /** Name for messages. */
  readonly name: string;
  /**
   * Opens a file.
   *
   * @throws FileError `notFound` and the codes of reading
   */
  open(path: string): Promise<RandomAccess>;
}

/** Returns access to the files of a folder. */
export function folderOf(source: SavedModelSource, options: SourceOptions): Folder {
  if (source instanceof URL || typeof source === 'string') {
    const base = String(source).replace(/\/+$/, '');
    const isUrl = source instanceof URL || /^[a-z][a-z0-9+.-]+:\/\//i.test(base);
    return {
      name: base,
      open: (path) => openSource(isUrl ? new URL(`${base}/${path}`) : `${base}/${path}`, options, true),
    };
  }
  if (typeof source !== 'object' || source === null || source instanceof Uint8Array || source instanceof ArrayBuffer) {
    throw new ManabiError(
      'argument',
      `\`source\` must be the path or URL of a folder, or an object with its files by path; got ${describeGiven(source)}.`,
      { data: { given: describeGiven(source) } },
    );
  }
  const files = new Map(Object.entries(source));
  return {
    name: 'the given files',
    open: async (path) => {
      const file = files.get(path);
      if (file !== undefined) return { ...(await openSource(file, options, true)), name: path };
      throw new FileError('notFound', `'${path}' is missing among the given files: ${[...files.keys()].join(', ')}.`, {
        data: { source: path, files: [...files.keys()] },
      });
    },
  };
}

/** Reads a whole file of a folder. */
export async function readFile(folder: Folder, path: string): Promise<Uint8Array<ArrayBuffer>> {
  const file = await folder.open(path);
  try {
    return await file.read(0, file.size);
  } finally {
    await file.close();
  }
}

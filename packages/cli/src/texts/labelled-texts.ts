import { FileError, openTar, readText } from '@manabi/files';
import { ManabiError } from 'manabi';
import { type ClassFolder, findClassFolders } from '../folders/class-folders.ts';
import { heldOut, inRandomOrder, type Parts } from '../folders/held-out.ts';
import { unknownClass } from '../folders/unknown-class.ts';

/** Extensions of the files that contain texts. */
const TEXT_EXTENSIONS = ['txt'];

/** A text with its class. */
export interface LabelledText {
  readonly text: string;
  /** Index of the class. */
  readonly label: number;
}

/** Texts for training and testing. */
export interface TextData extends Parts<LabelledText> {
  readonly classNames: readonly string[];
  /** In random order, so that any part of them has all classes. */
  readonly train: readonly LabelledText[];
  /** Texts that decide when training stops; null to take a part of `train`. */
  readonly validation: readonly LabelledText[] | null;
}

/**
 * Reads the `.txt` files of a folder or tar archive, for training and testing: a folder per class, or such folders in `train`,
 * `test` and `validation`. Without a folder to test on, holds out a fifth.
 *
 * @throws ManabiError `data` for a source without texts, a class without texts and an empty text; FileError `corrupt` for a file
 * that is not UTF-8
 */
export async function readTextFolders(source: string, seed: number): Promise<TextData> {
  const { train, validation, test } = await findClassFolders(source, TEXT_EXTENSIONS);
  const { classNames } = train;
  const read = await reader(source);
  const learned = await read(train, classNames);
  if (test !== null) {
    return {
      classNames,
      train: await inRandomOrder(learned, seed),
      validation: validation === null ? null : await read(validation, classNames),
      test: await read(test, classNames),
    };
  }
  return { classNames, validation: null, ...(await heldOut(source, learned, 'texts', seed)) };
}

/**
 * Reads the texts in the class folders of a source to evaluate a network with: those of `test` or `val` if there are such folders.
 *
 * @param classNames classes of the network
 * @throws ManabiError `data` for a class that the network does not have; as `readTextFolders`
 */
export async function readTestTexts(source: string, classNames: readonly string[]): Promise<readonly LabelledText[]> {
  const { train, test } = await findClassFolders(source, TEXT_EXTENSIONS);
  const read = await reader(source);
  return read(test ?? train, classNames);
}

type Reader = (folder: ClassFolder, known: readonly string[]) => Promise<readonly LabelledText[]>;

async function reader(source: string): Promise<Reader> {
  const texts = new Map<string, () => Promise<string>>();
  if (/\.(tar|tgz|tar\.gz)$/i.test(source)) {
    const archive = await openTar(source);
    for (const { path, read } of archive.files) {
      texts.set(path, async () => decoded(await read(), `${source}/${path}`));
    }
  }
  return async ({ path, classNames, files }, known) => {
    const found: LabelledText[] = [];
    for (const file of files) {
      const name = `${source}/${file}`;
      const text = await (texts.get(file)?.() ?? readText(name));
      if (text.trim() === '') throw emptyText(name);
      const folder = file.slice(path === '' ? 0 : path.length + 1).split('/')[0];
      found.push({ text, label: known.indexOf(folder) });
    }
    const unknown = classNames.find((name) => !known.includes(name));
    if (unknown === undefined) return found;
    throw unknownClass(source, unknown, known);
  };
}

function decoded(bytes: Uint8Array, name: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new FileError('corrupt', `${name} is not UTF-8. Convert it first.`, { data: { source: name }, cause });
  }
}

function emptyText(name: string): ManabiError {
  return new ManabiError('data', `${name} contains no text. Remove it.`, { data: { source: name } });
}

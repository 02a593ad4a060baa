import { FileError, openTar, readText } from '@manabi/files';
import { data, ManabiError } from 'manabi';
import { type ClassFolder, findClassFolders } from '../folders/class-folders.ts';

/** Extensions of the files that contain texts. */
const TEXT_EXTENSIONS = ['txt'];

/** Fraction of the texts to hold out for the test if there is no folder for it. */
const HELD_OUT = 0.2;

/** Smallest number of texts of which a fifth can be held out. */
const LEAST = 5;

/** A text with its class. */
export interface LabelledText {
  readonly text: string;
  /** Index of the class. */
  readonly label: number;
}

/** Texts for training and testing. */
export interface TextData {
  readonly classNames: readonly string[];
  /** In random order, so that any part of them has all classes. */
  readonly train: readonly LabelledText[];
  /** Texts that decide when training stops; null to take a part of `train`. */
  readonly validation: readonly LabelledText[] | null;
  readonly test: readonly LabelledText[];
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
  return { classNames, validation: null, ...(await heldOut(source, learned, seed)) };
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

/**
 * Splits texts at random into those for training and a fifth for the test.
 *
 * @throws ManabiError `data` for fewer than five texts
 */
export async function heldOut(
  source: string,
  texts: readonly LabelledText[],
  seed: number,
): Promise<Pick<TextData, 'train' | 'test'>> {
  if (texts.length < LEAST) {
    throw new ManabiError(
      'data',
      `${source} contains only ${texts.length} texts; at least ${LEAST} are needed to hold out a fifth for the test.`,
      { data: { source, texts: texts.length } },
    );
  }
  const shuffled = await inRandomOrder(texts, seed);
  const boundary = texts.length - Math.floor(HELD_OUT * texts.length);
  return { train: shuffled.slice(0, boundary), test: shuffled.slice(boundary) };
}

async function inRandomOrder(texts: readonly LabelledText[], seed: number): Promise<readonly LabelledText[]> {
  const order = await data.range(texts.length).shuffle(texts.length, { seed }).toArray();
  return order.map((index) => texts[Number(index)]);
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

/** Returns the error for a class that a network does not have. */
export function unknownClass(source: string, name: string, known: readonly string[]): ManabiError {
  return new ManabiError(
    'data',
    `${source} contains the class '${name}'; the network has the classes ${known.join(', ')}. Rename or remove it.`,
    { data: { source, name, classNames: known } },
  );
}

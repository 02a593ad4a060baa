import { type HostArray, isTensor, ManabiError, type Tensor } from '@manabi/core';
import { type KindsOf, kind, optional, positiveInteger, readArgument, readOptions } from '@manabi/errors';
import { cachedDownload, FileError, type FileSource, nameOf, readText } from '@manabi/files';
import { type DownloadOptions, downloadKind } from '../weights/weights-source.ts';
import { type ClassIndex, isClassIndex, readClassIndex } from './class-index.ts';

/** Options of `decodePredictions`. */
export interface DecodePredictionsOptions {
  /** Number of classes to return for each image, the most probable first (default: 5). */
  readonly top?: number;
  /**
   * Names of the classes: an object such as `{ "0": ["n01440764", "tench"], … }`, or a path or URL of a JSON file with it
   * (default: the file that Keras publishes, which is downloaded once and cached).
   */
  readonly classIndex?: ClassIndex | FileSource;
  /** Options for the download of the class names: `sha256`, `cacheDirectory`, `signal`, … */
  readonly download?: DownloadOptions;
}

/** A class with its score. */
export interface Prediction {
  /** Identifier of the class in WordNet, such as `n02510455`. */
  readonly id: string;
  /** Name of the class, such as `giant_panda`. */
  readonly name: string;
  /** Index of the class among the scores. */
  readonly index: number;
  readonly score: number;
}

/** The file that Keras publishes. */
const PUBLISHED = 'https://storage.googleapis.com/download.tensorflow.org/data/imagenet_class_index.json';
const PUBLISHED_MD5 = 'c2c37ea517e94d9795004a39431a14cb';

const kinds = {
  top: optional(positiveInteger, 5),
  classIndex: optional(
    kind(
      'an object of class names, or a path or URL of a JSON file',
      (given): given is ClassIndex | FileSource =>
        typeof given === 'string' || given instanceof URL || given instanceof Blob || isClassIndex(given),
    ),
  ),
  download: optional(downloadKind, {}),
} satisfies KindsOf<DecodePredictionsOptions>;

const scoresKind = kind(
  'a tensor or a host array of scores',
  (given): given is Tensor | HostArray =>
    isTensor(given) || (typeof given === 'object' && given !== null && 'data' in given && 'shape' in given),
);

/**
 * Returns the most probable classes of images with their names, like Keras's `decode_predictions`: for each image, the
 * classes with the highest scores, in decreasing order. Among equal scores, the class with the lower index comes first.
 *
 * @param predictions scores of shape [batch, classes]
 * @throws ManabiError `shape` for scores that do not match the number of class names; `argument` for invalid options
 * @throws FileError the codes of downloading and reading the class names
 * @example
 * ```ts
 * import { applications, tensor } from 'manabi';
 *
 * const classIndex = { 0: ['n01440764', 'tench'], 1: ['n01443537', 'goldfish'] } as const;
 * const [image] = await applications.decodePredictions(tensor([[0.25, 0.75]]), { classIndex, top: 1 });
 * console.log(image); // [{ id: 'n01443537', name: 'goldfish', index: 1, score: 0.75 }]
 * ```
 */
export async function decodePredictions(
  predictions: Tensor | HostArray,
  options: DecodePredictionsOptions = {},
): Promise<readonly (readonly Prediction[])[]> {
  const given = readArgument('decodePredictions', 'predictions', predictions, scoresKind);
  const { top, classIndex, download } = readOptions('decodePredictions', options, kinds);
  const { shape } = given;
  if (shape.length !== 2) throw wrongShape(shape, 'a batch of scores of shape [batch, classes]');
  const classes = await classesOf(classIndex, download);
  const [count, length] = shape;
  if (classes.length !== length) {
    throw wrongShape(shape, `one score for each of the ${classes.length} class names`);
  }
  const scores = isTensor(given) ? await given.data() : given.data;
  return Array.from({ length: count }, (_, row) => {
    const order = Array.from({ length }, (_, index) => index);
    const score = (index: number): number => Number(scores[row * length + index]);
    return order
      .sort((a, b) => score(b) - score(a) || a - b)
      .slice(0, top)
      .map((index) => ({ ...classes[index], index, score: score(index) }));
  });
}

async function classesOf(
  source: ClassIndex | FileSource | undefined,
  download: DownloadOptions,
): Promise<readonly Pick<Prediction, 'id' | 'name'>[]> {
  if (source !== undefined && isClassIndex(source)) return readClassIndex('classIndex', source);
  const file = source === undefined ? await publishedFile(download) : await cachedDownload(source, download);
  return readClassIndex(nameOf(source ?? PUBLISHED), parsed(await readText(file)));
}

/** Downloads the class names that Keras publishes; errors of the download advise the option `classIndex`. */
async function publishedFile(download: DownloadOptions): ReturnType<typeof cachedDownload> {
  try {
    const md5 = download.sha256 === undefined ? PUBLISHED_MD5 : undefined;
    return await cachedDownload(PUBLISHED, { md5, ...download });
  } catch (cause) {
    if (!(cause instanceof FileError) || !['network', 'http', 'truncated'].includes(cause.code)) throw cause;
    const advice = `Without a network, copy ${PUBLISHED} to this machine and pass its path as \`classIndex\`.`;
    throw new FileError(cause.code, `Cannot download the class names: ${cause.message} ${advice}`, {
      data: cause.data,
      cause,
    });
  }
}

/** Returns the value of a JSON text, or null if it is invalid. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function wrongShape(shape: readonly number[], expected: string): ManabiError {
  return new ManabiError('shape', `\`predictions\` must be ${expected}; got shape [${shape.join(', ')}].`, {
    op: 'decodePredictions',
    data: { name: 'predictions', shape },
  });
}

import { ManabiError } from '@manabi/errors';
import { decompressStream, type FileSource, nameOf, openStream } from '@manabi/files';
import { readTar } from '@manabi/files/internal';
import { hostArray } from '@manabi/ir';
import type { ImageClassificationData, LabelledImages } from './image-data.ts';

/** Files of a CIFAR archive, and the labels to read. */
export interface CifarFacts {
  readonly op: string;
  readonly signal: AbortSignal | undefined;
  /** Names of the labels of an image, in the order of the binary format. */
  readonly labels: readonly string[];
  /** The one of `labels` to read. */
  readonly label: string;
  /** Names of the files for training, without extension. */
  readonly train: readonly string[];
  /** Number of images in each file for training. */
  readonly trainRows: number;
  readonly test: string;
  readonly testRows: number;
}

const SIDE = 32;
const CHANNELS = 3;
const PLANE = SIDE * SIDE;
const PIXELS = CHANNELS * PLANE;
/** Largest accepted size of the decompressed archive, which has 186 MB. */
const MAX_BYTES = 2 ** 29;

/** Images as the files store them, channel after channel, and their labels. */
interface Batch {
  readonly pixels: Uint8Array;
  readonly labels: Uint8Array;
}

/**
 * Reads a CIFAR archive in the binary format or the format for Python.
 *
 * @throws ManabiError `file` if a file is missing or has another size
 */
export async function readCifar(source: FileSource, facts: CifarFacts): Promise<ImageClassificationData> {
  const name = nameOf(source);
  const rowsOf = new Map(facts.train.map((file) => [file, facts.trainRows]));
  rowsOf.set(facts.test, facts.testRows);
  const stream = decompressStream(await openStream(source, { signal: facts.signal }), { maxBytes: MAX_BYTES, name });
  const batches = new Map<string, Batch>();
  for await (const entry of readTar(stream, name)) {
    const [, file, extension] = /([^/]+?)(\.bin)?$/.exec(entry.path) ?? [];
    const rows = rowsOf.get(file);
    if (rows === undefined) continue;
    const read = extension === undefined ? readPython : readBinary;
    const batch = await read(await entry.bytes(), `${entry.path} in ${name}`, facts);
    if (batch?.labels.length !== rows || batch.pixels.length !== rows * PIXELS)
      throw wrongFile(facts.op, name, `${entry.path} does not contain ${rows} images`);
    batches.set(file, batch);
  }
  const part = (files: readonly string[], rows: number): LabelledImages => {
    const images = new Uint8Array(files.length * rows * PIXELS);
    const labels = new Uint8Array(files.length * rows);
    for (const [i, file] of files.entries()) {
      const batch = batches.get(file);
      if (batch === undefined) throw wrongFile(facts.op, name, `it does not contain the file ${file}`);
      copyInterleaved(batch.pixels, images.subarray(i * rows * PIXELS));
      labels.set(batch.labels, i * rows);
    }
    const count = labels.length;
    return {
      images: hostArray('uint8', [count, SIDE, SIDE, CHANNELS], images),
      labels: hostArray('uint8', [count], labels),
    };
  };
  return { train: part(facts.train, facts.trainRows), test: part([facts.test], facts.testRows) };
}

function wrongFile(op: string, source: string, problem: string): ManabiError {
  return new ManabiError('file', `${source} is not the archive of ${op}: ${problem}. Check its location.`, {
    op,
    data: { source },
  });
}

/** Reads rows of the labels, one byte each, followed by the pixels. */
function readBinary(bytes: Uint8Array, _: string, { labels: names, label }: CifarFacts): Batch | undefined {
  const size = names.length + PIXELS;
  const rows = bytes.length / size;
  if (!Number.isInteger(rows)) return undefined;
  const pixels = new Uint8Array(rows * PIXELS);
  const labels = new Uint8Array(rows);
  for (let row = 0; row < rows; row++) {
    labels[row] = bytes[row * size + names.indexOf(label)];
    pixels.set(bytes.subarray(row * size + names.length, (row + 1) * size), row * PIXELS);
  }
  return { pixels, labels };
}

/** Reads a pickled dictionary with the array `data` and the lists of labels. */
async function readPython(bytes: Uint8Array, source: string, { label }: CifarFacts): Promise<Batch | undefined> {
  const { unpickle } = await import('@manabi/files/pickle');
  const content = unpickle(bytes, source);
  if (!(content instanceof Map)) return undefined;
  const [data, labels]: unknown[] = [content.get('data'), content.get(label)];
  if (!isByteArray(data) || !Array.isArray(labels)) return undefined;
  if (!labels.every((value) => Number.isInteger(value) && value >= 0 && value < 256)) return undefined;
  return { pixels: data.bytes, labels: Uint8Array.from(labels) };
}

function isByteArray(value: unknown): value is { readonly bytes: Uint8Array } {
  if (typeof value !== 'object' || value === null) return false;
  const [descr, isFortran, bytes] = ['descr', 'isFortran', 'bytes'].map((key): unknown => Reflect.get(value, key));
  return descr === '|u1' && isFortran === false && bytes instanceof Uint8Array;
}

/** Copies images from separate channels to pixels of three channels. */
function copyInterleaved(planes: Uint8Array, images: Uint8Array): void {
  for (let start = 0; start < planes.length; start += PIXELS) {
    for (let channel = 0; channel < CHANNELS; channel++) {
      const from = start + channel * PLANE;
      for (let i = 0; i < PLANE; i++) images[start + CHANNELS * i + channel] = planes[from + i];
    }
  }
}

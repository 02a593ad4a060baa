import { decodeImage, type ImageChannels, type ResizeImageOptions } from '@manabi/data/images';
import { ManabiError } from '@manabi/errors';
import { type HostArray, hostArray } from '@manabi/ir';
import type { PhotoForm, PhotoSource } from '../photos/photo-task.ts';
import type { PhotoThreads } from '../photos/photo-threads.ts';
import type { TreeFile } from './image-tree.ts';
import type { ImageReader, PixelData } from './load-images.ts';

/** How images are decoded and resized. */
export interface ImageForm {
  readonly imageSize: readonly number[];
  readonly channels: ImageChannels;
  readonly exifOrientation: boolean;
  readonly dtype: 'float32' | 'uint8';
  readonly resizing: ResizeImageOptions;
}

/** Most images that one thread decodes in one task, and most bytes of them. Batches with more are divided among threads. */
const MOST_IMAGES = 64;
const MOST_BYTES = 2 ** 25;

/** Threads that decode photos if the user does not say how many. */
const DEFAULT_THREADS = 4;

/**
 * Returns the threads that decode photos in Node. Returns null for 0 threads, and in pages, where the browser decodes on
 * threads of its own.
 *
 * @param given number of threads; undefined for one per processor, up to four
 * @throws ManabiError `argument` for a number of threads outside Node
 */
export async function openThreads(op: string, given: number | undefined): Promise<PhotoThreads | null> {
  const isNode = typeof globalThis.process === 'object' && typeof globalThis.process.versions?.node === 'string';
  if (given === 0) return null;
  if (!isNode) {
    if (given === undefined) return null;
    throw new ManabiError(
      'argument',
      `\`threads\` requires Node; got ${given}. Omit it: the browser decodes images on threads of its own.`,
      { op, data: { threads: given } },
    );
  }
  const { photoThreads } = await import('../photos/photo-threads.ts');
  return await photoThreads(given ?? Math.min(DEFAULT_THREADS, await processors()));
}

async function processors(): Promise<number> {
  // The name is built at run time to keep bundlers from resolving it.
  const name = 'node:os';
  const { availableParallelism }: typeof import('node:os') = await import(
    /* webpackIgnore: true */ /* @vite-ignore */ name
  );
  return availableParallelism();
}

/** Returns how threads read and resize images as `resizeImage`; undefined if they do not know the interpolation. */
export function manyOnThreads(
  { imageSize: [height, width], channels, exifOrientation, dtype, resizing }: ImageForm,
  threads: PhotoThreads,
): ImageReader['many'] {
  const { interpolation = 'bilinear', antialias = false, cropToAspectRatio, padToAspectRatio } = resizing;
  const isNearest = interpolation === 'nearest';
  const isLinear = interpolation === 'bilinear' && !antialias;
  if (!isNearest && !isLinear) return undefined;
  const aspect = cropToAspectRatio ? 'crop' : padToAspectRatio ? 'pad' : 'stretch';
  const isBytes = dtype === 'uint8';
  return manyWith(
    { height, width, channels, isUpright: exifOrientation, isLinear, aspect, isBytes, isPil: false },
    threads,
  );
}

/** Returns how threads read and resize images in a form; undefined if the images are too large. */
export function manyWith(form: PhotoForm, threads: PhotoThreads): ImageReader['many'] {
  const size = form.height * form.width * form.channels;
  const bytes = form.isBytes ? 1 : 4;
  if (4 * size > MOST_BYTES) return undefined;
  const pixels = (data: ArrayBuffer): PixelData => (form.isBytes ? new Uint8Array(data) : new Float32Array(data));
  const most = Math.min(MOST_IMAGES, Math.floor(MOST_BYTES / (bytes * size)));

  const part = async (files: readonly (TreeFile | null)[], signal: AbortSignal | undefined) => {
    const photos = await Promise.all(files.map(async (file) => (file === null ? null : await photoOf(file))));
    const isEmpty = photos.every((photo) => photo === null);
    const answer = isEmpty ? undefined : await threads.run({ kind: 'batch', photos, form }, signal);
    if (answer !== undefined) return { data: pixels(answer.data), missed: answer.missed };
    return { data: pixels(new ArrayBuffer(bytes * size * files.length)), missed: [...files.keys()] };
  };

  return async (files, signal) => {
    if (files.length <= most) return await part(files, signal);
    const starts = Array.from({ length: Math.ceil(files.length / most) }, (_, i) => i * most);
    const data = pixels(new ArrayBuffer(bytes * size * files.length));
    const missed: number[] = [];
    await Promise.all(
      starts.map(async (start) => {
        const done = await part(files.slice(start, start + most), signal);
        data.set(done.data, start * size);
        missed.push(...done.missed.map((position) => start + position));
      }),
    );
    return { data, missed: missed.sort((a, b) => a - b) };
  };
}

/** Decodes an image: on a thread if it is a photo of the usual form, and otherwise as `decodeImage`. */
export async function decodeFile(
  file: TreeFile,
  { channels, exifOrientation }: { readonly channels: ImageChannels; readonly exifOrientation: boolean },
  threads: PhotoThreads | null,
  signal?: AbortSignal,
): Promise<HostArray> {
  const photo = threads === null ? null : await photoOf(file);
  if (threads !== null && photo !== null) {
    const decoded = await threads.run(
      { kind: 'pixels', photo, form: { channels, isUpright: exifOrientation } },
      signal,
    );
    if (decoded) return hostArray('uint8', [decoded.height, decoded.width, channels], new Uint8Array(decoded.data));
  }
  return await decodeImage(await file.read(), { channels, exifOrientation, name: file.name, signal });
}

/** Returns what a thread needs to read a photo; null if the file is of another format, or cannot be read. */
async function photoOf(file: TreeFile): Promise<PhotoSource | null> {
  if (!/\.jpe?g$/i.test(file.path)) return null;
  // `decodeImage` reports errors of reading.
  return (
    file.location ??
    (await file.read().then(
      (bytes) => ({ bytes }),
      () => null,
    ))
  );
}

import { ManabiError } from '@manabi/errors';
import { FileError } from '@manabi/files';
import type { HostArray } from '@manabi/ir';
import type { TreeFile } from './image-tree.ts';

/** What to do with an image that cannot be decoded: see `ImageFolderOptions.onError`. */
export type OnImageError = 'throw' | 'skip' | ((error: FileError, path: string) => void);

/** An image that was skipped because it could not be decoded. */
export interface SkippedFile {
  readonly path: string;
  readonly error: FileError;
}

/** Decodes and resizes the images of a list of files. */
export interface ImageLoader {
  /** Images that were skipped so far. */
  readonly skipped: readonly SkippedFile[];
  /** Returns the images with these indices, one after the other, without those that cannot be decoded. */
  load(indices: readonly number[], signal?: AbortSignal): Promise<LoadedImages>;
  /** Reports images that `load` left out, each once. Callers report batches in order, while `load` may run in parallel. */
  report(failed: LoadedImages['failed']): void;
}

/** Pixels of images. */
export type PixelData = Float32Array<ArrayBuffer> | Uint8Array<ArrayBuffer>;

/** Images in memory, one after the other. */
export interface LoadedImages {
  readonly data: PixelData;
  /** Positions in the list of indices of the images that were decoded, in order. */
  readonly kept: readonly number[];
  /** Indices of the others, with their errors. */
  readonly failed: readonly { readonly index: number; readonly error: FileError }[];
}

/** How a loader reads images that have the same size. */
export interface ImageReader {
  readonly dtype: 'float32' | 'uint8';
  /** Number of values of an image. */
  readonly size: number;
  /** Reads an image. */
  readonly one: (file: TreeFile, signal?: AbortSignal) => Promise<HostArray>;
  /**
   * Reads many images at once. Null stands for an image that is not needed.
   *
   * @returns the images, and the positions of those that `one` must read instead
   */
  readonly many?: (
    files: readonly (TreeFile | null)[],
    signal?: AbortSignal,
  ) => Promise<{ readonly data: PixelData; readonly missed: readonly number[] }>;
}

/** Options of `imageLoader`. */
export interface LoaderOptions {
  /** Whether to keep the decoded and resized images in memory. */
  readonly isCached: boolean;
  readonly onError: OnImageError;
  /** Largest number of images that are read one by one at the same time. */
  readonly parallel: number;
}

/** Creates a loader. */
export function imageLoader(
  files: readonly TreeFile[],
  { dtype, size, one, many }: ImageReader,
  { isCached, onError, parallel }: LoaderOptions,
): ImageLoader {
  const cache = new Map<number, PixelData | null>();
  const skipped: SkippedFile[] = [];
  const isSkipped = new Set<number>();
  const limited = limitOf(parallel);

  const readMany = async (indices: readonly number[], signal: AbortSignal | undefined) => {
    const needed = indices.map((index) => (cache.has(index) ? null : files[index]));
    if (many !== undefined && needed.some((file) => file !== null)) return await many(needed, signal);
    const length = indices.length * size;
    return {
      data: dtype === 'float32' ? new Float32Array(length) : new Uint8Array(length),
      missed: [...indices.keys()],
    };
  };

  return {
    skipped,
    async load(indices, signal) {
      const { data, missed } = await readMany(indices, signal);
      const write = async (position: number): Promise<void> => {
        const known = cache.get(indices[position]);
        if (known === null) throw new KnownError();
        const pixels = known ?? (await limited(() => one(files[indices[position]], signal))).data;
        data.set(pixels, position * size);
      };
      const results = await Promise.allSettled(missed.map(write));
      const dropped = new Set<number>();
      const failed: { index: number; error: FileError }[] = [];
      for (const [i, result] of results.entries()) {
        if (result.status === 'fulfilled') continue;
        const index = indices[missed[i]];
        const error: unknown = result.reason;
        if (!(error instanceof KnownError)) {
          if (onError === 'throw' || !isImageError(error)) throw error;
          failed.push({ index, error });
        }
        dropped.add(missed[i]);
      }
      for (const [position, index] of indices.entries()) {
        if (!isCached || cache.has(index)) continue;
        cache.set(index, dropped.has(position) ? null : data.slice(position * size, (position + 1) * size));
      }
      const kept = [...indices.keys()].filter((position) => !dropped.has(position));
      if (dropped.size === 0) return { data, kept, failed };
      kept.forEach((position, i) => {
        data.copyWithin(i * size, position * size, (position + 1) * size);
      });
      return { data: data.slice(0, kept.length * size), kept, failed };
    },
    report(failed) {
      for (const { index, error } of failed) {
        if (isSkipped.has(index)) continue;
        isSkipped.add(index);
        const { name } = files[index];
        skipped.push({ path: name, error });
        if (typeof onError === 'function') onError(error, name);
        else console.warn(`Skipped an image. ${error.message}`);
      }
    },
  };
}

/** Stands for the error of an image that was skipped before. */
class KnownError extends Error {}

/** Returns a function that calls others, of which at most `most` run at the same time. */
function limitOf(most: number): <T>(call: () => Promise<T>) => Promise<T> {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async (call) => {
    if (running === most) await new Promise<void>((resolve) => waiting.push(resolve));
    else running++;
    try {
      return await call();
    } finally {
      const next = waiting.shift();
      if (next === undefined) running--;
      else next();
    }
  };
}

/** Errors of one image, in contrast to errors of the whole program, such as a missing package. */
function isImageError(error: unknown): error is FileError {
  return error instanceof FileError && error.code !== 'aborted';
}

/** Throws the error for a folder without images. */
export function noImages(op: string, name: string, extensions: readonly string[], subset = ''): ManabiError {
  return new ManabiError(
    'data',
    `No ${subset === '' ? '' : `${subset} `}images found in ${name}. Files with these extensions are read: ${extensions.join(', ')}.`,
    { op, data: { source: name, extensions } },
  );
}

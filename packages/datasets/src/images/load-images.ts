import { decodeImage, type ImageChannels, type ResizeImageOptions, resizeImage } from '@manabi/data/images';
import { ManabiError } from '@manabi/errors';
import { FileError } from '@manabi/files';
import { type HostArray, hostArray } from '@manabi/ir';
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
  /** Returns an image of the shape `[height, width, channels]`, or null if it was skipped. */
  load(index: number): Promise<HostArray | null>;
}

/**
 * Creates a loader.
 *
 * @param loadImage reads and decodes a file
 * @param isCached whether to keep the decoded and resized images in memory
 */
export function imageLoader(
  files: readonly TreeFile[],
  loadImage: (file: TreeFile) => Promise<HostArray>,
  { isCached, onError }: { readonly isCached: boolean; readonly onError: OnImageError },
): ImageLoader {
  const cache = new Map<number, HostArray | null>();
  const skipped: SkippedFile[] = [];
  const isSkipped = new Set<number>();

  const skip = (index: number, error: FileError): void => {
    if (isSkipped.has(index)) return;
    isSkipped.add(index);
    const { name } = files[index];
    skipped.push({ path: name, error });
    if (typeof onError === 'function') onError(error, name);
    else console.warn(`Skipped an image. ${error.message}`);
  };

  return {
    skipped,
    async load(index) {
      const known = cache.get(index);
      if (known !== undefined) return known;
      const image = await loadImage(files[index]).catch((error: unknown) => {
        if (onError === 'throw' || !isImageError(error)) throw error;
        skip(index, error);
        return null;
      });
      if (isCached) cache.set(index, image);
      return image;
    },
  };
}

/** Errors of one image, in contrast to errors of the whole program, such as a missing package. */
function isImageError(error: unknown): error is FileError {
  return error instanceof FileError && error.code !== 'aborted';
}

/** How images are decoded and resized. */
export interface ImageForm {
  readonly imageSize: readonly number[];
  readonly channels: ImageChannels;
  readonly exifOrientation: boolean;
  readonly dtype: 'float32' | 'uint8';
  readonly resizing: ResizeImageOptions;
}

/** Reads an image, and resizes it as `resizeImage`. */
export async function loadResized(file: TreeFile, form: ImageForm): Promise<HostArray> {
  const { channels, exifOrientation, dtype, resizing } = form;
  const [height, width] = form.imageSize;
  const image = await decodeImage(await file.read(), { channels, exifOrientation, name: file.name });
  return converted(resizeImage(image, [height, width], resizing), dtype);
}

function converted({ dtype, shape, data }: HostArray, wanted: 'float32' | 'uint8'): HostArray {
  if (dtype === wanted) return { dtype, shape, data };
  if (wanted === 'float32') return hostArray('float32', shape, Float32Array.from(data));
  // Bicubic and Lanczos interpolation exceed the range of the pixels.
  return hostArray('uint8', shape, Uint8Array.from(Uint8ClampedArray.from(data)));
}

/** Throws the error for a folder without images. */
export function noImages(op: string, name: string, extensions: readonly string[], subset = ''): ManabiError {
  return new ManabiError(
    'data',
    `No ${subset === '' ? '' : `${subset} `}images found in ${name}. Files with these extensions are read: ${extensions.join(', ')}.`,
    { op, data: { source: name, extensions } },
  );
}

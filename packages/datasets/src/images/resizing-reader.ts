import { resizeImage } from '@manabi/data/images';
import { type HostArray, hostArray } from '@manabi/ir';
import type { PhotoThreads } from '../photos/photo-threads.ts';
import type { TreeFile } from './image-tree.ts';
import type { ImageReader } from './load-images.ts';
import { decodeFile, type ImageForm, manyOnThreads } from './on-threads.ts';

/** Returns how to read images and resize them as `resizeImage`. */
export function resizingReader(form: ImageForm, threads: PhotoThreads | null): ImageReader {
  const { channels, exifOrientation, dtype, resizing } = form;
  const [height, width] = form.imageSize;
  const size = height * width * channels;
  const many = threads === null ? undefined : manyOnThreads(form, threads);
  const one = async (file: TreeFile, signal?: AbortSignal): Promise<HostArray> => {
    // What `many` leaves, threads cannot decode.
    const image = await decodeFile(file, { channels, exifOrientation }, many === undefined ? threads : null, signal);
    return converted(resizeImage(image, [height, width], resizing), dtype);
  };
  return { dtype, size, one, many };
}

function converted({ dtype, shape, data }: HostArray, wanted: 'float32' | 'uint8'): HostArray {
  if (dtype === wanted) return { dtype, shape, data };
  if (wanted === 'float32') return hostArray('float32', shape, Float32Array.from(data));
  // Bicubic and Lanczos interpolation exceed the range of the pixels.
  return hostArray('uint8', shape, Uint8Array.from(Uint8ClampedArray.from(data)));
}

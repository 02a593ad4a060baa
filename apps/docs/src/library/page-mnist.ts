import { hostArray } from '@manabi/core';
import { decompress, isGzip, readBytes } from '@manabi/files';

/** Images for training; the other images of the file are for tests. */
const TRAINING = 8000;
const IMAGES = 10_000;
const PIXELS = 28 * 28;

/**
 * The form of `datasets.mnist` in pages of this site: the 10,000 images with which MNIST tests networks (1.6 MB), divided into
 * 8,000 for training and 2,000 for tests. The file with the other 60,000 would be a download of 10 MB.
 */
export async function mnist() {
  const [images, labels] = await Promise.all([
    contents('t10k-images-idx3-ubyte.gz', 16 + IMAGES * PIXELS),
    contents('t10k-labels-idx1-ubyte.gz', 8 + IMAGES),
  ]);
  const part = (begin: number, end: number) => ({
    images: hostArray('uint8', [end - begin, 28, 28, 1], images.slice(16 + begin * PIXELS, 16 + end * PIXELS)),
    labels: hostArray('uint8', [end - begin], labels.slice(8 + begin, 8 + end)),
  });
  return { train: part(0, TRAINING), test: part(TRAINING, IMAGES) };
}

async function contents(name: string, length: number): Promise<Uint8Array> {
  // Hosts may decompress the file.
  const bytes = await readBytes(new URL(['../mnist', name].join('/'), import.meta.url), { maxBytes: length });
  return isGzip(bytes) ? decompress(bytes, { maxBytes: length, expectedBytes: length, name }) : bytes;
}

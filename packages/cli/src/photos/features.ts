import { type HostArray, hostArray, type Model } from 'manabi';
import type { Samples } from '../recipes/index.ts';
import type { Photos } from './photo-folders.ts';

/** Options of `featuresOf`. */
interface FeatureOptions {
  /** Whether to compute the features of each image and of its mirror image. */
  readonly mirrored: boolean;
  /** Receives the number of images whose features are computed. */
  readonly progress: (done: number) => void;
}

/**
 * Computes the features of images once.
 *
 * @param extractor model that returns one vector per image
 * @returns features `[samples, features]` and class indices `[samples]`
 */
export async function featuresOf(
  extractor: Model,
  { batches }: Photos,
  { mirrored, progress }: FeatureOptions,
): Promise<Samples> {
  const parts: Float32Array[] = [];
  const labels: number[] = [];
  const add = async (images: HostArray, classes: HostArray): Promise<void> => {
    const features = await extractor.predict(images, { batchSize: images.shape[0] });
    parts.push(Float32Array.from(await features.data(), Number));
    labels.push(...Array.from(classes.data, Number));
  };
  let done = 0;
  for await (const [images, classes] of batches) {
    await add(images, classes);
    if (mirrored) await add(mirror(images), classes);
    done += images.shape[0];
    progress(done);
  }
  const values = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    values.set(part, at);
    at += part.length;
  }
  return {
    x: hostArray('float32', [labels.length, values.length / labels.length], values),
    y: hostArray('int32', [labels.length], Int32Array.from(labels)),
  };
}

/** Mirrors images of bytes, `[batch, height, width, channels]`, from left to right. */
export function mirror({ shape, data }: HostArray): HostArray {
  const [batch, height, width, channels] = shape;
  const pixels = Uint8Array.from(data, Number);
  const mirrored = new Uint8Array(pixels.length);
  for (let row = 0; row < batch * height; row++) {
    for (let column = 0; column < width; column++) {
      const from = (row * width + width - 1 - column) * channels;
      mirrored.set(pixels.subarray(from, from + channels), (row * width + column) * channels);
    }
  }
  return hostArray('uint8', shape, mirrored);
}

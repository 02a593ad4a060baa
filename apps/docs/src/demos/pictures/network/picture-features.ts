import { hostArray, input, type Model, model } from 'manabi';
import { type Picture, type PicturePixels, SIDE } from '../messages.ts';
import {
  applyFrozen,
  applyLast,
  convolution,
  convolutions,
  type ExtractorWeights,
  setExtractorWeights,
} from './extractor-layers.ts';

/** What the extractor computes from a picture before the training changes any of its layers. */
export interface Features {
  /** The maps that the last convolution reads. */
  readonly maps: Float32Array;
  /** Means of the maps of the convolutions before it. */
  readonly means: Float32Array;
  /** All features: `means`, and those of the last convolution. */
  readonly all: Float32Array;
}

/** Pictures whose features are computed together. */
const BATCH = 16;

/** Computes the features of pictures, of each picture once. */
export class FeatureCache {
  readonly #extractor: Model;
  #known: ReadonlyMap<number, Features> = new Map();

  constructor(weights: ExtractorWeights) {
    const all = convolutions.map((_, i) => convolution(i));
    const image = input({ shape: [SIDE, SIDE, 3] });
    const extraction = applyFrozen(all, image);
    const features = applyLast(all, extraction);
    this.#extractor = model({ inputs: image, outputs: [extraction.maps, extraction.means, features] });
    setExtractorWeights(all, weights);
  }

  /** Returns the features of pictures, in their order. The features of all other pictures are forgotten. */
  async featuresOf(pictures: readonly Picture[]): Promise<readonly Features[]> {
    const known = new Map<number, Features>();
    const unknown: Picture[] = [];
    for (const picture of pictures) {
      const found = this.#known.get(picture.id);
      if (found === undefined) unknown.push(picture);
      else known.set(picture.id, found);
    }
    for (let begin = 0; begin < unknown.length; begin += BATCH) {
      const part = unknown.slice(begin, begin + BATCH);
      const outputs = await this.#extractor.predictAll(imagesOf(part.map(({ pixels }) => pixels)));
      const [maps, means, all] = await Promise.all(outputs.map((output) => output.data()));
      for (const [i, { id }] of part.entries()) {
        const rowOf = (data: ArrayLike<number | bigint>) => {
          const length = data.length / part.length;
          return Float32Array.from({ length }, (_, at) => Number(data[i * length + at]));
        };
        known.set(id, { maps: rowOf(maps), means: rowOf(means), all: rowOf(all) });
      }
    }
    this.#known = known;
    return pictures.flatMap(({ id }) => known.get(id) ?? []);
  }
}

/** Makes a batch of pictures. */
export function imagesOf(pictures: readonly PicturePixels[]) {
  const pixels = new Uint8Array(pictures.length * SIDE * SIDE * 3);
  for (const [i, each] of pictures.entries()) pixels.set(each, i * SIDE * SIDE * 3);
  return hostArray('uint8', [pictures.length, SIDE, SIDE, 3], pixels);
}

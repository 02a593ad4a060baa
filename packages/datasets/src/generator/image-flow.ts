import { Dataset, type Stage } from '@manabi/data';
import { anySeed, NumpyRandom } from '../numpy/numpy-random.ts';
import type { FloatImage } from './affine.ts';
import type { TransformParameters } from './random-transform.ts';

/** The transformations of a generator, as its flows need them. */
export interface ImagePipeline {
  readonly validationSplit: number | undefined;
  readonly draw: (shape: readonly number[], random: NumpyRandom) => TransformParameters;
  /** Transforms and normalizes an image. Overwrites its pixels, and writes the result to `out`. */
  readonly process: (image: FloatImage, parameters: TransformParameters, out: Float32Array) => void;
  /** Throws if a normalization needs statistics that `fit` has not computed yet. */
  readonly check: () => void;
}

/** How a flow walks over its images. */
export interface FlowPlan<T, L> {
  /** Number of images. */
  readonly count: number;
  readonly batchSize: number;
  readonly shuffle: boolean;
  readonly seed: number | undefined;
  /** Shape of the images, from which shifts are drawn. */
  readonly shape: readonly number[];
  /** Whether damaged images are skipped, so that there may be fewer batches. */
  readonly isSkipping?: boolean;
  /** Creates a batch of the images with these indices and transformations; null if all of them were skipped. */
  readonly batch: (indices: readonly number[], parameters: readonly TransformParameters[], loaded: L) => T | null;
  /** Reads the images with these indices, while the batch before is transformed. */
  readonly load: (indices: readonly number[], signal: AbortSignal) => Promise<L>;
}

/**
 * Batches of transformed images, as returned by `ImageDataGenerator.flow`. Each iteration is one epoch.
 *
 * @example
 * ```ts
 * import { hostArray, ImageDataGenerator } from 'manabi';
 *
 * const flow = new ImageDataGenerator().flow(hostArray('uint8', [5, 2, 2, 1], new Uint8Array(20)), null, { batchSize: 2 });
 * console.log(flow.samples); // 5
 * console.log(flow.cardinality); // 3
 * ```
 */
export class ImageFlow<T> extends Dataset<T> {
  /** Number of images. */
  readonly samples: number;

  /** Wraps a dataset, for internal use; see `ImageDataGenerator.flow`. */
  constructor(dataset: Dataset<T>, samples: number) {
    super(Dataset.stageOf(dataset));
    this.samples = samples;
  }
}

/**
 * Creates a flow. It draws random numbers as Keras's iterators do: before each batch, the generator is seeded with the seed
 * plus the number of batches so far; the first batch of an epoch then draws the order of the images; and each image draws its
 * transformation.
 */
export function imageFlow<T, L>(name: string, plan: FlowPlan<T, L>, { draw, check }: ImagePipeline): ImageFlow<T> {
  const { count, batchSize, shuffle, seed, shape, isSkipping = false } = plan;
  check();
  const batches = Math.ceil(count / batchSize);
  const random = new NumpyRandom(anySeed());
  const sorted = Array.from({ length: count }, (_, i) => i);
  let epochs = 0;
  const stage: Stage<T> = {
    path: name,
    cardinality: isSkipping ? 'unknown' : batches,
    skipIterations(iterations) {
      epochs += iterations;
    },
    async *open(signal) {
      const epoch = epochs++;
      let order: readonly number[] = sorted;
      const start = (batch: number) => {
        if (seed !== undefined) random.seed((seed + epoch * batches + batch) % 2 ** 32);
        if (batch === 0 && shuffle) order = random.shuffled(sorted);
        const indices = order.slice(batch * batchSize, (batch + 1) * batchSize);
        const parameters = indices.map(() => draw(shape, random));
        const loaded = plan.load(indices, signal);
        // If an earlier batch fails, nothing waits for this one.
        loaded.catch(() => undefined);
        return { indices, parameters, loaded };
      };
      if (batches === 0) return;
      let next = start(0);
      for (let batch = 0; batch < batches; batch++) {
        const { indices, parameters, loaded } = next;
        if (batch + 1 < batches) next = start(batch + 1);
        const element = plan.batch(indices, parameters, await loaded);
        if (element !== null) yield element;
      }
    },
  };
  return new ImageFlow(new Dataset(stage).prefetch(1), count);
}

import { boolean, type KindsOf, ManabiError, oneOf, optional, positiveInteger, readOptions } from '@manabi/errors';
import { checkHostArray, dtypes, formatShape, type HostArray, hostArray } from '@manabi/ir';
import { seedKind } from '../images/image-folder-options.ts';
import { type ImageFlow, type ImagePipeline, imageFlow } from './image-flow.ts';

/** Options of `ImageDataGenerator.flow`. */
export interface FlowOptions {
  /** Images per batch; 32 by default. */
  readonly batchSize?: number;
  /** Whether to shuffle the images in each epoch; true by default. */
  readonly shuffle?: boolean;
  /** Weights of the images, whose first axis has the same length. */
  readonly sampleWeight?: HostArray | null;
  /** Seed of the order and the transformations, an integer in [0, 2^32 - 1]; random by default. */
  readonly seed?: number;
  /** Part of the images: `validation` is the first `validationSplit` of them, and `training` the rest. */
  readonly subset?: 'training' | 'validation';
  /** Whether to accept subsets whose labels differ; false by default. */
  readonly ignoreClassSplit?: boolean;
}

/** Elements of a flow with labels: images and labels, and the weights if there are any. */
export type FlowElement = [x: HostArray, y: HostArray] | [x: HostArray, y: HostArray, sampleWeight: HostArray];

const arrayKind = {
  expected: 'a host array, or null',
  accepts: (given: unknown): boolean => typeof given === 'object',
  // `checkHostArray` checks the array, with better messages.
  read: (given: unknown) => given as HostArray | null,
};

const kinds = {
  batchSize: optional(positiveInteger, 32),
  shuffle: optional(boolean, true),
  sampleWeight: optional(arrayKind, null),
  seed: optional(seedKind),
  subset: optional(oneOf('training', 'validation')),
  ignoreClassSplit: optional(boolean, false),
} satisfies KindsOf<FlowOptions>;

const OP = 'ImageDataGenerator.flow';

/** Creates a flow of images in memory. */
export function flowOfArrays(
  x: HostArray,
  y: HostArray | null,
  given: FlowOptions,
  pipeline: ImagePipeline,
): ImageFlow<HostArray | FlowElement> {
  const options = readOptions(OP, given, kinds);
  const { batchSize, shuffle, seed, sampleWeight } = options;
  if (y === null && sampleWeight !== null) {
    throw new ManabiError('argument', '`sampleWeight` needs labels. Pass them as the second argument.', { op: OP });
  }
  const [all, height, width, channels] = x.shape;
  for (const [name, array] of [
    ['y', y],
    ['sampleWeight', sampleWeight],
  ] as const) {
    if (array !== null) checkLength(name, array, all);
  }
  const [first, end] = rangeOf(all, y, options, pipeline.validationSplit);
  const size = height * width * channels;
  return imageFlow<HostArray | FlowElement, undefined>(
    'flow',
    {
      count: end - first,
      batchSize,
      shuffle,
      seed,
      shape: [height, width, channels],
      load: async () => undefined,
      batch(indices, parameters) {
        const data = new Float32Array(indices.length * size);
        const pixels = new Float32Array(size);
        const rows = indices.map((index) => first + index);
        rows.forEach((row, i) => {
          pixels.set(x.data.subarray(row * size, (row + 1) * size));
          const out = data.subarray(i * size, (i + 1) * size);
          pipeline.process({ height, width, channels, data: pixels }, parameters[i], out);
        });
        const images = hostArray('float32', [indices.length, height, width, channels], data);
        if (y === null) return images;
        if (sampleWeight === null) return [images, rowsOf(y, rows)];
        return [images, rowsOf(y, rows), rowsOf(sampleWeight, rows)];
      },
    },
    pipeline,
  );
}

function checkLength(name: string, array: HostArray, count: number): void {
  checkHostArray(OP, array);
  if (array.shape[0] === count) return;
  throw new ManabiError(
    'shape',
    `\`${name}\` must have one row for each of the ${count} images; got the shape ${formatShape(array.shape)}.`,
    { op: OP, data: { name, images: count, shape: array.shape } },
  );
}

/** Returns the first image of the subset, and the end. */
function rangeOf(
  count: number,
  y: HostArray | null,
  { subset, ignoreClassSplit }: Pick<FlowOptions, 'subset' | 'ignoreClassSplit'>,
  validationSplit: number | undefined,
): readonly [number, number] {
  if (subset === undefined) return [0, count];
  const boundary = boundaryOf(OP, count, validationSplit);
  if (subset === 'validation' && boundary === 0) {
    throw new ManabiError(
      'data',
      `The subset 'validation' is empty: \`validationSplit\` ${validationSplit} of ${count} images is less than one. Increase it.`,
      { op: OP, data: { images: count, validationSplit } },
    );
  }
  if (y !== null && !ignoreClassSplit) {
    const width = y.data.length / count;
    const labels = [y.data.subarray(0, boundary * width), y.data.subarray(boundary * width)];
    const [validation, training] = labels.map((part) => [...new Set<number>(part)].sort((a, b) => a - b).join());
    if (validation !== training) {
      throw new ManabiError(
        'argument',
        'The labels of the two subsets differ, as they do if the images are sorted by label. Shuffle the images first, or pass ignoreClassSplit: true.',
        { op: OP, data: { boundary } },
      );
    }
  }
  return subset === 'validation' ? [0, boundary] : [boundary, count];
}

/**
 * Returns the number of images in the subset `validation`.
 *
 * @throws ManabiError `argument` without `validationSplit`
 */
export function boundaryOf(op: string, count: number, validationSplit: number | undefined): number {
  if (validationSplit !== undefined) return Math.trunc(count * validationSplit);
  throw new ManabiError('argument', '`subset` needs the option `validationSplit` of the ImageDataGenerator.', { op });
}

function rowsOf({ dtype, shape, data }: HostArray, rows: readonly number[]): HostArray {
  const size = data.length / shape[0];
  const gathered = dtypes[dtype].create(rows.length * size);
  rows.forEach((row, i) => {
    gathered.set(data.subarray(row * size, (row + 1) * size), i * size);
  });
  return hostArray(dtype, [rows.length, ...shape.slice(1)], gathered);
}

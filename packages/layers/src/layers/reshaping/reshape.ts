import {
  broadcastTo,
  expandDims,
  ManabiError,
  reshape as reshapeOf,
  type Shape,
  type Tensor,
  transpose,
} from '@manabi/core';
import { checked, kind, listOf, type OptionValues, positiveInteger, wrongArgument } from '@manabi/errors';
import { ONE_INPUT } from '../../layer/input-spec.ts';
import { Layer, type LayerOptions } from '../../layer/layer.ts';
import { type OwnKindsOf, readLayerOptions } from '../../layer/layer-kinds.ts';
import { type DataFormat, dataFormatKind, toChannelsLast } from '../images/data-format.ts';

/** Options of the layer `flatten`. */
export interface FlattenOptions extends LayerOptions {
  /** Position of the channel axis of the input (default: `'channelsLast'`). The output order is channels-last in both cases. */
  readonly dataFormat?: DataFormat;
}

const flattenKinds = { dataFormat: dataFormatKind } satisfies OwnKindsOf<FlattenOptions>;

/** Layer created by `flatten`. */
export class Flatten extends Layer<OptionValues<typeof flattenKinds>> {
  static override readonly className: string = 'Flatten';

  constructor(options: FlattenOptions = {}) {
    super(options, readLayerOptions(new.target, options, flattenKinds));
    this.inputSpec = { minRank: 1 };
  }

  override call(x: Tensor): Tensor {
    const last = x.rank > 2 ? toChannelsLast(x, this.config.dataFormat) : x;
    return reshapeOf(last, [x.shape[0], sizeOfSample(x.shape)]);
  }
}

/**
 * Creates a layer that flattens each sample in row-major order: [batch, a, b, c] becomes [batch, a · b · c].
 *
 * @throws ManabiError `argument` for invalid options
 * @example
 * ```ts
 * import { layers, ones } from 'manabi';
 *
 * console.log(layers.flatten().apply(ones([2, 3, 4])).shape); // [2, 12]
 * ```
 */
export function flatten(options: FlattenOptions = {}): Flatten {
  return new Flatten(options);
}

/** Options of the layer `reshape`. */
export interface ReshapeOptions extends LayerOptions {
  /**
   * Shape of each sample in the output, without the batch axis. One length may be -1; it is inferred from the number of
   * elements.
   */
  readonly targetShape: readonly number[];
}

const targetLength = kind(
  'a positive integer, or -1 for what is left',
  (given): given is number => given === -1 || positiveInteger.accepts(given),
);

const targetShapeKind = checked(listOf(targetLength), (lengths, place) => {
  if (lengths.filter((length) => length === -1).length < 2) return;
  throw wrongArgument(place, 'a shape in which at most one length is -1', lengths);
});

const reshapeKinds = { targetShape: targetShapeKind } satisfies OwnKindsOf<ReshapeOptions>;

/** Layer created by `reshape`. */
export class Reshape extends Layer<OptionValues<typeof reshapeKinds>> {
  static override readonly className: string = 'Reshape';

  constructor(options: ReshapeOptions) {
    super(options, readLayerOptions(new.target, options, reshapeKinds));
    this.inputSpec = ONE_INPUT;
  }

  override call(x: Tensor): Tensor {
    const { targetShape } = this.config;
    const size = sizeOfSample(x.shape);
    const known = targetShape.reduce((product, length) => (length === -1 ? product : product * length), 1);
    const shape = targetShape.map((length) => (length === -1 ? size / known : length));
    if (shape.every(Number.isInteger) && shape.reduce((product, length) => product * length, 1) === size) {
      return reshapeOf(x, [x.shape[0], ...shape]);
    }
    throw new ManabiError(
      'shape',
      `\`targetShape\` [${targetShape.join(', ')}] does not match samples of shape [${x.shape.slice(1).join(', ')}], which have ` +
        `${size} elements. Leave out the batch axis; one length may be -1.`,
      { op: 'Reshape', data: { shape: x.shape, targetShape } },
    );
  }
}

/**
 * Creates a layer that reshapes each sample in row-major order.
 *
 * @throws ManabiError `argument` for an invalid `targetShape`; `apply` throws `shape` if the number of elements differs
 * @example
 * ```ts
 * import { layers, tensor } from 'manabi';
 *
 * const result = layers.reshape({ targetShape: [2, -1] }).apply(tensor([[1, 2, 3, 4]]));
 * console.log(await result.array()); // [[[1, 2], [3, 4]]]
 * ```
 */
export function reshape(options: ReshapeOptions): Reshape {
  return new Reshape(options);
}

/** Options of the layer `permute`. */
export interface PermuteOptions extends LayerOptions {
  /** Input axis for each output axis, without the batch, counted from 1. */
  readonly dims: readonly number[];
}

const dimsKind = checked(listOf(positiveInteger), (dims, place) => {
  if ([...dims].sort((a, b) => a - b).every((dim, i) => dim === i + 1)) return;
  throw wrongArgument(place, "a list of all axes but the batch's, each once, counted from 1", dims);
});

const permuteKinds = { dims: dimsKind } satisfies OwnKindsOf<PermuteOptions>;

/** Layer created by `permute`. */
export class Permute extends Layer<OptionValues<typeof permuteKinds>> {
  static override readonly className: string = 'Permute';

  constructor(options: PermuteOptions) {
    super(options, readLayerOptions(new.target, options, permuteKinds));
    this.inputSpec = { rank: this.config.dims.length + 1 };
  }

  override call(x: Tensor): Tensor {
    return transpose(x, [0, ...this.config.dims]);
  }
}

/**
 * Creates a layer that permutes the axes of each sample. Axes count from 1: `dims: [2, 1]` swaps the first two.
 *
 * @throws ManabiError `argument` unless `dims` names each axis once; `apply` throws `shape` for an input of another rank
 * @example
 * ```ts
 * import { layers, tensor } from 'manabi';
 *
 * const result = layers.permute({ dims: [2, 1] }).apply(tensor([[[1, 2], [3, 4]]]));
 * console.log(await result.array()); // [[[1, 3], [2, 4]]]
 * ```
 */
export function permute(options: PermuteOptions): Permute {
  return new Permute(options);
}

/** Options of the layer `repeatVector`. */
export interface RepeatVectorOptions extends LayerOptions {
  /** Number of times that each vector is repeated. */
  readonly n: number;
}

const repeatKinds = { n: positiveInteger } satisfies OwnKindsOf<RepeatVectorOptions>;

/** Layer created by `repeatVector`. */
export class RepeatVector extends Layer<OptionValues<typeof repeatKinds>> {
  static override readonly className: string = 'RepeatVector';

  constructor(options: RepeatVectorOptions) {
    super(options, readLayerOptions(new.target, options, repeatKinds));
    this.inputSpec = { rank: 2 };
  }

  override call(x: Tensor): Tensor {
    const [batch, features] = x.shape;
    return broadcastTo(expandDims(x, 1), [batch, this.config.n, features]);
  }
}

/**
 * Creates a layer that repeats each vector `n` times: [batch, features] becomes [batch, n, features].
 *
 * @throws ManabiError `argument` unless `n` is a positive integer; `apply` throws `shape` for an input of another rank
 * @example
 * ```ts
 * import { layers, tensor } from 'manabi';
 *
 * console.log(await layers.repeatVector({ n: 2 }).apply(tensor([[1, 2]])).array()); // [[[1, 2], [1, 2]]]
 * ```
 */
export function repeatVector(options: RepeatVectorOptions): RepeatVector {
  return new RepeatVector(options);
}

function sizeOfSample(shape: Shape): number {
  return shape.slice(1).reduce((product, length) => product * length, 1);
}

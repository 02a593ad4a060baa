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

/** What `flatten` takes. */
export interface FlattenOptions extends LayerOptions {
  /** Order of the axes of the input; by default `channelsLast`. The result is that of channels-last in both cases. */
  readonly dataFormat?: DataFormat;
}

const flattenKinds = { dataFormat: dataFormatKind } satisfies OwnKindsOf<FlattenOptions>;

/** All axes but the batch's made one: see `flatten`. */
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
 * `[batch, a, b, c]` to `[batch, a * b * c]`, in row-major order.
 *
 * @example `layers.flatten()`
 */
export function flatten(options: FlattenOptions = {}): Flatten {
  return new Flatten(options);
}

/** What `reshape` takes. */
export interface ReshapeOptions extends LayerOptions {
  /** Without the batch's axis; one length may be -1, for what is left. */
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

/** The same elements in another shape: see `reshape`. */
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
      `Samples of shape [${x.shape.slice(1).join(', ')}] have ${size} elements, which targetShape ` +
        `[${targetShape.join(', ')}] does not hold. The batch's axis is not counted.`,
      { op: 'Reshape', data: { shape: x.shape, targetShape } },
    );
  }
}

/**
 * The elements of each sample in another shape, in row-major order.
 *
 * @throws ManabiError `shape`, when applied, if there are more or fewer elements
 * @example `layers.reshape({ targetShape: [7, 7, -1] })`
 */
export function reshape(options: ReshapeOptions): Reshape {
  return new Reshape(options);
}

/** What `permute` takes. */
export interface PermuteOptions extends LayerOptions {
  /** Which axis of the input each axis of the output is, without the batch's, counted from 1. */
  readonly dims: readonly number[];
}

const dimsKind = checked(listOf(positiveInteger), (dims, place) => {
  if ([...dims].sort((a, b) => a - b).every((dim, i) => dim === i + 1)) return;
  throw wrongArgument(place, "a list of all axes but the batch's, each once, counted from 1", dims);
});

const permuteKinds = { dims: dimsKind } satisfies OwnKindsOf<PermuteOptions>;

/** Axes in another order: see `permute`. */
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
 * The axes of each sample in another order, counted from 1: `dims: [2, 1]` exchanges the first two.
 *
 * @throws ManabiError `argument` unless each axis is named once
 */
export function permute(options: PermuteOptions): Permute {
  return new Permute(options);
}

/** What `repeatVector` takes. */
export interface RepeatVectorOptions extends LayerOptions {
  /** How often. */
  readonly n: number;
}

const repeatKinds = { n: positiveInteger } satisfies OwnKindsOf<RepeatVectorOptions>;

/** Each sample several times: see `repeatVector`. */
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

/** `[batch, features]` to `[batch, n, features]`: the same at each of n steps. */
export function repeatVector(options: RepeatVectorOptions): RepeatVector {
  return new RepeatVector(options);
}

function sizeOfSample(shape: Shape): number {
  return shape.slice(1).reduce((product, length) => product * length, 1);
}

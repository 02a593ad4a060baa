import {
  broadcastTo,
  expandDims,
  ManabiError,
  reshape as reshapeOf,
  type Shape,
  type Tensor,
  transpose,
} from '@manabi/core';
import { checkAreGiven } from '../check-options.ts';
import { Layer, type LayerOptions } from '../layer.ts';
import { type DataFormat, dataFormatOf, toChannelsLast } from './data-format.ts';
import { positiveInteger } from './options.ts';

/** What `flatten` takes. */
export interface FlattenOptions extends LayerOptions {
  /** Order of the axes of the input; by default `channelsLast`. The result is that of channels-last in both cases. */
  readonly dataFormat?: DataFormat;
}

/** All axes but the batch's made one: see `flatten`. */
export class Flatten extends Layer<{ readonly dataFormat: DataFormat }> {
  static override readonly className: string = 'Flatten';

  constructor(options: FlattenOptions = {}) {
    checkAreGiven(new.target.className, options);
    super(options, { dataFormat: dataFormatOf('Flatten', options.dataFormat) });
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

/** The same elements in another shape: see `reshape`. */
export class Reshape extends Layer<{ readonly targetShape: readonly number[] }> {
  static override readonly className: string = 'Reshape';

  constructor(options: ReshapeOptions) {
    checkAreGiven(new.target.className, options);
    super(options, { targetShape: targetShapeOf(options.targetShape) });
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

function targetShapeOf(targetShape: readonly number[]): readonly number[] {
  const isShape = Array.isArray(targetShape) && targetShape.every((n) => Number.isInteger(n) && (n > 0 || n === -1));
  if (isShape && targetShape.filter((length) => length === -1).length < 2) return targetShape;
  throw new ManabiError(
    'argument',
    `The option targetShape of Reshape is a list of whole numbers from 1 up, of which one may be -1, not ` +
      `${JSON.stringify(targetShape)}.`,
    { op: 'Reshape', data: { option: 'targetShape', value: targetShape } },
  );
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

/** Axes in another order: see `permute`. */
export class Permute extends Layer<{ readonly dims: readonly number[] }> {
  static override readonly className: string = 'Permute';

  constructor(options: PermuteOptions) {
    checkAreGiven(new.target.className, options);
    super(options, { dims: dimsOf(options.dims) });
    this.inputSpec = { rank: options.dims.length + 1 };
  }

  override call(x: Tensor): Tensor {
    return transpose(x, [0, ...this.config.dims]);
  }
}

function dimsOf(dims: readonly number[]): readonly number[] {
  if (Array.isArray(dims) && [...dims].sort((a, b) => a - b).every((dim, i) => dim === i + 1)) return dims;
  throw new ManabiError(
    'argument',
    `The option dims of Permute names each axis once, from 1 (the batch's is not counted), not ${JSON.stringify(dims)}.`,
    { op: 'Permute', data: { option: 'dims', value: dims } },
  );
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

/** Each sample several times: see `repeatVector`. */
export class RepeatVector extends Layer<{ readonly n: number }> {
  static override readonly className: string = 'RepeatVector';

  constructor(options: RepeatVectorOptions) {
    checkAreGiven(new.target.className, options);
    super(options, { n: positiveInteger('RepeatVector', 'n', options.n) });
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

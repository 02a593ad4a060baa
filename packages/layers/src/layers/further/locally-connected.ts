import { add, concatenate, einsum, pad, reshape, slice, type Tensor } from '@manabi/core';
import { boolean, eachOf, type OptionValues, oneOf, optional, positiveInteger } from '@manabi/errors';
import type { ActivationIdentifier } from '../../activations/activation.ts';
import { activationKind } from '../../activations/table.ts';
import type { CallContext } from '../../call/context.ts';
import { type ConstraintIdentifier, constraintKind } from '../../constraints/table.ts';
import { type InitializerIdentifier, initializerKind } from '../../initializers/table.ts';
import { Layer, type LayerOptions } from '../../layer/layer.ts';
import { type LayerClassName, type OwnKindsOf, readLayerOptions } from '../../layer/layer-kinds.ts';
import { type RegularizerIdentifier, regularizerKind } from '../../regularizers/table.ts';
import type { PartialShape } from '../../structure/nested.ts';
import type { Variable } from '../../variables/variable.ts';
import { knownLength } from '../recurrent/known-length.ts';
import { withChannelsLast } from './with-channels-last.ts';

/** Options of the layers `locallyConnected1d` and `locallyConnected2d`. */
export interface LocallyConnectedOptions extends LayerOptions {
  /** Number of output channels. */
  readonly filters: number;
  /** Size of the windows: one integer for all spatial axes, or one per axis. */
  readonly kernelSize: number | readonly number[];
  /** Distance between the starts of adjacent windows (default: 1). */
  readonly strides?: number | readonly number[];
  /** Padding (default: `'valid'`). */
  readonly padding?: 'valid' | 'same';
  /** Position of the channel axis (default: `'channelsLast'`). */
  readonly dataFormat?: 'channelsLast' | 'channelsFirst';
  /** Activation of the output (default: `'linear'`). */
  readonly activation?: ActivationIdentifier;
  /** Whether the layer adds a bias (default: true). */
  readonly useBias?: boolean;
  /** Initializer of the kernel (default: `'glorotUniform'`). */
  readonly kernelInitializer?: InitializerIdentifier;
  /** Initializer of the bias (default: `'zeros'`). */
  readonly biasInitializer?: InitializerIdentifier;
  /** Regularizer of the kernel (default: null). */
  readonly kernelRegularizer?: RegularizerIdentifier | null;
  /** Regularizer of the bias (default: null). */
  readonly biasRegularizer?: RegularizerIdentifier | null;
  /** Constraint of the kernel (default: null). */
  readonly kernelConstraint?: ConstraintIdentifier | null;
  /** Constraint of the bias (default: null). */
  readonly biasConstraint?: ConstraintIdentifier | null;
}

function kinds(rank: number) {
  return {
    filters: positiveInteger,
    kernelSize: eachOf(positiveInteger, rank),
    strides: optional(eachOf(positiveInteger, rank), 1),
    padding: optional(oneOf('valid', 'same'), 'valid'),
    dataFormat: optional(oneOf('channelsLast', 'channelsFirst'), 'channelsLast'),
    activation: optional(activationKind, 'linear'),
    useBias: optional(boolean, true),
    kernelInitializer: optional(initializerKind, 'glorotUniform'),
    biasInitializer: optional(initializerKind, 'zeros'),
    kernelRegularizer: optional(regularizerKind, null),
    biasRegularizer: optional(regularizerKind, null),
    kernelConstraint: optional(constraintKind, null),
    biasConstraint: optional(constraintKind, null),
  } satisfies OwnKindsOf<LocallyConnectedOptions>;
}

function resolved(layerClass: LayerClassName, rank: number, options: LocallyConnectedOptions) {
  return readLayerOptions(layerClass, options, kinds(rank));
}

/** Windows of one spatial axis. */
export interface LocalAxis {
  readonly length: number;
  readonly size: number;
  readonly stride: number;
  /** Number of windows. */
  readonly count: number;
  /** Padding before and after. */
  readonly before: number;
  readonly after: number;
}

/** A convolution whose kernel differs between positions. */
abstract class LocallyConnected extends Layer<OptionValues<ReturnType<typeof kinds>>> {
  /** Number of spatial axes. */
  static readonly rank: number = 0;
  readonly #rank: number;
  kernel?: Variable;
  bias?: Variable;

  constructor(options: LocallyConnectedOptions) {
    super(options, resolved(new.target, new.target.rank, options));
    this.#rank = new.target.rank;
    this.inputSpec = { rank: this.#rank + 2 };
  }

  override build(inputShape: PartialShape): void {
    const { filters, useBias, kernelInitializer, biasInitializer } = this.config;
    const { kernelRegularizer, biasRegularizer, kernelConstraint, biasConstraint } = this.config;
    const { axes, channels } = this.windows(inputShape);
    const counts = axes.map(({ count }) => count);
    const size = axes.reduce((product, axis) => product * axis.size, channels);
    this.kernel = this.addWeight({
      name: 'kernel',
      shape: [counts.reduce((product, count) => product * count, 1), size, filters],
      initializer: kernelInitializer,
      regularizer: kernelRegularizer,
      constraint: kernelConstraint,
    });
    if (!useBias) return;
    this.bias = this.addWeight({
      name: 'bias',
      shape: [...counts, filters],
      initializer: biasInitializer,
      regularizer: biasRegularizer,
      constraint: biasConstraint,
    });
  }

  /** Returns the windows of each spatial axis of an input, and its number of channels. */
  windows(inputShape: PartialShape): { readonly axes: readonly LocalAxis[]; readonly channels: number } {
    const { kernelSize, strides, padding, dataFormat } = this.config;
    const isLast = dataFormat === 'channelsLast';
    const axes = Array.from({ length: this.#rank }, (_, i): LocalAxis => {
      const length = knownLength(this, inputShape, i + (isLast ? 1 : 2));
      const [size, stride] = [nth(kernelSize, i), nth(strides, i)];
      const count = padding === 'same' ? Math.ceil(length / stride) : Math.floor((length - size) / stride) + 1;
      // Unlike convolutions, these layers center their windows.
      const before = padding === 'same' ? Math.floor(size / 2) : 0;
      const after = Math.max(0, (count - 1) * stride + size - length - before);
      return { length, size, stride, count, before, after };
    });
    return { axes, channels: knownLength(this, inputShape, isLast ? -1 : 1) };
  }

  override call(images: Tensor, context: CallContext): Tensor {
    const { activation, dataFormat, filters, useBias } = this.config;
    const { axes } = this.windows(images.shape);
    return withChannelsLast(images, dataFormat, (x) => {
      const padded = pad(x, [[0, 0], ...axes.map(({ before, after }): [number, number] => [before, after]), [0, 0]]);
      const counts = axes.map(({ count }) => count);
      const patches = concatenate(
        offsets(axes).map((offset) => windowsAt(padded, axes, offset)),
        -1,
      );
      const rows = reshape(patches, [
        x.shape[0],
        counts.reduce((product, count) => product * count, 1),
        patches.shape.at(-1) ?? 0,
      ]);
      const sums = reshape(einsum('bpk,pkf->bpf', rows, context.read(this.kernel)), [x.shape[0], ...counts, filters]);
      return activation(useBias ? add(sums, context.read(this.bias)) : sums);
    });
  }
}

function nth(value: number | readonly number[], i: number): number {
  return typeof value === 'number' ? value : value[i];
}

/** Returns the positions within a window, row by row. */
function offsets(axes: readonly LocalAxis[]): readonly (readonly number[])[] {
  return axes.reduce<readonly (readonly number[])[]>(
    (found, { size }) => found.flatMap((offset) => Array.from({ length: size }, (_, i) => [...offset, i])),
    [[]],
  );
}

/** Returns the elements at one position of all windows. */
function windowsAt(x: Tensor, axes: readonly LocalAxis[], offset: readonly number[]): Tensor {
  let part = x;
  axes.forEach(({ count, stride }, i) => {
    const axis = i + 1;
    const span = (count - 1) * stride + 1;
    const start = part.shape.map((_, each) => (each === axis ? offset[i] : 0));
    const cut = slice(
      part,
      start,
      part.shape.map((length, each) => (each === axis ? span : length)),
    );
    part = stride === 1 ? cut : everyNth(cut, axis, stride, count);
  });
  return part;
}

/** Returns every n-th element along an axis. */
function everyNth(x: Tensor, axis: number, stride: number, count: number): Tensor {
  const widths = x.shape.map((_, each): [number, number] => (each === axis ? [0, stride - 1] : [0, 0]));
  const split = [...x.shape.slice(0, axis), count, stride, ...x.shape.slice(axis + 1)];
  const blocks = reshape(pad(x, widths), split);
  const first = slice(
    blocks,
    split.map(() => 0),
    split.map((length, each) => (each === axis + 1 ? 1 : length)),
  );
  return reshape(
    first,
    split.filter((_, each) => each !== axis + 1),
  );
}

/** Layer created by `locallyConnected1d`. Weights: `kernel` [length, kernelSize · channels, filters], `bias` [length, filters]. */
export class LocallyConnected1D extends LocallyConnected {
  static override readonly className: string = 'LocallyConnected1D';
  static override readonly rank: number = 1;
}

/** Layer created by `locallyConnected2d`. Weights: `kernel` [positions, kernelSize · channels, filters], `bias` [rows, columns, filters]. */
export class LocallyConnected2D extends LocallyConnected {
  static override readonly className: string = 'LocallyConnected2D';
  static override readonly rank: number = 2;
}

/**
 * Creates the layer of Keras 2 that convolves sequences [batch, length, channels] with a kernel of its own for each position.
 * Returns [batch, new length, filters].
 *
 * @throws ManabiError `argument` for invalid options; `shape` for an unknown length
 * @example
 * ```ts
 * import { locallyConnected1d } from '@manabi/layers/further';
 * import { ones } from 'manabi';
 *
 * console.log(locallyConnected1d({ filters: 3, kernelSize: 2 }).apply(ones([1, 6, 4])).shape); // [1, 5, 3]
 * ```
 */
export function locallyConnected1d(options: LocallyConnectedOptions): LocallyConnected1D {
  return new LocallyConnected1D(options);
}

/**
 * Creates the layer of Keras 2 that convolves images [batch, rows, columns, channels] with a kernel of its own for each
 * position. Returns [batch, new rows, new columns, filters].
 *
 * @throws ManabiError `argument` for invalid options; `shape` for an unknown number of rows or columns
 * @example
 * ```ts
 * import { locallyConnected2d } from '@manabi/layers/further';
 * import { ones } from 'manabi';
 *
 * console.log(locallyConnected2d({ filters: 3, kernelSize: 2 }).apply(ones([1, 6, 5, 1])).shape); // [1, 5, 4, 3]
 * ```
 */
export function locallyConnected2d(options: LocallyConnectedOptions): LocallyConnected2D {
  return new LocallyConnected2D(options);
}

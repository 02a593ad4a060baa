import { einsum, expandDims, ManabiError, type Tensor } from '@manabi/core';
import { anyOf, boolean, kind, listOf, type OptionValues, optional } from '@manabi/errors';
import type { LayerOptions, SymbolicTensor } from '../../layer/layer.ts';
import { type OwnKindsOf, readLayerOptions } from '../../layer/layer-kinds.ts';
import { toUnitLength } from '../normalization/rms-normalization.ts';
import { applyMerge, isMergeable, Merge, type Mergeable } from './merge.ts';

/** Options of the layer `dot`. */
export interface DotOptions extends LayerOptions {
  /** Axis of both inputs to sum over, or a pair with one axis for each; never the batch axis. */
  readonly axes: number | readonly [number, number];
  /**
   * Whether the vectors along `axes` are first scaled to length 1, which results in their cosine similarity (default:
   * false).
   */
  readonly normalize?: boolean;
}

const axis = kind(
  "an integer other than 0, which is the batch's axis",
  (given): given is number => Number.isSafeInteger(given) && given !== 0,
);

const kinds = {
  axes: anyOf(axis, listOf(axis, { length: 2 })),
  normalize: optional(boolean, false),
} satisfies OwnKindsOf<DotOptions>;

/** Layer created by `dot`. */
export class Dot extends Merge<OptionValues<typeof kinds>> {
  static override readonly className: string = 'Dot';
  protected override readonly inputCount = 2;

  constructor(options?: DotOptions) {
    super(options, readLayerOptions(new.target, options, kinds));
  }

  override call([x, y]: readonly Tensor[]): Tensor {
    const { axes, normalize } = this.config;
    const [first, second] = typeof axes === 'number' ? [axes, axes] : axes;
    const a = positiveAxis(first, x);
    const b = positiveAxis(second, y);
    const [left, right] = normalize ? [toUnitLength(x, a, 1e-7), toUnitLength(y, b, 1e-7)] : [x, y];
    return batchDot(left, right, a, b);
  }

  /** Returns null: as in Keras, the output has no mask. */
  override computeMask(): null {
    return null;
  }
}

function positiveAxis(axis: number, { rank, shape }: Tensor): number {
  const position = axis < 0 ? axis + rank : axis;
  if (position > 0 && position < rank) return position;
  const message = `\`axes\` must be an axis of each input other than the batch; got ${axis} for an input of shape`;
  throw new ManabiError('axis', `${message} [${shape.join(', ')}].`, {
    op: 'Dot',
    data: { axis, shape },
  });
}

/**
 * Sums products over one axis of each input, per sample. The axes of the result are the batch, the other axes of `x`,
 * and then the other axes of `y`.
 */
function batchDot(x: Tensor, y: Tensor, ofX: number, ofY: number): Tensor {
  if (x.shape[ofX] !== y.shape[ofY]) {
    throw new ManabiError(
      'shape',
      `The summed axes must have equal lengths; got axis ${ofX} of shape [${x.shape.join(', ')}] and axis ${ofY} of shape ` +
        `[${y.shape.join(', ')}]. Change \`axes\`.`,
      { op: 'Dot', data: { shapes: [x.shape, y.shape], axes: [ofX, ofY] } },
    );
  }
  const letter = (index: number): string => String.fromCharCode('c'.charCodeAt(0) + index);
  const left = x.shape.map((_, axis) => (axis === 0 ? 'a' : axis === ofX ? 'b' : letter(axis)));
  const right = y.shape.map((_, axis) => (axis === 0 ? 'a' : axis === ofY ? 'b' : letter(x.rank + axis)));
  const free = [...left, ...right].filter((each) => each !== 'a' && each !== 'b');
  // For two vectors, Keras keeps an axis of length 1.
  const product = einsum(`${left.join('')},${right.join('')}->a${free.join('')}`, x, y);
  return free.length === 0 ? expandDims(product, -1) : product;
}

/**
 * Sums the products of two tensors over one axis of each, per sample, or creates a layer that does:
 * `y[a, b] = Σₙ x[a, n] · z[b, n]`. Two inputs [batch, n] become [batch, 1]; [batch, a, n] and [batch, b, n] with `axes: 2`
 * become [batch, a, b].
 *
 * @throws ManabiError `argument` for invalid options or the batch axis; `axis` for an axis that an input lacks; `shape` if
 * the summed axes differ in length
 * @example
 * ```ts
 * import { layers, tensor } from 'manabi';
 *
 * console.log(await layers.dot([tensor([[1, 2]]), tensor([[3, 5]])], { axes: 1 }).array()); // [[13]]
 * const result = layers.dot({ axes: 1, normalize: true }).apply([tensor([[1, 0]]), tensor([[0, 5]])]);
 * console.log(await result.array()); // [[0]]
 * ```
 */
export function dot(options: DotOptions): Dot;
export function dot(inputs: readonly SymbolicTensor[], options: DotOptions): SymbolicTensor;
export function dot(inputs: readonly Tensor[], options: DotOptions): Tensor;
export function dot(first: DotOptions | Mergeable, second?: DotOptions): Dot | SymbolicTensor | Tensor {
  return isMergeable(first) ? applyMerge(new Dot(second), first) : new Dot(first);
}

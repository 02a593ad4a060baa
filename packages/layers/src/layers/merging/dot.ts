import { einsum, expandDims, ManabiError, type Tensor } from '@manabi/core';
import { anyOf, boolean, kind, listOf, type OptionValues, optional } from '@manabi/errors';
import type { LayerOptions, SymbolicTensor } from '../../layer/layer.ts';
import { type OwnKindsOf, readLayerOptions } from '../../layer/layer-kinds.ts';
import { toUnitLength } from '../normalization/rms-normalization.ts';
import { applyMerge, isMergeable, Merge, type Mergeable } from './merge.ts';

/** What `dot` takes. */
export interface DotOptions extends LayerOptions {
  /** The axis of both that is summed over, or one of each; never the batch's. */
  readonly axes: number | readonly [number, number];
  /** Whether vectors along these axes are brought to length 1 first: then it is the cosine. By default false. */
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

/** Products of two tensors: see `dot`. */
export class Dot extends Merge<OptionValues<typeof kinds>> {
  static override readonly className: string = 'Dot';
  protected override readonly inputCount = 2;

  constructor(options?: DotOptions) {
    super(options, readLayerOptions(new.target, options, kinds));
  }

  override call([x, y]: readonly Tensor[]): Tensor {
    const { axes, normalize } = this.config;
    const [first, second] = typeof axes === 'number' ? [axes, axes] : axes;
    const a = fromFront(first, x);
    const b = fromFront(second, y);
    const [left, right] = normalize ? [toUnitLength(x, a, 1e-7), toUnitLength(y, b, 1e-7)] : [x, y];
    return batchDot(left, right, a, b);
  }

  /** Steps are summed or paired, so no mask goes on. */
  override computeMask(): null {
    return null;
  }
}

function fromFront(axis: number, { rank, shape }: Tensor): number {
  const place = axis < 0 ? axis + rank : axis;
  if (place > 0 && place < rank) return place;
  throw new ManabiError('axis', `Dot sums over axis ${axis}, but an input has shape [${shape.join(', ')}].`, {
    op: 'Dot',
    data: { axis, shape },
  });
}

/** Sums over an axis of each, for each sample: the other axes of x come first, then those of y. */
function batchDot(x: Tensor, y: Tensor, ofX: number, ofY: number): Tensor {
  if (x.shape[ofX] !== y.shape[ofY]) {
    throw new ManabiError(
      'shape',
      `Dot sums over axis ${ofX} of [${x.shape.join(', ')}] and axis ${ofY} of [${y.shape.join(', ')}], which must be ` +
        'equally long.',
      { op: 'Dot', data: { shapes: [x.shape, y.shape], axes: [ofX, ofY] } },
    );
  }
  const letter = (index: number): string => String.fromCharCode('c'.charCodeAt(0) + index);
  const left = x.shape.map((_, axis) => (axis === 0 ? 'a' : axis === ofX ? 'b' : letter(axis)));
  const right = y.shape.map((_, axis) => (axis === 0 ? 'a' : axis === ofY ? 'b' : letter(x.rank + axis)));
  const free = [...left, ...right].filter((each) => each !== 'a' && each !== 'b');
  // Of two vectors, Keras keeps an axis of length 1.
  const product = einsum(`${left.join('')},${right.join('')}->a${free.join('')}`, x, y);
  return free.length === 0 ? expandDims(product, -1) : product;
}

/**
 * Sums of products of two tensors along an axis of each, for each sample: `[batch, n]` twice to `[batch, 1]`,
 * `[batch, a, n]` and `[batch, b, n]` with `axes: 2` to `[batch, a, b]`.
 *
 * @throws ManabiError `argument` for the batch's axis; when applied, `shape` if the axes are not equally long
 * @example `layers.dot([x, y], { axes: 1, normalize: true })`, or as a layer `layers.dot({ axes: 1 }).apply([x, y])`
 */
export function dot(options: DotOptions): Dot;
export function dot(inputs: readonly SymbolicTensor[], options: DotOptions): SymbolicTensor;
export function dot(inputs: readonly Tensor[], options: DotOptions): Tensor;
export function dot(first: DotOptions | Mergeable, second?: DotOptions): Dot | SymbolicTensor | Tensor {
  return isMergeable(first) ? applyMerge(new Dot(second), first) : new Dot(first);
}

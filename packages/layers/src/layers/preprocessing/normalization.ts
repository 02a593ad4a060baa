import {
  add,
  astype,
  broadcastTo,
  div,
  fromHost,
  type HostArray,
  isTensor,
  ManabiError,
  maximum,
  mean as meanOf,
  mul,
  realize,
  reshape,
  type Shape,
  sqrt,
  square,
  sub,
  type Tensor,
  tensor,
  variance as varianceOf,
} from '@manabi/core';
import { anyOf, boolean, listOf, notNegative, nullable, number, optional } from '@manabi/errors';
import type { CallContext } from '../../call/context.ts';
import { ONE_INPUT } from '../../layer/input-spec.ts';
import { Layer, type LayerOptions } from '../../layer/layer.ts';
import { classNameOf, type LayerClassName, type OwnKindsOf, readLayerOptions } from '../../layer/layer-kinds.ts';
import type { PartialShape } from '../../structure/nested.ts';
import { type Numbers, numbersOf } from '../../structure/nested-numbers.ts';
import { axisKind } from '../../structure/option-kinds.ts';
import type { Variable } from '../../variables/variable.ts';
import { ascendingAxes } from '../normalization/layer-normalization.ts';
import { knownLength } from '../recurrent/known-length.ts';

/** Smallest standard deviation that inputs are divided by; Keras's epsilon. */
const EPSILON = 1e-7;

/** Options of the layer `normalization`. */
export interface NormalizationOptions extends LayerOptions {
  /** Axis or axes with separate means and variances; null for one mean and variance of all elements (default: -1, the last). */
  readonly axis?: number | readonly number[] | null;
  /** Known mean, together with `variance` (default: null, computed by `adapt`). */
  readonly mean?: Numbers | null;
  /** Known variance, together with `mean` (default: null, computed by `adapt`). */
  readonly variance?: Numbers | null;
  /** Whether the layer converts normalized values back to original values (default: false). */
  readonly invert?: boolean;
}

const kinds = {
  axis: optional(nullable(anyOf(axisKind, listOf(axisKind))), -1),
  mean: optional(nullable(numbersOf(number())), null),
  variance: optional(nullable(numbersOf(notNegative)), null),
  invert: optional(boolean, false),
} satisfies OwnKindsOf<NormalizationOptions>;

function resolved(layerClass: LayerClassName, options: NormalizationOptions) {
  const { axis, ...config } = readLayerOptions(layerClass, options, kinds);
  if ((config.mean === null) === (config.variance === null)) {
    return { ...config, axis: axis === null ? [] : [axis].flat() };
  }
  const name = config.mean === null ? 'mean' : 'variance';
  const message = '`mean` and `variance` must be given together. Pass both, or neither and call adapt().';
  throw new ManabiError('argument', message, {
    op: classNameOf(layerClass),
    data: { name, given: null },
  });
}

/** Data for `adapt`: one array or tensor with all samples, or batches of samples. */
export type AdaptData = Batch | Iterable<Batch> | AsyncIterable<Batch>;

type Batch = Tensor | HostArray;

/**
 * Layer created by `normalization`. Weights, unless mean and variance are given: `mean` and `variance` with the shape of
 * the axes, and an unused `count`.
 */
export class Normalization extends Layer<ReturnType<typeof resolved>> {
  static override readonly className: string = 'Normalization';
  override supportsMasking = true;
  adaptMean?: Variable;
  adaptVariance?: Variable;

  constructor(options: NormalizationOptions = {}) {
    super(options, resolved(new.target, options));
    this.inputSpec = ONE_INPUT;
  }

  override build(inputShape: PartialShape): void {
    const axes = ascendingAxes(this.config.axis, inputShape.length);
    const shape = axes.map((axis) => knownLength(this, inputShape, axis));
    this.inputSpec = { rank: inputShape.length, axes: Object.fromEntries(axes.map((axis, i) => [axis, shape[i]])) };
    if (this.config.mean !== null) return;
    this.adaptMean = this.addWeight({ name: 'mean', shape, initializer: 'zeros', trainable: false });
    this.adaptVariance = this.addWeight({ name: 'variance', shape, initializer: 'ones', trainable: false });
    this.addWeight({ name: 'count', shape: [], dtype: 'int32', initializer: 'zeros', trainable: false });
  }

  override call(x: Tensor, context: CallContext): Tensor {
    const [mean, variance] = this.#statistics(x, context);
    const deviation = maximum(sqrt(variance), EPSILON);
    const value = astype(x, this.computeDtype);
    return this.config.invert ? add(mul(value, deviation), mean) : div(sub(value, mean), deviation);
  }

  #statistics(x: Tensor, context: CallContext): readonly [Tensor, Tensor] {
    const { mean, variance } = this.config;
    const axes = ascendingAxes(this.config.axis, x.rank);
    const broadcast = x.shape.map((length, axis) => (axes.includes(axis) ? length : 1));
    if (mean === null || variance === null) {
      return [reshape(context.read(this.adaptMean), broadcast), reshape(context.read(this.adaptVariance), broadcast)];
    }
    const shape = axes.map((axis) => x.shape[axis]);
    const spread = (given: Numbers): Tensor =>
      reshape(broadcastTo(tensor(given, { dtype: this.computeDtype }), shape), broadcast);
    return [spread(mean), spread(variance)];
  }

  /**
   * Computes mean and biased variance of a tensor, a host array, or batches of either, and replaces the previous mean
   * and variance. Batches are weighted by their sizes.
   *
   * @throws ManabiError `argument` if mean and variance were given as options, or the data is empty; `shape` if its shape
   * does not match the built layer
   */
  async adapt(data: AdaptData): Promise<void> {
    if (this.config.mean !== null) {
      throw cannotAdapt(this.name, '`mean` and `variance` were given as options. Create the layer without them.');
    }
    let count = 0;
    let totals: readonly [Tensor, Tensor] | null = null;
    for await (const batch of batchesOf(data)) {
      const x = astype(isTensor(batch) ? batch : fromHost(batch), this.dtype);
      this.ensureBuilt({ shape: [null, ...x.shape.slice(1)], dtype: x.dtype });
      const axes = ascendingAxes(this.config.axis, x.rank);
      const over = x.shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
      checkLengths(this.name, x.shape, axes, this.adaptMean?.shape ?? []);
      const size = over.reduce((product, axis) => product * x.shape[axis], 1);
      if (size === 0) continue;
      count += size;
      const found: readonly [Tensor, Tensor] = [meanOf(x, over), varianceOf(x, over)];
      totals = await realize(totals === null ? found : joined(totals, found, size / count));
    }
    if (totals === null) throw cannotAdapt(this.name, 'the data is empty. Check the file or the split.');
    this.adaptMean?.assign(totals[0]);
    this.adaptVariance?.assign(totals[1]);
  }
}

async function* batchesOf(data: AdaptData): AsyncGenerator<Batch> {
  if (isTensor(data) || 'shape' in data) yield data;
  else yield* data;
}

/**
 * Combines the means and variances of two parts of the data; `share` is the fraction of the data that is in the second
 * part.
 */
function joined([mean, variance]: readonly [Tensor, Tensor], [m, v]: readonly [Tensor, Tensor], share: number) {
  const both = add(mul(mean, 1 - share), mul(m, share));
  const spread = (of: Tensor, around: Tensor): Tensor => add(of, square(sub(around, both)));
  return [both, add(mul(spread(variance, mean), 1 - share), mul(spread(v, m), share))] as const;
}

function checkLengths(layer: string, shape: Shape, axes: readonly number[], expected: Shape): void {
  if (axes.every((axis, i) => shape[axis] === expected[i])) return;
  throw new ManabiError(
    'shape',
    `Data for adapt() must match the built layer '${layer}': expected lengths [${expected.join(', ')}] on axes ` +
      `[${axes.join(', ')}], got shape [${shape.join(', ')}].`,
    { op: 'adapt', data: { layer, shape, axes, expected } },
  );
}

function cannotAdapt(layer: string, why: string): ManabiError {
  return new ManabiError('argument', `Layer '${layer}' cannot adapt: ${why}`, { op: 'adapt', data: { layer } });
}

/**
 * Creates a layer that normalizes features by their mean and variance over a dataset: `y = (x - mean) / sqrt(variance)`.
 * Call `await layer.adapt(data)` to compute both, or pass them as options. The output has the shape of the input.
 *
 * @throws ManabiError `argument` for invalid options, or for one of `mean` and `variance` without the other
 * @example
 * ```ts
 * import { layers, tensor } from 'manabi';
 *
 * const layer = layers.normalization();
 * await layer.adapt(tensor([[1, 5], [3, 9]]));
 * console.log(await layer.apply(tensor([[2, 9]])).array()); // [[0, 1]]
 * ```
 */
export function normalization(options: NormalizationOptions = {}): Normalization {
  return new Normalization(options);
}

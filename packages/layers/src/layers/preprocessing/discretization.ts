import {
  astype,
  expandDims,
  fromHost,
  type HostArray,
  hostArray,
  isTensor,
  less,
  logicalNot,
  ManabiError,
  sum,
  type Tensor,
} from '@manabi/core';
import {
  checked,
  type Kind,
  listOf,
  nullable,
  number,
  oneOf,
  optional,
  positiveInteger,
  wrongArgument,
} from '@manabi/errors';
import type { CallContext } from '../../call/context.ts';
import { ONE_INPUT } from '../../layer/input-spec.ts';
import { Layer, type LayerOptions } from '../../layer/layer.ts';
import { classNameOf, type LayerClassName, type OwnKindsOf, readLayerOptions } from '../../layer/layer-kinds.ts';
import type { Variable } from '../../variables/variable.ts';
import { type CategoryMode, encodeCategories } from './encode-categories.ts';
import type { AdaptData } from './normalization.ts';
import { boundariesOf, merged, NO_SAMPLES, type Summary, summarized } from './quantiles.ts';

/** Options of the layer `discretization`. */
export interface DiscretizationOptions extends LayerOptions {
  /** Boundaries of the intervals in ascending order; each belongs to the interval above it (default: null, see `adapt`). */
  readonly binBoundaries?: readonly number[] | null;
  /** Number of intervals for `adapt`, which finds their boundaries (default: null). */
  readonly numBins?: number | null;
  /** Error of the shares of samples in intervals that `adapt` may make (default: 0.01). */
  readonly epsilon?: number;
  /**
   * What the layer returns: indices of intervals, one vector per value (`'oneHot'`), or one vector per row of values
   * that marks (`'multiHot'`) or counts (`'count'`) them (default: `'int'`).
   */
  readonly outputMode?: CategoryMode;
}

const ascending: Kind<readonly number[]> = checked(listOf(number()), (boundaries, location) => {
  if (boundaries.every((value, i) => i === 0 || value > boundaries[i - 1])) return;
  throw wrongArgument(location, 'an array of numbers in ascending order', boundaries);
});

const kinds = {
  binBoundaries: optional(nullable(ascending), null),
  numBins: optional(nullable(positiveInteger), null),
  epsilon: optional(number({ above: 0, max: 1 }), 0.01),
  outputMode: optional(oneOf('int', 'oneHot', 'multiHot', 'count'), 'int'),
} satisfies OwnKindsOf<DiscretizationOptions>;

function resolved(layerClass: LayerClassName, options: DiscretizationOptions) {
  const config = readLayerOptions(layerClass, options, kinds);
  if (config.binBoundaries !== null || config.numBins !== null) return config;
  throw new ManabiError('argument', 'Set `binBoundaries`, or `numBins` and call adapt().', {
    op: classNameOf(layerClass),
    data: { name: 'binBoundaries', given: null },
  });
}

/** Layer created by `discretization`. Its state is not part of its weights: the boundaries. */
export class Discretization extends Layer<ReturnType<typeof resolved>> {
  static override readonly className: string = 'Discretization';
  #boundaries: readonly number[] | null;
  boundaries?: Variable;

  constructor(options: DiscretizationOptions) {
    super(options, resolved(new.target, options));
    this.inputSpec = ONE_INPUT;
    this.#boundaries = this.config.binBoundaries;
  }

  /** Boundaries of the intervals; null before `adapt`. */
  get binBoundaries(): readonly number[] | null {
    return this.#boundaries;
  }

  /**
   * Finds boundaries between which there are about equal numbers of samples, from a tensor, a host array, or batches of
   * either.
   *
   * @throws ManabiError `argument` without the option `numBins`, for empty data, or if the number of boundaries changes
   * after the first call
   */
  async adapt(data: AdaptData): Promise<void> {
    const { numBins, epsilon } = this.config;
    if (numBins === null) throw this.#cannotAdapt('it has no option `numBins`. Create it with numBins.');
    let summary: Summary = NO_SAMPLES;
    for await (const batch of isTensor(data) || 'shape' in data ? [data] : data) {
      const samples = await samplesOf(batch);
      if (samples.length > 0) summary = merged(summarized(samples, epsilon), summary, epsilon);
    }
    if (summary.values.length === 0) throw this.#cannotAdapt('the data is empty. Check the file or the split.');
    const boundaries = boundariesOf(summary, numBins);
    if (this.built && boundaries.length !== this.#boundaries?.length) {
      throw this.#cannotAdapt('the number of boundaries cannot change after the first call. Create a new layer.');
    }
    this.#boundaries = boundaries;
    if (this.built) this.#store();
  }

  override build(): void {
    if (this.#boundaries === null) {
      throw new ManabiError(
        'argument',
        `Layer '${this.name}' has no boundaries. Call adapt() first, or pass \`binBoundaries\`.`,
        {
          op: this.className,
          data: { layer: this.name },
        },
      );
    }
    const options = { initializer: 'zeros', trainable: false, persistent: false } as const;
    this.boundaries = this.addWeight({
      name: 'boundaries',
      shape: [this.#boundaries.length],
      dtype: 'float32',
      ...options,
    });
    this.#store();
  }

  #store(): void {
    const values = Float32Array.from(this.#boundaries ?? []);
    this.boundaries?.assign(fromHost(hostArray('float32', [values.length], values)));
  }

  override call(x: Tensor, context: CallContext): Tensor {
    const boundaries = context.read(this.boundaries);
    const isAbove = logicalNot(less(expandDims(astype(x, 'float32'), -1), boundaries));
    const indices = sum(astype(isAbove, 'int32'), -1);
    return encodeCategories(indices, this.config.outputMode, boundaries.size + 1, this.computeDtype);
  }

  /** Returns the config with the current boundaries, from which the layer can be created without data. */
  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), binBoundaries: this.#boundaries === null ? null : [...this.#boundaries] };
  }

  #cannotAdapt(why: string): ManabiError {
    return new ManabiError('argument', `Layer '${this.name}' cannot adapt: ${why}`, {
      op: 'adapt',
      data: { layer: this.name },
    });
  }
}

async function samplesOf(batch: Tensor | HostArray): Promise<Float32Array> {
  const x = astype(isTensor(batch) ? batch : fromHost(batch), 'float32');
  return Float32Array.from(await x.data(), Number);
}

/**
 * Creates a layer that replaces numbers by the indices of the intervals that contain them, from 0 for numbers below the
 * first boundary. Pass the boundaries, or their number and call `await layer.adapt(data)`. With `outputMode: 'int'`, the
 * output has the shape of the input.
 *
 * @throws ManabiError `argument` for invalid options, or without `binBoundaries` and `numBins`
 * @example
 * ```ts
 * import { layers, tensor } from 'manabi';
 *
 * const layer = layers.discretization({ binBoundaries: [0, 10] });
 * console.log(await layer.apply(tensor([-1, 0, 5, 10])).array()); // [0, 1, 1, 2]
 * ```
 */
export function discretization(options: DiscretizationOptions): Discretization {
  return new Discretization(options);
}

import { ManabiError, mul, type Tensor } from '@manabi/core';
import type { CallContext } from '../../call/context.ts';
import { Layer } from '../../layer/layer.ts';
import type { EinsumDense } from '../core/einsum-dense.ts';
import { dropElements } from '../regularization/dropout.ts';
import { allOf, attentionCallOptions, maskOfQuery, visibilityMasks } from './attention-masks.ts';
import {
  builtProjections,
  type HeadsConfig,
  type HeadsInputs,
  type HeadsOptions,
  headsInputs,
  maskForScores,
  sharesOf,
} from './attention-projections.ts';

/**
 * Attention with several heads: queries, keys and values are projected, values averaged by how well their keys fit a
 * query, and what the heads see is projected again. A class says how its projections are made, and how they are joined.
 */
export abstract class HeadsAttention<Config extends HeadsConfig> extends Layer<Config> {
  override supportsMasking = true;
  // In the order of Keras's weights.
  queryDense?: EinsumDense;
  keyDense?: EinsumDense;
  gateDense?: EinsumDense;
  valueDense?: EinsumDense;
  outputDense?: EinsumDense;

  constructor(options: HeadsOptions, config: Config) {
    super({ ...options, activityRegularizer: null }, config);
  }

  /** Features of a query of one head. */
  protected abstract get queryFeatures(): number;

  /** The axes of inputs of so many axes over which is attended, from the front. */
  protected abstract attendedAxes(rank: number): readonly number[];

  /** How well each key fits each query, of what was projected; the attended axes of queries, then of keys, come last. */
  protected abstract fit(query: Tensor, key: Tensor): Tensor;

  /** Values, projected, averaged by their shares. */
  protected abstract average(shares: Tensor, value: Tensor): Tensor;

  override call(inputs: readonly Tensor[], context: CallContext): Tensor | readonly Tensor[] {
    const given = headsInputs(this.className, inputs);
    const { returnAttentionScores } = attentionCallOptions(context.options);
    const { dropout, seed } = this.config;
    const { queryDense, keyDense, valueDense, outputDense, gateDense } = builtProjections(this);
    const axes = this.attendedAxes(given.value.rank);
    const plain = context.with({ mask: null });

    const query = mul(queryDense.apply(given.query, plain), 1 / Math.sqrt(this.queryFeatures));
    const scores = this.fit(query, keyDense.apply(given.key, plain));
    const isFused = dropout === 0 && !returnAttentionScores && given.query.rank === 3;
    const masks = this.#masks(given, axes, context).map((each) => maskForScores(each, scores, 2 * axes.length));
    const last = axes.map((_, i) => scores.rank - axes.length + i);
    const shares = sharesOf(scores, allOf(masks), last, isFused);
    const used = context.training && dropout > 0 ? dropElements(shares, dropout, context.key(seed)) : shares;
    const heads = this.average(used, valueDense.apply(given.value, plain));
    const gated = gateDense === undefined ? heads : mul(heads, gateDense.apply(given.query, plain));
    const output = outputDense.apply(gated, plain);
    return returnAttentionScores ? [output, shares] : output;
  }

  override computeMask(
    _inputs: readonly Tensor[],
    masks: readonly (Tensor | null)[],
    context: CallContext,
  ): readonly (Tensor | null)[] {
    return maskOfQuery(masks, context.options);
  }

  #masks(given: HeadsInputs, axes: readonly number[], context: CallContext): readonly (Tensor | null)[] {
    const { slidingWindow } = this.config;
    const { useCausalMask } = attentionCallOptions(context.options);
    const [query = null, value = null, key = null] = context.masks;
    const isAutomatic = query !== null || value !== null || key !== null || useCausalMask || slidingWindow !== null;
    if (!isAutomatic) return [given.mask];
    if (axes.length !== 1) {
      throw new ManabiError(
        'argument',
        `Masks of steps, useCausalMask and slidingWindow need one axis to attend over, but there are ${axes.length}. Give a ` +
          'mask of the whole as the fourth input.',
        { op: this.className, data: { layer: this.name, attentionAxes: axes } },
      );
    }
    const [axis] = axes;
    const seen = { query, value, key, given: given.mask, useCausalMask, slidingWindow };
    return visibilityMasks(seen, given.query.shape[axis], given.key.shape[axis]);
  }
}

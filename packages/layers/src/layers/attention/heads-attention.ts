import { ManabiError, mul, type Tensor } from '@manabi/core';
import type { CallContext } from '../../call/context.ts';
import { Layer } from '../../layer/layer.ts';
import type { EinsumDense } from '../core/einsum-dense.ts';
import { dropElements } from '../regularization/dropout.ts';
import { allOf, attentionCallOptions, maskOfQuery, visibilityMasks } from './attention-masks.ts';
import {
  attentionWeights,
  builtProjections,
  type HeadsConfig,
  type HeadsInputs,
  type HeadsOptions,
  headsInputs,
  maskForScores,
} from './attention-projections.ts';

/**
 * Attention with several heads: projects queries, keys and values, averages the values by the scores of their keys for
 * a query, and projects the result. Subclasses create the projections, and define how scores and averages are computed
 * from them.
 */
export abstract class HeadsAttention<Config extends HeadsConfig> extends Layer<Config> {
  override supportsMasking = true;
  // The order of Keras's weights.
  queryDense?: EinsumDense;
  keyDense?: EinsumDense;
  gateDense?: EinsumDense;
  valueDense?: EinsumDense;
  outputDense?: EinsumDense;

  constructor(options: HeadsOptions, config: Config) {
    super({ ...options, activityRegularizer: null }, config);
  }

  /** Number of features per head of a query. */
  protected abstract get queryFeatures(): number;

  /** Returns the axes that attention runs over, for inputs of a given rank; axes count from the front. */
  protected abstract attendedAxes(rank: number): readonly number[];

  /**
   * Computes the scores of projected queries and keys. Their last axes are the attended axes of the queries, then those
   * of the keys.
   */
  protected abstract scores(query: Tensor, key: Tensor): Tensor;

  /** Returns the mean of projected values, weighted by the attention weights. */
  protected abstract average(weights: Tensor, value: Tensor): Tensor;

  override call(inputs: readonly Tensor[], context: CallContext): Tensor | readonly Tensor[] {
    const given = headsInputs(this.className, inputs);
    const { returnAttentionScores } = attentionCallOptions(context.options);
    const { dropout, seed } = this.config;
    const { queryDense, keyDense, valueDense, outputDense, gateDense } = builtProjections(this);
    const axes = this.attendedAxes(given.value.rank);
    const plain = context.with({ mask: null });

    const query = mul(queryDense.apply(given.query, plain), 1 / Math.sqrt(this.queryFeatures));
    const scores = this.scores(query, keyDense.apply(given.key, plain));
    const isFused = dropout === 0 && !returnAttentionScores && given.query.rank === 3;
    const masks = this.#masks(given, axes, context).map((each) => maskForScores(each, scores, 2 * axes.length));
    const last = axes.map((_, i) => scores.rank - axes.length + i);
    const weights = attentionWeights(scores, allOf(masks), last, isFused);
    const used = context.training && dropout > 0 ? dropElements(weights, dropout, context.key(seed)) : weights;
    const heads = this.average(used, valueDense.apply(given.value, plain));
    const gated = gateDense === undefined ? heads : mul(heads, gateDense.apply(given.query, plain));
    const output = outputDense.apply(gated, plain);
    return returnAttentionScores ? [output, weights] : output;
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
        '`useCausalMask`, `slidingWindow` and masks of query, value or key require one attended axis; got ' +
          `${axes.length}. Pass an attention mask as the fourth input.`,
        { op: this.className, data: { layer: this.name, attentionAxes: axes } },
      );
    }
    const [axis] = axes;
    const visible = { query, value, key, given: given.mask, useCausalMask, slidingWindow };
    return visibilityMasks(visible, given.query.shape[axis], given.key.shape[axis]);
  }
}

import { any, astype, ManabiError, moveaxis, mul, swapaxes, type Tensor, where } from '@manabi/core';
import { attendHeads } from '@manabi/core/internal';
import type { CallContext } from '../../call/context.ts';
import { Layer } from '../../layer/layer.ts';
import { maskedSoftmax } from '../activation/softmax.ts';
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
    const { queryDense, keyDense, valueDense, outputDense, gateDense } = builtProjections(this);
    const axes = this.attendedAxes(given.value.rank);
    const plain = context.with({ mask: null });
    const projected: Projected = {
      query: queryDense.apply(given.query, plain),
      key: keyDense.apply(given.key, plain),
      value: valueDense.apply(given.value, plain),
      axes,
      masksOf: (causal) => this.#masks(given, axes, context, causal),
    };
    const { heads, weights } = this.#attend(projected, context);
    const gated = gateDense === undefined ? heads : mul(heads, gateDense.apply(given.query, plain));
    const output = outputDense.apply(gated, plain);
    return weights === null ? output : [output, weights];
  }

  override computeMask(
    _inputs: readonly Tensor[],
    masks: readonly (Tensor | null)[],
    context: CallContext,
  ): readonly (Tensor | null)[] {
    return maskOfQuery(masks, context.options);
  }

  /**
   * Returns the mean of the values for each query, and the attention weights if the call returns them. Without weights and
   * dropout, and along one axis, the means are computed by one composite.
   */
  #attend(projected: Projected, context: CallContext): { readonly heads: Tensor; readonly weights: Tensor | null } {
    const { query, key, value, axes, masksOf } = projected;
    const { useCausalMask, returnAttentionScores } = attentionCallOptions(context.options);
    const { dropout, seed } = this.config;
    const drops = context.training && dropout > 0;
    const scale = 1 / Math.sqrt(this.queryFeatures);
    if (!returnAttentionScores && !drops && axes.length === 1) {
      const [q, k, v] = [query, key, value].map((each) => moveaxis(each, axes[0], -3));
      const others = allOf(masksOf(false));
      const options = { mask: others && astype(others, 'bool'), scale, causal: useCausalMask };
      // As in Keras, a query whose keys are all masked gets the mean of all values from an input of rank 3 without dropout, and
      // zeros otherwise. A causal mask alone never masks all keys.
      const all = others === null || (dropout === 0 && query.rank === 4) ? null : allOf(masksOf(useCausalMask));
      const means = attendHeads(q, k, v, options);
      const heads = all === null ? means : where(swapaxes(any(all, -1, { keepdims: true }), -3, -2), means, 0);
      return { heads: moveaxis(heads, -3, axes[0]), weights: null };
    }
    const scores = this.scores(mul(query, scale), key);
    const last = axes.map((_, i) => scores.rank - axes.length + i);
    const weights = maskedSoftmax(scores, allOf(masksOf(useCausalMask)), last);
    const used = drops ? dropElements(weights, dropout, context.key(seed)) : weights;
    return { heads: this.average(used, value), weights: returnAttentionScores ? weights : null };
  }

  /** Returns the masks, with axes that broadcast to the scores. @param useCausalMask whether to include the causal mask */
  #masks(
    given: HeadsInputs,
    axes: readonly number[],
    context: CallContext,
    useCausalMask: boolean,
  ): readonly (Tensor | null)[] {
    const forScores = (mask: Tensor | null) => maskForScores(mask, given.query.rank + axes.length, 2 * axes.length);
    const { slidingWindow } = this.config;
    const [query = null, value = null, key = null] = context.masks;
    const isAutomatic = query !== null || value !== null || key !== null || useCausalMask || slidingWindow !== null;
    if (!isAutomatic) return [forScores(given.mask)];
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
    return visibilityMasks(visible, given.query.shape[axis], given.key.shape[axis]).map(forScores);
  }
}

/** Projected inputs of a call of `HeadsAttention`, and what a query attends to. */
interface Projected {
  readonly query: Tensor;
  readonly key: Tensor;
  readonly value: Tensor;
  /** The axes that attention runs over. */
  readonly axes: readonly number[];
  /** Returns masks that broadcast to the scores, with or without the causal mask. */
  readonly masksOf: (useCausalMask: boolean) => readonly (Tensor | null)[];
}

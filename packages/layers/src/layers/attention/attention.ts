import { add, expandDims, ManabiError, matmul, mul, sub, sum, swapaxes, type Tensor, tanh, where } from '@manabi/core';
import { attend } from '@manabi/core/internal';
import { boolean, fraction, type OptionValues, oneOf, optional } from '@manabi/errors';
import { softmax } from '../../activations/index.ts';
import type { CallContext } from '../../call/context.ts';
import { Layer, type LayerOptions } from '../../layer/layer.ts';
import { type OwnKindsOf, readLayerOptions } from '../../layer/layer-kinds.ts';
import { isShape, type OneOrMany, type PartialShape } from '../../structure/nested.ts';
import { seedKind } from '../../structure/option-kinds.ts';
import type { Variable } from '../../variables/variable.ts';
import { alongFirstAxes } from '../core/mask-shape.ts';
import { knownLength } from '../recurrent/known-length.ts';
import { dropElements } from '../regularization/dropout.ts';
import { allOf, attentionCallOptions, causalMask, maskOfQuery } from './attention-masks.ts';

/** Returns the number that is subtracted from the scores of masked steps; the same number as in Keras. */
function maskedPenalty({ dtype }: Tensor): number {
  return dtype === 'float16' ? 65504 : 1e9;
}

/** Options of attention layers with one head. */
export interface SingleHeadOptions extends LayerOptions {
  /** Fraction of the attention scores that is dropped in training (default: 0). */
  readonly dropout?: number;
  /** Seed mixed into the random key of each call; different seeds drop different elements (default: null). */
  readonly seed?: number | null;
}

const dropoutKind = optional(fraction, 0);
const seedOption = optional(seedKind, null);

interface SingleHeadConfig {
  readonly dropout: number;
  readonly seed: number | null;
}

/**
 * Base class of attention with one head. For each query, it returns the mean of the values, weighted by the scores of
 * their keys.
 */
abstract class SingleHeadAttention<Config extends SingleHeadConfig> extends Layer<Config> {
  override supportsMasking = true;

  /** Computes scores [batch, queries, keys] from queries [batch, queries, features] and keys [batch, keys, features]. */
  protected abstract scores(query: Tensor, key: Tensor, context: CallContext): Tensor;

  /**
   * Returns queries whose products with the keys are the scores; null if the scores are no such products. Default: null.
   */
  protected productQuery(_query: Tensor, _context: CallContext): Tensor | null {
    return null;
  }

  protected override checkCount(count: number): void {
    if (count === 2 || count === 3) return;
    throw new ManabiError(
      'argument',
      `Layer '${this.name}' (${this.className}) takes [query, value] or [query, value, key]; got ` +
        `${count} input${count === 1 ? '' : 's'}. For self-attention, call apply([x, x]).`,
      { op: this.className, data: { layer: this.name, given: count } },
    );
  }

  override call(inputs: readonly Tensor[], context: CallContext): Tensor | readonly Tensor[] {
    const [query, value, key = value] = inputs;
    const { returnAttentionScores } = attentionCallOptions(context.options);
    const [queryMask = null] = context.masks;
    const { result, weights } = this.#average({ query, key, value }, context);
    const output = queryMask === null ? result : where(alongFirstAxes(queryMask, result), result, 0);
    return returnAttentionScores && weights !== null ? [output, weights] : output;
  }

  /** Returns the mean of the values for each query; also the weights, unless one composite computes the means. */
  #average(
    { query, key, value }: { readonly query: Tensor; readonly key: Tensor; readonly value: Tensor },
    context: CallContext,
  ): { readonly result: Tensor; readonly weights: Tensor | null } {
    const { useCausalMask, returnAttentionScores } = attentionCallOptions(context.options);
    const { dropout, seed } = this.config;
    const [, valueMask = null] = context.masks;
    const drops = context.training && dropout > 0;
    const shown = valueMask === null ? null : expandDims(valueMask, -2);
    const causal = useCausalMask ? causalMask(query.shape[query.rank - 2], key.shape[key.rank - 2]) : null;
    const visible = allOf([shown, causal]);
    const factor = returnAttentionScores || drops ? null : this.productQuery(query, context);
    if (factor !== null) {
      // A causal mask alone never masks all keys of a query, so the size of the penalty does not matter.
      const mask = shown === null || visible === null ? null : where(visible, 0, -maskedPenalty(query));
      const result = attend(factor, key, value, { mask, scale: 1, causal: shown === null && useCausalMask });
      return { result, weights: null };
    }
    const scores = this.scores(query, key, context);
    const all = softmax(visible === null ? scores : where(visible, scores, sub(scores, maskedPenalty(scores))));
    const weights = drops ? dropElements(all, dropout, context.key(seed)) : all;
    return { result: matmul(weights, value), weights };
  }

  override computeMask(
    _inputs: readonly Tensor[],
    masks: readonly (Tensor | null)[],
    context: CallContext,
  ): readonly (Tensor | null)[] {
    return maskOfQuery(masks, context.options);
  }
}

/** Options of the layer `attention`. */
export interface AttentionOptions extends SingleHeadOptions {
  /** Whether scores are multiplied by a trained scalar (default: false). */
  readonly useScale?: boolean;
  /**
   * Score function: `'dot'` for the dot product, or `'concat'` for the sum of `tanh(query + key)` (default: `'dot'`).
   */
  readonly scoreMode?: 'dot' | 'concat';
}

const attentionKinds = {
  useScale: optional(boolean, false),
  scoreMode: optional(oneOf('dot', 'concat'), 'dot'),
  dropout: dropoutKind,
  seed: seedOption,
} satisfies OwnKindsOf<AttentionOptions>;

/** Layer created by `attention`. Scalar weights: `scale` with `useScale`, `concat_score_weight` with `scoreMode: 'concat'`. */
export class Attention extends SingleHeadAttention<OptionValues<typeof attentionKinds>> {
  static override readonly className: string = 'Attention';
  scale?: Variable;
  concatScoreWeight?: Variable;

  constructor(options: AttentionOptions = {}) {
    super(options, readLayerOptions(new.target, options, attentionKinds));
  }

  override build(): void {
    const { useScale, scoreMode } = this.config;
    if (useScale) this.scale = this.addWeight({ name: 'scale', shape: [], initializer: 'ones' });
    if (scoreMode === 'concat') {
      this.concatScoreWeight = this.addWeight({ name: 'concat_score_weight', shape: [], initializer: 'ones' });
    }
  }

  protected override scores(query: Tensor, key: Tensor, context: CallContext): Tensor {
    if (this.config.scoreMode === 'dot') return this.#scaled(matmul(query, swapaxes(key, -2, -1)), context);
    const sums = add(expandDims(query, -2), expandDims(key, -3));
    return mul(sum(tanh(this.#scaled(sums, context)), -1), context.read(this.concatScoreWeight));
  }

  protected override productQuery(query: Tensor, context: CallContext): Tensor | null {
    return this.config.scoreMode === 'dot' ? this.#scaled(query, context) : null;
  }

  #scaled(x: Tensor, context: CallContext): Tensor {
    return this.config.useScale ? mul(x, context.read(this.scale)) : x;
  }
}

/**
 * Creates a dot-product attention layer with one head: `y = softmax(query · keyᵀ) · value`, without scaling by default.
 * Source: M. Luong, H. Pham, C. Manning, "Effective approaches to attention-based neural machine translation", 2015.
 *
 * Inputs are [query, value] or [query, value, key], each of shape [batch, steps, features]; the key defaults to the value.
 * The output has shape [batch, queries, features]. The mask of the value excludes steps; the mask of the query sets outputs
 * to 0 and is passed on.
 *
 * Call options: `useCausalMask`; `returnAttentionScores` for a second output [batch, queries, keys].
 *
 * @throws ManabiError `argument` for invalid options or another number of inputs
 * @example
 * ```ts
 * import { layers, tensor, zeros } from 'manabi';
 *
 * const query = zeros([1, 1, 2]);
 * const value = tensor([[[1, 0], [3, 0]]]);
 * console.log(await layers.attention().apply([query, value]).array()); // [[[2, 0]]]
 * ```
 */
export function attention(options: AttentionOptions = {}): Attention {
  return new Attention(options);
}

/** Options of the layer `additiveAttention`. */
export interface AdditiveAttentionOptions extends SingleHeadOptions {
  /** Whether features are weighted by a trained vector (default: true). */
  readonly useScale?: boolean;
}

const additiveKinds = {
  useScale: optional(boolean, true),
  dropout: dropoutKind,
  seed: seedOption,
} satisfies OwnKindsOf<AdditiveAttentionOptions>;

/** Layer created by `additiveAttention`. Weight with `useScale`: `scale` [features]. */
export class AdditiveAttention extends SingleHeadAttention<OptionValues<typeof additiveKinds>> {
  static override readonly className: string = 'AdditiveAttention';
  scale?: Variable;

  constructor(options: AdditiveAttentionOptions = {}) {
    super(options, readLayerOptions(new.target, options, additiveKinds));
  }

  override build(inputShapes: OneOrMany<PartialShape>): void {
    if (!this.config.useScale || isShape(inputShapes)) return;
    const features = knownLength(this, inputShapes[0], -1);
    this.scale = this.addWeight({ name: 'scale', shape: [features], initializer: 'glorotUniform' });
  }

  protected override scores(query: Tensor, key: Tensor, context: CallContext): Tensor {
    const activated = tanh(add(expandDims(query, -2), expandDims(key, -3)));
    return sum(this.config.useScale ? mul(activated, context.read(this.scale)) : activated, -1);
  }
}

/**
 * Creates an additive attention layer with one head: `y = softmax(scores) · value` with `scores = Σ scale · tanh(query +
 * key)`. Source: D. Bahdanau, K. Cho, Y. Bengio, "Neural machine translation by jointly learning to align and translate",
 * 2015. Inputs, masks and call options are those of `attention`. The inputs have shape [batch, steps, features], and the
 * output [batch, queries, features].
 *
 * @throws ManabiError `argument` for invalid options or another number of inputs
 * @example
 * ```ts
 * import { layers, tensor, zeros } from 'manabi';
 *
 * const query = zeros([1, 1, 2]);
 * const value = tensor([[[1, 2], [1, 2]]]);
 * console.log(await layers.additiveAttention().apply([query, value]).array()); // [[[1, 2]]]
 * ```
 */
export function additiveAttention(options: AdditiveAttentionOptions = {}): AdditiveAttention {
  return new AdditiveAttention(options);
}

import { add, expandDims, ManabiError, matmul, mul, sub, sum, swapaxes, type Tensor, tanh, where } from '@manabi/core';
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

/** Subtracted from scores that do not count; Keras's number. */
const FAR = 1e9;

/** What both attention layers of one head take. */
export interface SingleHeadOptions extends LayerOptions {
  /** Share of the scores that is dropped in training; by default 0. */
  readonly dropout?: number;
  /** Tells the draws of this layer from those of others; by default null. */
  readonly seed?: number | null;
}

const dropoutKind = optional(fraction, 0);
const seedOption = optional(seedKind, null);

interface SingleHeadConfig {
  readonly dropout: number;
  readonly seed: number | null;
}

/** Attention with one head: values are averaged, weighted by how well their keys fit a query. */
abstract class SingleHeadAttention<Config extends SingleHeadConfig> extends Layer<Config> {
  override supportsMasking = true;

  /** `[batch, queries, features]` and `[batch, keys, features]` to `[batch, queries, keys]`. */
  protected abstract scores(query: Tensor, key: Tensor, context: CallContext): Tensor;

  protected override checkCount(count: number): void {
    if (count === 2 || count === 3) return;
    throw new ManabiError(
      'argument',
      `Layer '${this.name}' (${this.className}) takes [query, value] or [query, value, key], value before key; got ` +
        `${count} inputs. For self-attention, apply([x, x]).`,
      { op: this.className, data: { layer: this.name, given: count } },
    );
  }

  override call(inputs: readonly Tensor[], context: CallContext): Tensor | readonly Tensor[] {
    const [query, value, key = value] = inputs;
    const { useCausalMask, returnAttentionScores } = attentionCallOptions(context.options);
    const { dropout, seed } = this.config;
    const [queryMask = null, valueMask = null] = context.masks;
    const scores = this.scores(query, key, context);
    const seen = allOf([
      valueMask === null ? null : expandDims(valueMask, -2),
      useCausalMask ? causalMask(query.shape[query.rank - 2], key.shape[key.rank - 2]) : null,
    ]);
    const shares = softmax(seen === null ? scores : where(seen, scores, sub(scores, FAR)));
    const used = context.training && dropout > 0 ? dropElements(shares, dropout, context.key(seed)) : shares;
    const result = matmul(used, value);
    const output = queryMask === null ? result : where(alongFirstAxes(queryMask, result), result, 0);
    return returnAttentionScores ? [output, used] : output;
  }

  override computeMask(
    _inputs: readonly Tensor[],
    masks: readonly (Tensor | null)[],
    context: CallContext,
  ): readonly (Tensor | null)[] {
    return maskOfQuery(masks, context.options);
  }
}

/** What `attention` takes. */
export interface AttentionOptions extends SingleHeadOptions {
  /** Whether scores are multiplied by a learned number; by default false. */
  readonly useScale?: boolean;
  /** `dot`: scores are products (Luong et al., 2015); `concat`: sums of `tanh(query + key)`. By default `dot`. */
  readonly scoreMode?: 'dot' | 'concat';
}

const attentionKinds = {
  useScale: optional(boolean, false),
  scoreMode: optional(oneOf('dot', 'concat'), 'dot'),
  dropout: dropoutKind,
  seed: seedOption,
} satisfies OwnKindsOf<AttentionOptions>;

/** Dot-product attention: see `attention`. Weights: scale and concat_score_weight, numbers, if the config asks for them. */
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
    const { useScale, scoreMode } = this.config;
    const scaled = (x: Tensor): Tensor => (useScale ? mul(x, context.read(this.scale)) : x);
    if (scoreMode === 'dot') return scaled(matmul(query, swapaxes(key, -2, -1)));
    const sums = add(expandDims(query, -2), expandDims(key, -3));
    return mul(sum(tanh(scaled(sums)), -1), context.read(this.concatScoreWeight));
  }
}

/**
 * Attention of one head, by products of queries and keys, without a scale unless asked for: Luong et al., 2015. Inputs:
 * `[query, value]` or `[query, value, key]` (value before key), `[batch, steps, features]` each; output
 * `[batch, queries, features]`. The value's mask tells what counts, the query's makes outputs 0 and goes on.
 *
 * Options of a call: `useCausalMask`, `returnAttentionScores`.
 *
 * @throws ManabiError `argument` for wrong options or another number of inputs
 * @example `layers.attention().apply([query, value])`
 */
export function attention(options: AttentionOptions = {}): Attention {
  return new Attention(options);
}

/** What `additiveAttention` takes. */
export interface AdditiveAttentionOptions extends SingleHeadOptions {
  /** Whether features are weighed by learned numbers; by default true. */
  readonly useScale?: boolean;
}

const additiveKinds = {
  useScale: optional(boolean, true),
  dropout: dropoutKind,
  seed: seedOption,
} satisfies OwnKindsOf<AdditiveAttentionOptions>;

/** Attention by sums: see `additiveAttention`. Weight: scale `[features]`, if the config asks for it. */
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
    const bent = tanh(add(expandDims(query, -2), expandDims(key, -3)));
    return sum(this.config.useScale ? mul(bent, context.read(this.scale)) : bent, -1);
  }
}

/**
 * Attention of one head, by `sum(scale * tanh(query + key))`: Bahdanau, Cho, Bengio, 2015. Inputs, masks and options of a
 * call as those of `attention`.
 *
 * @throws ManabiError `argument` for wrong options or another number of inputs
 */
export function additiveAttention(options: AdditiveAttentionOptions = {}): AdditiveAttention {
  return new AdditiveAttention(options);
}

import { einsum, type Tensor } from '@manabi/core';
import { nullable, oneOrMany, optional, positiveInteger } from '@manabi/errors';
import { type LayerClassName, type OwnKindsOf, readLayerOptions } from '../../layer/layer-kinds.ts';
import type { OneOrMany, PartialShape } from '../../structure/nested.ts';
import { axesKind } from '../../structure/option-kinds.ts';
import type { EinsumDense } from '../core/einsum-dense.ts';
import { knownLength } from '../recurrent/known-length.ts';
import { type HeadsOptions, headsKinds, headsShapes, projection } from './attention-projections.ts';
import { HeadsAttention } from './heads-attention.ts';

/** What `multiHeadAttention` takes. */
export interface MultiHeadAttentionOptions extends HeadsOptions {
  readonly numHeads: number;
  /** Features of each head's queries and keys. */
  readonly keyDim: number;
  /** Features of each head's values; by default those of the keys. */
  readonly valueDim?: number | null;
  /** Lengths of the output behind the steps; by default the query's features. */
  readonly outputShape?: number | readonly number[] | null;
  /** Axes over which is attended; by default all but the batch's and the features'. */
  readonly attentionAxes?: number | readonly number[] | null;
}

function kinds() {
  return {
    numHeads: positiveInteger,
    keyDim: positiveInteger,
    valueDim: optional(nullable(positiveInteger), null),
    outputShape: optional(nullable(oneOrMany(positiveInteger)), null),
    attentionAxes: optional(nullable(axesKind), null),
    ...headsKinds(),
  } satisfies OwnKindsOf<MultiHeadAttentionOptions>;
}

function resolved(layerClass: LayerClassName, options: MultiHeadAttentionOptions) {
  const { valueDim, outputShape, attentionAxes, ...config } = readLayerOptions(layerClass, options, kinds());
  return {
    ...config,
    valueDim: valueDim ?? config.keyDim,
    outputShape: outputShape === null ? null : [outputShape].flat(),
    attentionAxes: attentionAxes === null ? null : [attentionAxes].flat(),
  };
}

/**
 * Attention with several heads: see `multiHeadAttention`. Weights: kernel and bias of query, key, (gate,) value and output,
 * `[features, heads, keyDim]`, …, `[heads, valueDim, output]`.
 */
export class MultiHeadAttention extends HeadsAttention<ReturnType<typeof resolved>> {
  static override readonly className: string = 'MultiHeadAttention';

  constructor(options: MultiHeadAttentionOptions) {
    super(options, resolved(new.target, options));
  }

  override build(inputShapes: OneOrMany<PartialShape>): void {
    const { numHeads, keyDim, valueDim, useGate } = this.config;
    const [query, value, key] = headsShapes('MultiHeadAttention', inputShapes);
    const { dtype } = this;
    const toHeads = (name: string, shape: PartialShape, features: number, activation?: string): EinsumDense => {
      const free = letters(0, shape.length - 1);
      const dense = projection(this, {
        name,
        equation: `${free}x,xyz->${free}yz`,
        outputShape: [...Array.from({ length: shape.length - 2 }, () => null), numHeads, features],
        biasAxes: 'yz',
        activation,
      });
      dense.ensureBuilt({ shape, dtype });
      return dense;
    };
    this.queryDense = toHeads('query', query, keyDim);
    this.keyDense = toHeads('key', key, keyDim);
    if (useGate) this.gateDense = toHeads('gate', query, valueDim, 'sigmoid');
    this.valueDense = toHeads('value', value, valueDim);
    const outputShape = this.config.outputShape ?? [knownLength(this, query, -1)];
    const free = letters(0, query.length - 1);
    const own = letters(query.length - 1, outputShape.length);
    this.outputDense = projection(this, {
      name: 'attention_output',
      equation: `${free}yz,yz${own}->${free}${own}`,
      outputShape: [...Array.from({ length: query.length - 2 }, () => null), ...outputShape],
      biasAxes: own,
    });
    this.outputDense.ensureBuilt({ shape: [...query.slice(0, -1), numHeads, valueDim], dtype });
  }

  protected override get queryFeatures(): number {
    return this.config.keyDim;
  }

  protected override attendedAxes(rank: number): readonly number[] {
    const { attentionAxes } = this.config;
    if (attentionAxes === null) return Array.from({ length: rank - 2 }, (_, i) => i + 1);
    return attentionAxes.map((axis) => (axis < 0 ? axis + rank : axis));
  }

  protected override fit(query: Tensor, key: Tensor): Tensor {
    return einsum(equations(query.rank, this.attendedAxes(query.rank - 1)).toScores, query, key);
  }

  protected override average(shares: Tensor, value: Tensor): Tensor {
    return einsum(equations(value.rank, this.attendedAxes(value.rank - 1)).toValues, shares, value);
  }
}

function letters(first: number, count: number): string {
  return String.fromCharCode(...Array.from({ length: count }, (_, i) => 'a'.charCodeAt(0) + first + i));
}

/** Of projected queries `[batch, …steps, heads, features]` with keys to scores, and of shares with values back. */
function equations(rank: number, axes: readonly number[]): { readonly toScores: string; readonly toValues: string } {
  const query = letters(0, rank);
  const key = [...query].map((letter, axis) => (axes.includes(axis) ? letter.toUpperCase() : letter)).join('');
  const batch = [...query].filter((_, axis) => !axes.includes(axis) && axis < rank - 1).join('');
  const pick = (of: string): string => axes.map((axis) => of[axis]).join('');
  const scores = `${batch}${pick(query)}${pick(key)}`;
  return { toScores: `${query},${key}->${scores}`, toValues: `${scores},${key}->${query}` };
}

/**
 * Attention with several heads: Vaswani et al., 2017. Inputs: `[query, value]`, `[query, value, key]` (value before key,
 * which is the value by default), or `[query, value, key, mask]` with a mask `[batch, queries, keys]` of what is seen.
 * Output `[batch, queries, features of the query]`. Masks of query, value and key hide steps; the query's goes on.
 *
 * Options of a call: `useCausalMask`, `returnAttentionScores` (a second output, `[batch, heads, queries, keys]`).
 *
 * @throws ManabiError `argument` for wrong options or another number of inputs; `shape` if values and keys do not fit
 * @example `layers.multiHeadAttention({ numHeads: 8, keyDim: 64 }).apply([x, x], { useCausalMask: true })`
 */
export function multiHeadAttention(options: MultiHeadAttentionOptions): MultiHeadAttention {
  return new MultiHeadAttention(options);
}

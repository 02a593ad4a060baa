import { einsum, type Tensor } from '@manabi/core';
import { ManabiError, nullable, oneOrMany, optional, positiveInteger } from '@manabi/errors';
import { type LayerClassName, type OwnKindsOf, readLayerOptions } from '../../layer/layer-kinds.ts';
import type { OneOrMany, PartialShape } from '../../structure/nested.ts';
import { axesKind } from '../../structure/option-kinds.ts';
import type { EinsumDense } from '../core/einsum-dense.ts';
import { knownLength } from '../recurrent/known-length.ts';
import { type HeadsOptions, headsKinds, headsShapes, projection } from './attention-projections.ts';
import { HeadsAttention } from './heads-attention.ts';

/** Options of the layer `multiHeadAttention`. */
export interface MultiHeadAttentionOptions extends HeadsOptions {
  /** Number of attention heads. */
  readonly numHeads: number;
  /** Number of features per head of queries and keys. */
  readonly keyDim: number;
  /** Number of features per head of values (default: null, `keyDim`). */
  readonly valueDim?: number | null;
  /**
   * Lengths of the output axes that follow the axes of steps (default: null, one axis with as many features as the
   * query).
   */
  readonly outputShape?: number | readonly number[] | null;
  /** Axes that attention runs over (default: null, all but the batch and the features). */
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
 * Layer created by `multiHeadAttention`. Weights: kernel and bias of the projections of query, key, gate (with `useGate`),
 * value and output. Input kernels have shape [features, heads, keyDim], the output kernel [heads, valueDim, output].
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
    const appended = letters(query.length - 1, outputShape.length);
    this.outputDense = projection(this, {
      name: 'attention_output',
      equation: `${free}yz,yz${appended}->${free}${appended}`,
      outputShape: [...Array.from({ length: query.length - 2 }, () => null), ...outputShape],
      biasAxes: appended,
    });
    this.outputDense.ensureBuilt({ shape: [...query.slice(0, -1), numHeads, valueDim], dtype });
  }

  protected override get queryFeatures(): number {
    return this.config.keyDim;
  }

  protected override attendedAxes(rank: number): readonly number[] {
    const { attentionAxes } = this.config;
    if (attentionAxes === null) return Array.from({ length: rank - 2 }, (_, i) => i + 1);
    return attentionAxes.map((axis) => this.#attendedAxis(axis, rank));
  }

  #attendedAxis(axis: number, rank: number): number {
    const attended = axis < 0 ? axis + rank : axis;
    if (attended >= 1 && attended <= rank - 2) return attended;
    throw new ManabiError(
      'axis',
      `\`attentionAxes\` must be axes between the batch and the features of an input of rank ${rank}: 1 to ${rank - 2}; got ${axis}.`,
      { op: this.className, data: { layer: this.name, axis, rank } },
    );
  }

  protected override scores(query: Tensor, key: Tensor): Tensor {
    return einsum(equations(query.rank, this.attendedAxes(query.rank - 1)).toScores, query, key);
  }

  protected override average(weights: Tensor, value: Tensor): Tensor {
    return einsum(equations(value.rank, this.attendedAxes(value.rank - 1)).toValues, weights, value);
  }
}

function letters(first: number, count: number): string {
  return String.fromCharCode(...Array.from({ length: count }, (_, i) => 'a'.charCodeAt(0) + first + i));
}

/**
 * Returns the einsum equations that compute the scores from queries [batch, ...steps, heads, features] and keys, and
 * the weighted mean of the values from the scores.
 */
function equations(rank: number, axes: readonly number[]): { readonly toScores: string; readonly toValues: string } {
  const query = letters(0, rank);
  const key = [...query].map((letter, axis) => (axes.includes(axis) ? letter.toUpperCase() : letter)).join('');
  const batch = [...query].filter((_, axis) => !axes.includes(axis) && axis < rank - 1).join('');
  const pick = (of: string): string => axes.map((axis) => of[axis]).join('');
  const scores = `${batch}${pick(query)}${pick(key)}`;
  return { toScores: `${query},${key}->${scores}`, toValues: `${scores},${key}->${query}` };
}

/**
 * Creates a multi-head attention layer. Each head computes `softmax(Q · Kᵀ / sqrt(keyDim)) · V` with its own
 * projections `Q`, `K`, `V` of query, key and value. The results of all heads are concatenated and projected to the
 * output. Source: A. Vaswani et al., "Attention is all you need", 2017.
 *
 * Inputs are [query, value], [query, value, key] or [query, value, key, mask]; the key defaults to the value, and the mask
 * [batch, queries, keys] is true for keys to attend to. The output has shape [batch, queries, features of the query]. The
 * masks of query, value and key exclude steps; the mask of the query is passed on.
 *
 * Call options: `useCausalMask`; `returnAttentionScores` for a second output [batch, heads, queries, keys].
 *
 * @throws ManabiError `argument` for invalid options or another number of inputs; `shape` if value and key differ in an axis
 * other than the last
 * @example
 * ```ts
 * import { layers, ones } from 'manabi';
 *
 * const x = ones([1, 3, 8]);
 * const layer = layers.multiHeadAttention({ numHeads: 2, keyDim: 4 });
 * console.log(layer.apply([x, x], { useCausalMask: true }).shape); // [1, 3, 8]
 * ```
 */
export function multiHeadAttention(options: MultiHeadAttentionOptions): MultiHeadAttention {
  return new MultiHeadAttention(options);
}

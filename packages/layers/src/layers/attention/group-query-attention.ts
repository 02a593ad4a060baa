import { einsum, ManabiError, repeat, type Tensor } from '@manabi/core';
import { positiveInteger } from '@manabi/errors';
import { classNameOf, type LayerClassName, type OwnKindsOf, readLayerOptions } from '../../layer/layer-kinds.ts';
import type { OneOrMany, PartialShape } from '../../structure/nested.ts';
import type { EinsumDense } from '../core/einsum-dense.ts';
import { knownLength } from '../recurrent/known-length.ts';
import { type HeadsOptions, headsKinds, headsShapes, projection } from './attention-projections.ts';
import { HeadsAttention } from './heads-attention.ts';

/** Options of the layer `groupQueryAttention`. */
export interface GroupQueryAttentionOptions extends HeadsOptions {
  /** Number of features of each head of queries, keys and values. */
  readonly headDim: number;
  /** Number of query heads. */
  readonly numQueryHeads: number;
  /** Number of heads of keys and values; must divide `numQueryHeads`. */
  readonly numKeyValueHeads: number;
}

function kinds() {
  return {
    headDim: positiveInteger,
    numQueryHeads: positiveInteger,
    numKeyValueHeads: positiveInteger,
    ...headsKinds(),
  } satisfies OwnKindsOf<GroupQueryAttentionOptions>;
}

function resolved(layerClass: LayerClassName, options: GroupQueryAttentionOptions) {
  const config = readLayerOptions(layerClass, options, kinds());
  const { numQueryHeads, numKeyValueHeads } = config;
  if (numQueryHeads % numKeyValueHeads === 0) return config;
  throw new ManabiError(
    'argument',
    `\`numQueryHeads\` must be a multiple of \`numKeyValueHeads\`; got ${numQueryHeads} and ${numKeyValueHeads}.`,
    { op: classNameOf(layerClass), data: { name: 'numQueryHeads', numQueryHeads, numKeyValueHeads } },
  );
}

/** Layer created by `groupQueryAttention`. Weights are those of `multiHeadAttention`. */
export class GroupQueryAttention extends HeadsAttention<ReturnType<typeof resolved>> {
  static override readonly className: string = 'GroupQueryAttention';

  constructor(options: GroupQueryAttentionOptions) {
    super(options, resolved(new.target, options));
    this.inputSpec = [{ rank: 3 }, { rank: 3 }, { rank: 3 }];
  }

  override build(inputShapes: OneOrMany<PartialShape>): void {
    const { headDim, numQueryHeads, numKeyValueHeads, useGate } = this.config;
    const [query, value, key] = headsShapes('GroupQueryAttention', inputShapes);
    const { dtype } = this;
    const toHeads = (name: string, shape: PartialShape, heads: number, activation?: string): EinsumDense => {
      const outputShape = [null, heads, headDim];
      const dense = projection(this, { name, equation: 'bqm,muh->bquh', outputShape, biasAxes: 'uh', activation });
      dense.ensureBuilt({ shape, dtype });
      return dense;
    };
    this.queryDense = toHeads('query', query, numQueryHeads);
    this.keyDense = toHeads('key', key, numKeyValueHeads);
    if (useGate) this.gateDense = toHeads('gate', query, numQueryHeads, 'sigmoid');
    this.valueDense = toHeads('value', value, numKeyValueHeads);
    const outputShape = [null, knownLength(this, query, -1)];
    const equation = 'bquh,uhm->bqm';
    this.outputDense = projection(this, { name: 'attention_output', equation, outputShape, biasAxes: 'm' });
    this.outputDense.ensureBuilt({ shape: [query[0], query[1], numQueryHeads, headDim], dtype });
  }

  protected override get queryFeatures(): number {
    return this.config.headDim;
  }

  protected override attendedAxes(): readonly number[] {
    return [1];
  }

  protected override scores(query: Tensor, key: Tensor): Tensor {
    return einsum('bquh,bkuh->buqk', query, this.#forEachQuery(key));
  }

  protected override average(weights: Tensor, value: Tensor): Tensor {
    return einsum('buqk,bkuh->bquh', weights, this.#forEachQuery(value));
  }

  /** Repeats each head of keys or values for every query head that shares it. */
  #forEachQuery(heads: Tensor): Tensor {
    const { numQueryHeads, numKeyValueHeads } = this.config;
    return repeat(heads, numQueryHeads / numKeyValueHeads, 2);
  }
}

/**
 * Creates an attention layer in which groups of adjacent query heads share one head of keys and values. Source: J. Ainslie et
 * al., "GQA: training generalized multi-query transformer models from multi-head checkpoints", 2023. Inputs, masks and call
 * options are those of `multiHeadAttention`.
 *
 * @throws ManabiError `argument` for invalid options or another number of inputs; `shape` if value and key differ in an axis
 * other than the last
 * @example
 * ```ts
 * import { layers, ones } from 'manabi';
 *
 * const x = ones([1, 3, 8]);
 * const layer = layers.groupQueryAttention({ headDim: 4, numQueryHeads: 4, numKeyValueHeads: 2 });
 * console.log(layer.apply([x, x]).shape); // [1, 3, 8]
 * ```
 */
export function groupQueryAttention(options: GroupQueryAttentionOptions): GroupQueryAttention {
  return new GroupQueryAttention(options);
}

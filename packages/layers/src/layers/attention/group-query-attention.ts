import { einsum, ManabiError, repeat, type Tensor } from '@manabi/core';
import { positiveInteger } from '@manabi/errors';
import { classNameOf, type LayerClassName, type OwnKindsOf, readLayerOptions } from '../../layer/layer-kinds.ts';
import type { OneOrMany, PartialShape } from '../../structure/nested.ts';
import type { EinsumDense } from '../core/einsum-dense.ts';
import { knownLength } from '../recurrent/known-length.ts';
import { type HeadsOptions, headsKinds, headsShapes, projection } from './attention-projections.ts';
import { HeadsAttention } from './heads-attention.ts';

/** What `groupQueryAttention` takes. */
export interface GroupQueryAttentionOptions extends HeadsOptions {
  /** Features of each head. */
  readonly headDim: number;
  readonly numQueryHeads: number;
  /** Divides the number of heads of queries, which share keys and values in groups of neighbours. */
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

/** Attention whose heads share keys and values: see `groupQueryAttention`. Weights as those of `multiHeadAttention`. */
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

  protected override fit(query: Tensor, key: Tensor): Tensor {
    return einsum('bquh,bkuh->buqk', query, this.#forEachQuery(key));
  }

  protected override average(shares: Tensor, value: Tensor): Tensor {
    return einsum('buqk,bkuh->bquh', shares, this.#forEachQuery(value));
  }

  /** Each head of keys or values as often as there are heads of queries that share it. */
  #forEachQuery(heads: Tensor): Tensor {
    const { numQueryHeads, numKeyValueHeads } = this.config;
    return repeat(heads, numQueryHeads / numKeyValueHeads, 2);
  }
}

/**
 * Attention in which groups of neighbouring heads of queries share the heads of keys and values: Ainslie et al., 2023.
 * Inputs, masks and options of a call as those of `multiHeadAttention`.
 *
 * @throws ManabiError `argument` for wrong options or another number of inputs; `shape` if values and keys do not fit
 * @example `layers.groupQueryAttention({ headDim: 64, numQueryHeads: 8, numKeyValueHeads: 2 })`
 */
export function groupQueryAttention(options: GroupQueryAttentionOptions): GroupQueryAttention {
  return new GroupQueryAttention(options);
}

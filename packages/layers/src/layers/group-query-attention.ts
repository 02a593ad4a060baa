import { einsum, ManabiError, mul, repeat, type Tensor } from '@manabi/core';
import type { CallContext } from '../context.ts';
import { Layer } from '../layer.ts';
import type { OneOrMany, PartialShape } from '../nested.ts';
import { allOf, attentionCallOptions, visibilityMasks } from './attention-masks.ts';
import {
  builtProjections,
  type HeadsInputs,
  type HeadsOptions,
  headsConfig,
  headsInputs,
  headsShapes,
  maskForScores,
  projection,
  sharesOf,
} from './attention-projections.ts';
import { dropElements } from './dropout.ts';
import type { EinsumDense } from './einsum-dense.ts';
import { knownLength, positiveInteger } from './options.ts';

/** What `groupQueryAttention` takes. */
export interface GroupQueryAttentionOptions extends HeadsOptions {
  /** Features of each head. */
  readonly headDim: number;
  readonly numQueryHeads: number;
  /** Divides the number of heads of queries, which share keys and values in groups of neighbours. */
  readonly numKeyValueHeads: number;
}

function resolved(options: GroupQueryAttentionOptions) {
  const count = (option: string, value: number): number => positiveInteger('GroupQueryAttention', option, value);
  const numQueryHeads = count('numQueryHeads', options.numQueryHeads);
  const numKeyValueHeads = count('numKeyValueHeads', options.numKeyValueHeads);
  if (numQueryHeads % numKeyValueHeads !== 0) {
    throw new ManabiError(
      'argument',
      `GroupQueryAttention shares ${numKeyValueHeads} heads of keys among ${numQueryHeads} of queries: the first must divide ` +
        'the second.',
      { op: 'GroupQueryAttention', data: { numQueryHeads, numKeyValueHeads } },
    );
  }
  return {
    headDim: count('headDim', options.headDim),
    numQueryHeads,
    numKeyValueHeads,
    ...headsConfig('GroupQueryAttention', options),
  };
}

/** Attention whose heads share keys and values: see `groupQueryAttention`. Weights as those of `multiHeadAttention`. */
export class GroupQueryAttention extends Layer<ReturnType<typeof resolved>> {
  static override readonly className: string = 'GroupQueryAttention';
  override supportsMasking = true;
  // In the order of Keras's weights.
  queryDense?: EinsumDense;
  keyDense?: EinsumDense;
  gateDense?: EinsumDense;
  valueDense?: EinsumDense;
  outputDense?: EinsumDense;

  constructor(options: GroupQueryAttentionOptions) {
    super({ ...options, activityRegularizer: null }, resolved(options));
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

  override call(inputs: readonly Tensor[], context: CallContext): Tensor | readonly Tensor[] {
    const given = headsInputs('GroupQueryAttention', inputs);
    const { returnAttentionScores } = attentionCallOptions(context.options);
    const { dropout, headDim, seed, numQueryHeads, numKeyValueHeads } = this.config;
    const { queryDense, keyDense, valueDense, outputDense, gateDense } = builtProjections(this);
    const plain = context.with({ mask: null });
    const forEachQuery = (heads: Tensor): Tensor => repeat(heads, numQueryHeads / numKeyValueHeads, 2);

    const query = mul(queryDense.apply(given.query, plain), 1 / Math.sqrt(headDim));
    const scores = einsum('bquh,bkuh->buqk', query, forEachQuery(keyDense.apply(given.key, plain)));
    const masks = this.#masks(given, context).map((each) => maskForScores(each, scores, 2));
    const shares = sharesOf(scores, allOf(masks), [-1], dropout === 0 && !returnAttentionScores);
    const used = context.training && dropout > 0 ? dropElements(shares, dropout, context.key(seed)) : shares;
    const heads = einsum('buqk,bkuh->bquh', used, forEachQuery(valueDense.apply(given.value, plain)));
    const gated = gateDense === undefined ? heads : mul(heads, gateDense.apply(given.query, plain));
    const output = outputDense.apply(gated, plain);
    return returnAttentionScores ? [output, shares] : output;
  }

  /** The query's. */
  override computeMask(
    _inputs: readonly Tensor[],
    [mask = null]: readonly (Tensor | null)[],
    context: CallContext,
  ): readonly (Tensor | null)[] {
    return attentionCallOptions(context.options).returnAttentionScores ? [mask, null] : [mask];
  }

  #masks(given: HeadsInputs, context: CallContext): readonly (Tensor | null)[] {
    const { slidingWindow } = this.config;
    const { useCausalMask } = attentionCallOptions(context.options);
    const [query = null, value = null, key = null] = context.masks;
    const seen = { query, value, key, given: given.mask, useCausalMask, slidingWindow };
    return visibilityMasks(seen, given.query.shape[1], given.key.shape[1]);
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

import {
  add,
  astype,
  equal,
  expandDims,
  fromHost,
  type HostArray,
  hostArray,
  ManabiError,
  mod,
  mul,
  sum,
  type Tensor,
  where,
} from '@manabi/core';
import { integer, type OptionValues } from '@manabi/errors';
import type { CallContext } from '../../call/context.ts';
import { type OwnKindsOf, readLayerOptions } from '../../layer/layer-kinds.ts';
import type { Variable } from '../../variables/variable.ts';
import { toIntegers } from '../core/embedding.ts';
import { encodeCategories } from './encode-categories.ts';
import { NO_INDEX } from './encode-indices.ts';
import { hashesOfIntegers } from './hashing/hash-integers.ts';
import { remainderOf } from './hashing/tensor-words.ts';
import { LookupLayer, type LookupOptions, lookupKinds } from './lookup-layer.ts';
import type { LookupTable } from './lookup-table.ts';
import { batchesOfTokens, flattenTokens, type TokenRows } from './token-rows.ts';

/** Options of the layer `integerLookup`; the default of `oovToken` is -1. */
export interface IntegerLookupOptions extends LookupOptions<number> {}

const int32 = integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
const kinds = lookupKinds(int32, -1) satisfies OwnKindsOf<IntegerLookupOptions>;

/** Data for `adapt`: integers in arrays, a host array, or an iterable of batches of either. */
export type IntegerData = readonly TokenRows<number>[] | HostArray;

/**
 * Layer created by `integerLookup`. Its state is not part of its weights: the integers of the vocabulary, and the tf-idf
 * weights of `outputMode: 'tfIdf'`.
 */
export class IntegerLookup extends LookupLayer<number, OptionValues<typeof kinds>> {
  static override readonly className: string = 'IntegerLookup';
  protected override readonly tokenKind = int32;
  keys?: Variable;
  idf?: Variable;

  constructor(options: IntegerLookupOptions = {}) {
    super(options, readLayerOptions(new.target, options, kinds));
    if (this.config.salt !== null && this.config.oovMethod !== 'farmhash') {
      throw new ManabiError('argument', "`salt` requires oovMethod: 'farmhash'; got 'floormod'.", {
        op: 'IntegerLookup',
        data: { salt: this.config.salt },
      });
    }
    if (this.config.numOovIndices !== 0 || this.config.invert) return;
    throw new ManabiError(
      'argument',
      '`numOovIndices` must be at least 1: a compiled model cannot reject unknown integers. Check the data before.',
      { op: 'IntegerLookup', data: { numOovIndices: 0 } },
    );
  }

  /**
   * Makes the vocabulary of the integers in the data: the most frequent ones first, and of equally frequent ones the
   * largest. Each integer of an array, or each row of an array of rows, is a document of `outputMode: 'tfIdf'`.
   *
   * @throws ManabiError `argument` for other data, data without integers, or a layer with the option `vocabulary`
   */
  async adapt(data: IntegerData | Iterable<IntegerData> | AsyncIterable<IntegerData>): Promise<void> {
    await this.learn(documentsOf('adapt', data));
  }

  override build(): void {
    const { tokens, weights } = this.table;
    if (tokens.length === 0) {
      throw new ManabiError(
        'argument',
        `Layer '${this.name}' has no vocabulary. Call adapt() first, or pass \`vocabulary\`.`,
        {
          op: 'IntegerLookup',
          data: { layer: this.name },
        },
      );
    }
    const options = { initializer: 'zeros', trainable: false, persistent: false } as const;
    this.keys = this.addWeight({ name: 'keys', shape: [tokens.length], dtype: 'int32', ...options });
    if (weights !== null) this.idf = this.addWeight({ name: 'idf_weights', shape: [weights.length], ...options });
    this.#store();
  }

  override setVocabulary(vocabulary: readonly number[], idfWeights: readonly number[] | null = null): void {
    super.setVocabulary(vocabulary, idfWeights);
    if (this.built) this.#store();
  }

  protected override checkChange({ tokens }: LookupTable<number>, next: LookupTable<number>): void {
    if (next.tokens.length === tokens.length) return;
    throw new ManabiError(
      'argument',
      `The vocabulary of '${this.name}' has ${tokens.length} integers, and their number cannot change after the first ` +
        `call; got ${next.tokens.length}. Create a new layer.`,
      { op: 'setVocabulary', data: { layer: this.name, before: tokens.length, after: next.tokens.length } },
    );
  }

  #store(): void {
    const { tokens, weights } = this.table;
    this.keys?.assign(fromHost(hostArray('int32', [tokens.length], Int32Array.from(tokens))));
    if (weights !== null) this.idf?.assign(fromHost(hostArray('float32', [weights.length], weights)));
  }

  override call(inputs: Tensor, context: CallContext): Tensor {
    const x = astype(toIntegers(inputs), 'int32');
    const { outputMode, invert } = this.config;
    if (invert) return this.#inverse(x, context);
    const indices = this.#indices(x, context);
    const encoded = encodeCategories(
      indices,
      outputMode === 'tfIdf' ? 'count' : outputMode,
      this.table.depth,
      this.computeDtype,
    );
    return outputMode === 'tfIdf' ? mul(encoded, context.read(this.idf)) : encoded;
  }

  /** Compares each integer with all of the vocabulary; the sum of the positions that match is the position or 0. */
  #indices(x: Tensor, context: CallContext): Tensor {
    const { maskToken, numOovIndices, oovMethod, salt } = this.config;
    const { oovStart, tokenStart, tokens } = this.table;
    const matches = astype(equal(expandDims(x, -1), context.read(this.keys)), 'int32');
    const positions = fromHost(
      hostArray(
        'int32',
        [tokens.length],
        Int32Array.from(tokens, (_, i) => i + tokenStart),
      ),
    );
    const isKnown = equal(sum(matches, -1), 1);
    // The remainder has the sign of the divisor, as in Keras.
    const spread = () =>
      oovMethod === 'farmhash' ? remainderOf(hashesOfIntegers(x, salt), numOovIndices) : mod(x, numOovIndices);
    const unknown = numOovIndices === 1 ? oovStart : add(spread(), oovStart);
    const found = where(isKnown, sum(mul(matches, positions), -1), unknown);
    return maskToken === null ? found : where(equal(x, maskToken), oovStart === 1 ? 0 : NO_INDEX, found);
  }

  #inverse(x: Tensor, context: CallContext): Tensor {
    const { maskToken, oovToken } = this.config;
    const { oovStart, tokenStart, tokens } = this.table;
    if (oovToken === null) {
      throw new ManabiError('argument', '`oovToken` must be an integer if `invert` is true; got null.', {
        op: 'IntegerLookup',
      });
    }
    const positions = fromHost(
      hostArray(
        'int32',
        [tokens.length],
        Int32Array.from(tokens, (_, i) => i + tokenStart),
      ),
    );
    const matches = astype(equal(expandDims(x, -1), positions), 'int32');
    const isKnown = equal(sum(matches, -1), 1);
    const found = where(isKnown, sum(mul(matches, context.read(this.keys)), -1), oovToken);
    return maskToken === null || oovStart === 0 ? found : where(equal(x, 0), maskToken, found);
  }
}

async function* documentsOf(
  op: string,
  data: IntegerData | Iterable<IntegerData> | AsyncIterable<IntegerData>,
): AsyncGenerator<readonly number[]> {
  for await (const { batch, isWhole } of batchesOfTokens(op, data, isIntegerData)) {
    const { shape, tokens } =
      'dtype' in batch
        ? { shape: batch.shape, tokens: Array.from(batch.data) }
        : flattenTokens<number>(op, batch, 'number');
    const length = shape.length < 2 ? (isWhole ? 1 : tokens.length) : tokens.length / shape[0];
    for (let from = 0; from < tokens.length; from += length) yield tokens.slice(from, from + length);
  }
}

function isIntegerData(data: unknown): data is IntegerData {
  return Array.isArray(data) || (typeof data === 'object' && data !== null && 'dtype' in data && 'data' in data);
}

/**
 * Creates a layer that maps integers to indices of a vocabulary, or encodes them. Index 0 is for unknown integers, or 1
 * if there is a `maskToken`, which then has index 0. The time grows with the size of the vocabulary. With `outputMode: 'int'`,
 * the output has the shape of the input.
 *
 * @throws ManabiError `argument` for invalid options
 * @example
 * ```ts
 * import { layers, tensor } from 'manabi';
 *
 * const layer = layers.integerLookup({ vocabulary: [12, 36, 1138] });
 * console.log(await layer.apply(tensor([[36, 7, 12]], { dtype: 'int32' })).array()); // [[2, 0, 1]]
 * ```
 */
export function integerLookup(options: IntegerLookupOptions = {}): IntegerLookup {
  return new IntegerLookup(options);
}

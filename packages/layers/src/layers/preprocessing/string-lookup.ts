import { type HostArray, ManabiError, type Tensor } from '@manabi/core';
import { count, listOf, type OptionValues, readArgument, text } from '@manabi/errors';
import { type OwnKindsOf, readLayerOptions } from '../../layer/layer-kinds.ts';
import type { PartialType } from '../../structure/nested.ts';
import { LookupLayer, type LookupOptions, lookupKinds } from './lookup-layer.ts';
import type { TextEncoder } from './text-encoder.ts';
import { batchesOfTokens, flattenTokens, type TokenRows } from './token-rows.ts';

/** Options of the layer `stringLookup`; the default of `oovToken` is `'[UNK]'`. */
export interface StringLookupOptions extends LookupOptions<string> {}

const kinds = lookupKinds(text, '[UNK]') satisfies OwnKindsOf<StringLookupOptions>;

/** Data for `adapt`: strings in arrays, or an iterable of batches of strings. */
export type StringData = readonly TokenRows<string>[];

/** Layer created by `stringLookup`. */
export class StringLookup extends LookupLayer<string, OptionValues<typeof kinds>> implements TextEncoder {
  static override readonly className: string = 'StringLookup';
  protected override readonly tokenKind = text;

  constructor(options: StringLookupOptions = {}) {
    super(options, readLayerOptions(new.target, options, kinds));
  }

  /**
   * Makes the vocabulary of the strings in the data: the most frequent ones first, and of equally frequent ones the
   * largest. Each string of an array, or each row of an array of rows, is a document of `outputMode: 'tfIdf'`.
   *
   * @throws ManabiError `argument` for other data, data without strings, or a layer with the option `vocabulary`
   */
  async adapt(data: StringData | Iterable<StringData> | AsyncIterable<StringData>): Promise<void> {
    await this.learn(documentsOf('adapt', data));
  }

  /**
   * Encodes strings in the output mode of the layer; what a model does with the strings that it is given.
   *
   * @throws ManabiError `argument` for values that are not strings, unknown strings if `numOovIndices` is 0, and an
   * inverse lookup
   */
  encode(strings: TokenRows<string>): HostArray {
    if (this.config.invert) throw isInverse(this.name);
    const { shape, tokens } = flattenTokens('encode', strings, 'string');
    return this.table.encode(
      shape,
      Int32Array.from(tokens, (token) => this.table.indexOf(token)),
    );
  }

  /**
   * Returns the strings of indices; what an inverse lookup of Keras returns.
   *
   * @throws ManabiError `argument` for values that are not indices
   */
  decode(indices: ArrayLike<number>): string[] {
    const list = ArrayBuffer.isView(indices) ? Array.from(indices) : indices;
    return readArgument('decode', 'indices', list, listOf(count)).map((index) => this.table.tokenAt(index));
  }

  encodeInput(strings: TokenRows<string>): HostArray {
    return this.encode(strings);
  }

  encodesFor(other: object): boolean {
    return other === this;
  }

  encodedType({ dtype, shape }: HostArray): PartialType {
    return { dtype, shape: [null, ...shape.slice(1)] };
  }

  /** Passes encoded strings on: tensors have no strings, so `encode` encodes them before. */
  override call(x: Tensor): Tensor {
    if (this.config.invert) throw isInverse(this.name);
    return x;
  }
}

async function* documentsOf(
  op: string,
  data: StringData | Iterable<StringData> | AsyncIterable<StringData>,
): AsyncGenerator<readonly string[]> {
  for await (const { batch, isWhole } of batchesOfTokens(op, data, isStringData)) {
    const { shape, tokens } = flattenTokens<string>(op, batch, 'string');
    // As in Keras, a list of strings is one document per string, but a batch that is a list of strings is one document.
    const length = shape.length < 2 ? (isWhole ? 1 : tokens.length) : tokens.length / shape[0];
    for (let from = 0; from < tokens.length; from += length) yield tokens.slice(from, from + length);
  }
}

function isStringData(data: unknown): data is StringData {
  return Array.isArray(data);
}

function isInverse(layer: string): ManabiError {
  return new ManabiError(
    'argument',
    `'${layer}' maps indices to strings, which tensors cannot hold. Call decode(indices).`,
    { op: 'StringLookup', data: { layer } },
  );
}

/**
 * Creates a layer that maps strings to indices, or encodes them. Tensors have no strings: a model whose first layer this
 * is takes strings in `fit`, `evaluate` and `predict`; elsewhere, such as in data pipelines, call
 * `layer.encode(strings)`. Index 0 is for unknown strings, or 1 if there is a `maskToken`, which then has index 0. With
 * `outputMode: 'int'`, the indices have the shape of the strings.
 *
 * @throws ManabiError `argument` for invalid options
 * @example
 * ```ts
 * import { layers } from 'manabi';
 *
 * const layer = layers.stringLookup({ vocabulary: ['red', 'green'] });
 * console.log([...layer.encode(['green', 'blue', 'red']).data]); // [2, 0, 1]
 * console.log(layer.decode([2, 0])); // ['green', '[UNK]']
 * ```
 */
export function stringLookup(options: StringLookupOptions = {}): StringLookup {
  return new StringLookup(options);
}

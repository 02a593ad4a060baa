import { type HostArray, hostArray, ManabiError, type Tensor } from '@manabi/core';
import {
  anyOf,
  boolean,
  functionOf,
  integer,
  listOf,
  nullable,
  number,
  type OptionValues,
  oneOf,
  optional,
  positiveInteger,
  readArgument,
  text,
  wrongArgument,
} from '@manabi/errors';
import { Layer, type LayerOptions } from '../../layer/layer.ts';
import { type LayerClassName, type OwnKindsOf, readLayerOptions } from '../../layer/layer-kinds.ts';
import type { PartialType } from '../../structure/nested.ts';
import { type LookupMode, NO_INDEX } from './encode-indices.ts';
import { tokensKind, vocabularyConfig } from './lookup-layer.ts';
import { StringLookup } from './string-lookup.ts';
import type { TextEncoder } from './text-encoder.ts';
import { ngramsOf, type Split, type Standardize, splitText, standardized } from './text-steps.ts';
import { batchesOfTokens, flattenTokens, type TokenRows } from './token-rows.ts';

/** Options of the layer `textVectorization`. */
export interface TextVectorizationOptions extends LayerOptions {
  /** Largest number of indices, including 0 for padding and 1 for unknown tokens; null for no limit (default: null). */
  readonly maxTokens?: number | null;
  /**
   * How texts are changed before they are split (default: `'lowerAndStripPunctuation'`). As in Keras, only ASCII
   * letters become lower case, and the apostrophe is punctuation; pass a function for other languages.
   */
  readonly standardize?: Standardize | null;
  /**
   * How texts are split into tokens: at ASCII white space, into characters, by a function, or with `'word'` by
   * `Intl.Segmenter`, which requires `locale`; null for texts that are tokens (default: `'whitespace'`).
   */
  readonly split?: Split | null;
  /** Language of the texts, for `split: 'word'` (default: null). */
  readonly locale?: string | null;
  /** Lengths of the groups of adjacent tokens that become tokens: n for 1 to n, or a list (default: null, single tokens). */
  readonly ngrams?: number | readonly number[] | null;
  /** What the layer returns: indices, or one vector per text, as `stringLookup` (default: `'int'`). */
  readonly outputMode?: LookupMode;
  /** Number of indices per text; longer texts lose their end (default: null, that of the longest text). */
  readonly outputSequenceLength?: number | null;
  /** Whether encodings have `maxTokens` columns even for a smaller vocabulary (default: false). */
  readonly padToMaxTokens?: boolean;
  /** Tokens in the order of their indices, such as those of `text.loadVocabulary` (default: null, found by `adapt`). */
  readonly vocabulary?: readonly string[] | null;
  /** Weight of each token of `vocabulary`, for `outputMode: 'tfIdf'` (default: null). */
  readonly idfWeights?: readonly number[] | null;
}

const kinds = {
  maxTokens: optional(nullable(integer({ min: 2 })), null),
  standardize: optional(
    nullable(
      anyOf(
        oneOf('lowerAndStripPunctuation', 'lower', 'stripPunctuation'),
        functionOf<(text: string) => string>('a function that changes a text'),
      ),
    ),
    'lowerAndStripPunctuation',
  ),
  split: optional(
    nullable(
      anyOf(
        oneOf('whitespace', 'character', 'word'),
        functionOf<(text: string) => readonly string[]>('a function that splits a text'),
      ),
    ),
    'whitespace',
  ),
  locale: optional(nullable(text), null),
  ngrams: optional(nullable(anyOf(positiveInteger, listOf(positiveInteger, { min: 1 }))), null),
  outputMode: optional(oneOf('int', 'oneHot', 'multiHot', 'count', 'tfIdf'), 'int'),
  outputSequenceLength: optional(nullable(positiveInteger), null),
  padToMaxTokens: optional(boolean, false),
  vocabulary: optional(nullable(tokensKind(text)), null),
  idfWeights: optional(nullable(listOf(number())), null),
} satisfies OwnKindsOf<TextVectorizationOptions>;

/** Texts in an array, or in rows of one text each; with `split: null`, rows of tokens. */
export type Texts = readonly TokenRows<string>[];

function resolved(layer: LayerClassName, options: TextVectorizationOptions) {
  const config = readLayerOptions(layer, options, kinds);
  const fail = (message: string): never => {
    throw new ManabiError('argument', message, { op: 'TextVectorization' });
  };
  if ((config.split === 'word') !== (config.locale !== null)) {
    fail("`split: 'word'` and `locale` require each other. Pass for example split: 'word', locale: 'ja'.");
  }
  if (config.outputMode !== 'int' && config.outputSequenceLength !== null) {
    fail(`\`outputSequenceLength\` requires outputMode 'int'; got '${config.outputMode}'.`);
  }
  return config;
}

/** Layer created by `textVectorization`. */
export class TextVectorization extends Layer<OptionValues<typeof kinds>> implements TextEncoder {
  static override readonly className: string = 'TextVectorization';
  readonly #lookup: Lookup;

  constructor(options: TextVectorizationOptions = {}) {
    const config = resolved(new.target, options);
    super(options, config);
    const { maxTokens, outputMode, padToMaxTokens, vocabulary, idfWeights } = config;
    const name = `${this.name}_lookup`;
    this.#lookup = new Lookup({ name, maxTokens, outputMode, padToMaxTokens, vocabulary, idfWeights, maskToken: '' });
  }

  /** Number of indices, including those of padding and unknown tokens. */
  get vocabularySize(): number {
    return this.#lookup.vocabularySize;
  }

  /** Weights of all indices in the mode `tfIdf`, including special tokens and unused columns; null in other modes. */
  get idfWeights(): Float32Array | null {
    return this.#lookup.idfWeights;
  }

  /** Returns the tokens in the order of their indices, by default with special tokens, so that positions are indices. */
  getVocabulary(options: { readonly includeSpecialTokens?: boolean } = {}): string[] {
    return this.#lookup.getVocabulary(options);
  }

  /**
   * Replaces the vocabulary.
   *
   * @param idfWeights weight of each token, for `outputMode: 'tfIdf'`
   * @throws ManabiError `argument` for an invalid vocabulary
   */
  setVocabulary(vocabulary: readonly string[], idfWeights: readonly number[] | null = null): void {
    if (this.built) this.#lookup.ensureBuilt({ dtype: 'int32', shape: [null, null] });
    this.#lookup.setVocabulary(vocabulary, idfWeights);
  }

  /**
   * Makes the vocabulary of the tokens of texts: the most frequent ones first, and of equally frequent ones the largest.
   * Each text is a document of `outputMode: 'tfIdf'`.
   *
   * @param data texts, or an iterable of batches of texts, such as a dataset
   * @throws ManabiError `argument` for other data, data without tokens, or a layer with the option `vocabulary`
   */
  async adapt(data: Texts | Iterable<Texts> | AsyncIterable<Texts>): Promise<void> {
    if (this.built) this.#lookup.ensureBuilt({ dtype: 'int32', shape: [null, null] });
    await this.#lookup.learnFrom(this.#documentsOf(data));
  }

  async *#documentsOf(data: Texts | Iterable<Texts> | AsyncIterable<Texts>): AsyncGenerator<readonly string[]> {
    for await (const { batch } of batchesOfTokens('adapt', data, isTexts)) yield* this.#tokensOf('adapt', batch);
  }

  /**
   * Encodes texts in the output mode of the layer; what a model does with the texts that it is given.
   *
   * @returns int32 array [texts, outputSequenceLength], or float32 array [texts, vocabularySize]
   * @throws ManabiError `argument` for values that are not texts; `shape` for rows of several texts
   */
  encode(texts: Texts): HostArray {
    const { outputMode, outputSequenceLength } = this.config;
    const rows = this.#tokensOf('encode', texts);
    const longest = rows.reduce((most, { length }) => Math.max(most, length), 0);
    const length = outputSequenceLength ?? longest;
    const indices = new Int32Array(rows.length * length).fill(outputMode === 'int' ? 0 : NO_INDEX);
    rows.forEach((tokens, row) => {
      for (let i = 0; i < Math.min(tokens.length, length); i++) {
        indices[row * length + i] = this.#lookup.indexOf(tokens[i]);
      }
    });
    if (outputMode !== 'int') return this.#lookup.encodeIndices([rows.length, length], indices);
    return hostArray('int32', this.#isList(texts) ? [rows.length] : [rows.length, length], indices);
  }

  /**
   * Whether texts are a list of tokens, whose indices are a list, too.
   *
   * @throws ManabiError `shape` for such a list if the layer returns rows
   */
  #isList(texts: Texts): boolean {
    const { split, ngrams, outputSequenceLength } = this.config;
    if (split !== null || texts.some((text) => typeof text !== 'string')) return false;
    if (ngrams === null && outputSequenceLength === null) return true;
    throw new ManabiError(
      'shape',
      'With split: null, `ngrams` and `outputSequenceLength` require rows of tokens; got a list. Pass [[token, …], …].',
      { op: 'encode', data: { layer: this.name } },
    );
  }

  #tokensOf(op: string, texts: Texts): readonly (readonly string[])[] {
    const { standardize, split, locale, ngrams } = this.config;
    if (typeof texts === 'string') {
      throw wrongArgument({ op, name: 'texts' }, 'an array of texts', texts, 'Put it in an array: [text].');
    }
    const { shape, tokens } = flattenTokens<string>(op, readArgument(op, 'texts', texts, listOf(anyToken)), 'string');
    const width = shape.length < 2 ? 1 : shape.slice(1).reduce((product, n) => product * n, 1);
    if (shape.length > 2 || (split !== null && width !== 1 && tokens.length > 0)) throw severalTexts(op, shape);
    const changed = tokens.map((one) => standardized(one, standardize));
    const rows =
      split === null
        ? Array.from({ length: shape[0] }, (_, row) => changed.slice(row * width, (row + 1) * width))
        : changed.map((one) => splitText(one, split, locale));
    return ngrams === null ? rows : rows.map((row) => ngramsOf(row, ngrams));
  }

  encodeInput(texts: Texts): HostArray {
    return this.encode(texts);
  }

  encodesFor(other: object): boolean {
    return other === this;
  }

  encodedType({ dtype, shape }: HostArray): PartialType {
    const { outputMode, outputSequenceLength } = this.config;
    const [, ...rest] = shape;
    const hasFixedLength = outputSequenceLength !== null || outputMode !== 'int';
    return { dtype, shape: [null, ...(hasFixedLength ? rest : rest.map(() => null))] };
  }

  /** Passes encoded texts on: tensors have no strings, so `encode` encodes them before. */
  override call(x: Tensor): Tensor {
    return x;
  }

  override getConfig(): Record<string, unknown> {
    const { locale, ...config } = super.getConfig();
    const own = { ...config, ...this.#lookup.vocabularyEntries() };
    return locale === null ? own : { ...own, locale };
  }
}

const anyToken = anyOf(text, { ...listOf(text), accepts: Array.isArray });

/** The vocabulary of a `textVectorization`: Keras's inner `StringLookup`. */
class Lookup extends StringLookup {
  indexOf(token: string): number {
    return this.table.indexOf(token);
  }

  encodeIndices(shape: readonly number[], indices: Int32Array): HostArray {
    return this.table.encode(shape, indices);
  }

  async learnFrom(documents: AsyncIterable<readonly string[]>): Promise<void> {
    await this.learn(documents);
  }

  vocabularyEntries(): Record<string, unknown> {
    return vocabularyConfig(this.table, true);
  }
}

function isTexts(data: unknown): data is Texts {
  return Array.isArray(data);
}

function severalTexts(op: string, shape: readonly number[]): ManabiError {
  return new ManabiError(
    'shape',
    `Texts must be in an array [n], or in rows [n, 1]; got [${shape.join(', ')}]. For rows of tokens, set split: null.`,
    { op, data: { shape } },
  );
}

/**
 * Creates a layer that turns texts into indices of tokens: it standardizes and splits them, looks up the tokens, and pads
 * and truncates at the end. Index 0 is padding, 1 stands for unknown tokens. Tensors have no strings: a model whose first
 * layer this is takes texts in `fit`, `evaluate` and `predict`; elsewhere, such as in data pipelines, call
 * `layer.encode(texts)`. With `outputMode: 'int'`, [batch] texts become [batch, tokens] indices.
 *
 * @throws ManabiError `argument` for invalid options
 * @example
 * ```ts
 * import { layers } from 'manabi';
 *
 * const vectorize = layers.textVectorization({ outputSequenceLength: 4 });
 * await vectorize.adapt(['The cat saw the dog.', 'The dog slept.']);
 * console.log([...vectorize.encode(["The dog's bird"]).data]); // [2, 1, 1, 0]
 * ```
 */
export function textVectorization(options: TextVectorizationOptions = {}): TextVectorization {
  return new TextVectorization(options);
}

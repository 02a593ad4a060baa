import { ManabiError } from '@manabi/core';
import {
  boolean,
  count,
  integer,
  type Kind,
  listOf,
  nullable,
  number,
  oneOf,
  optional,
  readArgument,
  wrongArgument,
} from '@manabi/errors';
import { Layer, type LayerOptions } from '../../layer/layer.ts';
import type { LookupMode } from './encode-indices.ts';
import { saltKind } from './hashing/hash-of.ts';
import { type LookupSettings, LookupTable } from './lookup-table.ts';
import { TokenCounts } from './token-counts.ts';

/** Options of the layers `stringLookup` and `integerLookup`. */
export interface LookupOptions<Token> extends LayerOptions {
  /** Largest number of indices, including those of special tokens; null for no limit (default: null). */
  readonly maxTokens?: number | null;
  /** Number of indices for tokens that are not in the vocabulary; 0 makes them an error (default: 1). */
  readonly numOovIndices?: number;
  /**
   * How unknown integers are distributed over several `numOovIndices`: by their remainder (`'floormod'`), or by the hash
   * of their decimal text (`'farmhash'`, which `salt` requires). Strings are always distributed by their hash (default:
   * `'floormod'`).
   */
  readonly oovMethod?: 'floormod' | 'farmhash';
  /**
   * Key of the hash function SipHash64, one integer or two, which selects one of several indices for an unknown token
   * (default: null, FarmHash64).
   */
  readonly salt?: number | readonly number[] | null;
  /** Token of masked or padded positions, with index 0 (default: null, no such token); encodings ignore it. */
  readonly maskToken?: Token | null;
  /** Token that stands for unknown tokens in the vocabulary, and that an inverse lookup returns for them. */
  readonly oovToken?: Token | null;
  /** Tokens in the order of their indices, such as those of `text.loadVocabulary` (default: null, found by `adapt`). */
  readonly vocabulary?: readonly Token[] | null;
  /** Weight of each token of `vocabulary`, for `outputMode: 'tfIdf'` (default: null). */
  readonly idfWeights?: readonly number[] | null;
  /** Whether the layer maps indices to tokens (default: false). */
  readonly invert?: boolean;
  /**
   * What the layer returns: indices, one vector per token (`'oneHot'`), or one vector per row of tokens that marks
   * (`'multiHot'`), counts (`'count'`) or weights them (`'tfIdf'`) (default: `'int'`).
   */
  readonly outputMode?: LookupMode;
  /** Whether encodings have `maxTokens` columns even for a smaller vocabulary (default: false). */
  readonly padToMaxTokens?: boolean;
}

/** Validator of the option `vocabulary`: an array of tokens, for files with advice on how to read them. */
/* @__NO_SIDE_EFFECTS__ */
export function tokensKind<Token>(token: Kind<Token>): Kind<readonly Token[]> {
  const tokens = listOf(token);
  return {
    ...tokens,
    read: (given, location) => {
      if (typeof given !== 'string' && !(given instanceof URL)) return tokens.read(given, location);
      const fix = 'Read the file before: vocabulary: await text.loadVocabulary(pathOrUrl).';
      throw wrongArgument(location, tokens.expected, given, fix);
    },
  };
}

/** Validators of `LookupOptions`. */
export function lookupKinds<Token>(token: Kind<Token>, oovToken: Token) {
  return {
    maxTokens: optional(nullable(integer({ min: 2 })), null),
    numOovIndices: optional(count, 1),
    oovMethod: optional(oneOf('floormod', 'farmhash'), 'floormod'),
    salt: optional(saltKind, null),
    maskToken: optional(nullable(token), null),
    oovToken: optional(nullable(token), oovToken),
    vocabulary: optional(nullable(tokensKind(token)), null),
    idfWeights: optional(nullable(listOf(number())), null),
    invert: optional(boolean, false),
    outputMode: optional(oneOf('int', 'oneHot', 'multiHot', 'count', 'tfIdf'), 'int'),
    padToMaxTokens: optional(boolean, false),
  };
}

/** Options of a lookup layer with defaults filled in. */
export interface LookupConfig<Token> extends LookupSettings<Token> {
  readonly vocabulary: readonly Token[] | null;
  readonly idfWeights: readonly number[] | null;
}

/** A layer with a vocabulary, which is given or learned by `adapt`. */
export abstract class LookupLayer<
  Token extends string | number,
  Config extends LookupConfig<Token> = LookupConfig<Token>,
> extends Layer<Config> {
  readonly #table: LookupTable<Token>;

  constructor(options: LayerOptions, config: Config) {
    super(options, config);
    checkCombination(this.className, config);
    this.#table = new LookupTable(this.className, config);
    if (config.vocabulary !== null) this.#table.set(config.vocabulary, config.idfWeights);
  }

  /** The vocabulary. */
  protected get table(): LookupTable<Token> {
    return this.#table;
  }

  /** Number of indices, including those of special tokens. */
  get vocabularySize(): number {
    return this.#table.size;
  }

  /** Weights of all indices in the mode `tfIdf`, including special tokens and unused columns; null in other modes. */
  get idfWeights(): Float32Array | null {
    return this.#table.weights;
  }

  /** Returns the tokens in the order of their indices, by default with special tokens, so that positions are indices. */
  getVocabulary(options: { readonly includeSpecialTokens?: boolean } = {}): Token[] {
    return this.#table.vocabulary(options.includeSpecialTokens ?? true);
  }

  /**
   * Replaces the vocabulary.
   *
   * @param idfWeights weight of each token, for `outputMode: 'tfIdf'`
   * @throws ManabiError `argument` for an invalid vocabulary, or a different number of tokens after the first call
   */
  setVocabulary(vocabulary: readonly Token[], idfWeights: readonly number[] | null = null): void {
    const list = readArgument('setVocabulary', 'vocabulary', vocabulary, listOf(this.tokenKind));
    const weights = readArgument('setVocabulary', 'idfWeights', idfWeights, nullable(listOf(number())));
    const next = new LookupTable<Token>(this.className, this.config);
    next.set(list, weights);
    if (this.built && this.#table.tokens.length > 0) this.checkChange(this.#table, next);
    this.#table.set(list, weights);
  }

  /**
   * Checks that another vocabulary can replace the current one after the first call.
   *
   * @throws ManabiError `argument` for an encoding with another number of columns
   */
  protected checkChange({ depth }: LookupTable<Token>, next: LookupTable<Token>): void {
    if (this.config.outputMode !== 'int' && next.depth !== depth) {
      throw new ManabiError(
        'argument',
        `The encoding of '${this.name}' has ${depth} columns, which cannot change after the first call; the new vocabulary ` +
          `has ${next.depth}. Create a new layer, or pass \`maxTokens\` and padToMaxTokens: true.`,
        { op: 'setVocabulary', data: { layer: this.name, before: depth, after: next.depth } },
      );
    }
  }

  /** Validator of a token. */
  protected abstract readonly tokenKind: Kind<Token>;

  /** Makes the vocabulary of the most frequent tokens of documents. */
  protected async learn(documents: AsyncIterable<readonly Token[]>): Promise<void> {
    const { config } = this;
    if (config.vocabulary !== null) {
      throw new ManabiError(
        'argument',
        `Layer '${this.name}' cannot adapt: \`vocabulary\` was given as an option. Create the layer without it.`,
        { op: 'adapt', data: { layer: this.name } },
      );
    }
    const counts = new TokenCounts<Token>();
    for await (const tokens of documents) counts.add(tokens);
    const most = config.maxTokens === null ? Number.POSITIVE_INFINITY : config.maxTokens - this.#table.tokenStart;
    const tokens = counts.mostFrequent(most, [config.maskToken, config.oovToken]);
    if (tokens.length === 0) {
      throw new ManabiError(
        'argument',
        `Layer '${this.name}' cannot adapt: the data contains no tokens. Check the file or the split.`,
        { op: 'adapt', data: { layer: this.name } },
      );
    }
    this.setVocabulary(tokens, config.outputMode === 'tfIdf' ? counts.inverseFrequencies(tokens) : null);
  }

  /**
   * Returns the config with the current vocabulary, so that a saved layer needs no further files. Options that older
   * versions of Keras lack are part of it only if they have an effect.
   */
  override getConfig(): Record<string, unknown> {
    const { salt, oovMethod, ...config } = super.getConfig();
    return {
      ...config,
      ...(salt === null ? {} : { salt }),
      ...(oovMethod === 'farmhash' ? { oovMethod } : {}),
      ...vocabularyConfig(this.#table, this.config.oovToken !== null),
    };
  }
}

/** Returns the config entries of a vocabulary: those that recreate it with its weights. */
export function vocabularyConfig<Token extends string | number>(
  table: LookupTable<Token>,
  hasOovToken: boolean,
): Record<string, unknown> {
  if (table.tokens.length === 0) return {};
  const { weights } = table;
  const withSpecial = weights !== null && hasOovToken;
  const first = withSpecial ? 0 : table.tokenStart;
  return {
    vocabulary: table.vocabulary(withSpecial),
    idfWeights: weights === null ? null : Array.from(weights.subarray(first, table.size)),
  };
}

/** Checks options that depend on each other. */
function checkCombination(op: string, config: LookupConfig<string | number>): void {
  const fail = (message: string): never => {
    throw new ManabiError('argument', message, { op });
  };
  if (config.padToMaxTokens && config.maxTokens === null) fail('`padToMaxTokens` requires `maxTokens`.');
  if (config.invert && config.outputMode !== 'int') fail("`invert` requires outputMode 'int'.");
  if (config.vocabulary === null && config.idfWeights !== null) fail('`idfWeights` requires `vocabulary`.');
}

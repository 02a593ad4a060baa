import { type HostArray, ManabiError, type Shape } from '@manabi/core';
import type { SipKey } from '@manabi/text/internal';
import { encodeIndices, type LookupMode, NO_INDEX } from './encode-indices.ts';
import { hashOf } from './hashing/hash-of.ts';

/** Options of a lookup table; see the options of the layers. */
export interface LookupSettings<Token> {
  readonly maxTokens: number | null;
  readonly numOovIndices: number;
  readonly maskToken: Token | null;
  readonly oovToken: Token | null;
  readonly invert: boolean;
  readonly outputMode: LookupMode;
  readonly padToMaxTokens: boolean;
  /** How unknown integers are distributed over several indices; strings are always hashed. */
  readonly oovMethod: 'floormod' | 'farmhash';
  /** Key of the hash function; null for FarmHash. */
  readonly salt: SipKey | null;
}

/** The vocabulary of a lookup layer: tokens, their indices, and their tf-idf weights. */
export class LookupTable<Token extends string | number> {
  readonly #op: string;
  readonly #settings: LookupSettings<Token>;
  #tokens: readonly Token[] = [];
  #indices: ReadonlyMap<Token, number> = new Map();
  #weights: Float32Array | null = null;

  /** @param op class of the layer, for messages */
  constructor(op: string, settings: LookupSettings<Token>) {
    this.#op = op;
    this.#settings = settings;
  }

  /** Tokens without special ones, in the order of their indices. */
  get tokens(): readonly Token[] {
    return this.#tokens;
  }

  /** Weight of each index in the mode `tfIdf`, with those of special tokens. */
  get weights(): Float32Array | null {
    return this.#weights;
  }

  /** Index of the first token for unknown tokens. */
  get oovStart(): number {
    return this.#settings.maskToken !== null && this.#settings.outputMode === 'int' ? 1 : 0;
  }

  /** Index of the first token of the vocabulary. */
  get tokenStart(): number {
    return this.oovStart + this.#settings.numOovIndices;
  }

  /** Number of indices, with those of special tokens. */
  get size(): number {
    return this.#tokens.length + this.tokenStart;
  }

  /** Number of columns of an encoding. */
  get depth(): number {
    const { padToMaxTokens, maxTokens } = this.#settings;
    return padToMaxTokens && maxTokens !== null ? maxTokens : this.size;
  }

  /** Returns the tokens, with special ones if `withSpecial` is true, so that positions are indices. */
  vocabulary(withSpecial: boolean): Token[] {
    return withSpecial ? [...this.#special(), ...this.#tokens] : [...this.#tokens];
  }

  #special(): readonly Token[] {
    const { maskToken, oovToken, numOovIndices } = this.#settings;
    const mask = maskToken !== null && this.oovStart === 1 ? [maskToken] : [];
    return [...mask, ...Array.from({ length: oovToken === null ? 0 : numOovIndices }, () => oovToken as Token)];
  }

  /**
   * Replaces the vocabulary. It may begin with the special tokens.
   *
   * @param idfWeights weight of each token, for the mode `tfIdf`
   * @throws ManabiError `argument` for an empty vocabulary, repeated or reserved tokens, more than `maxTokens` tokens, or
   * weights that do not match
   */
  set(vocabulary: readonly Token[], idfWeights: ArrayLike<number> | null): void {
    const { maskToken, oovToken, invert, maxTokens, outputMode } = this.#settings;
    const special = this.#special();
    const hasSpecial = special.length > 0 && special.every((token, i) => vocabulary[i] === token);
    const tokens = hasSpecial ? vocabulary.slice(special.length) : vocabulary;
    if (vocabulary.length === 0) throw this.#error('The vocabulary is empty. Pass at least one token.');
    const indices = new Map(tokens.map((token, i) => [token, i + this.tokenStart]));
    if (indices.size < tokens.length) {
      const repeated = tokens.filter((token, i) => tokens.indexOf(token) < i).slice(0, 5);
      throw this.#error(`The vocabulary contains tokens twice: ${JSON.stringify(repeated)}. Remove the repetitions.`);
    }
    const reserved = [maskToken, invert ? oovToken : null].find((token) => token !== null && indices.has(token));
    if (reserved !== undefined) {
      throw this.#error(
        `The vocabulary contains the special token ${JSON.stringify(reserved)} after its start. Remove it, or choose other special tokens.`,
      );
    }
    if (maxTokens !== null && tokens.length + this.tokenStart > maxTokens) {
      throw this.#error(
        `The vocabulary has ${tokens.length} tokens and ${this.tokenStart} special ones, more than \`maxTokens\`, ${maxTokens}.`,
      );
    }
    if ((outputMode === 'tfIdf') !== (idfWeights !== null)) {
      throw this.#error(
        idfWeights === null
          ? "`outputMode: 'tfIdf'` requires `idfWeights` with a vocabulary. Pass one weight per token, or call adapt()."
          : `\`idfWeights\` requires \`outputMode: 'tfIdf'\`; got '${outputMode}'.`,
      );
    }
    if (idfWeights !== null && idfWeights.length !== vocabulary.length) {
      throw this.#error(
        `\`idfWeights\` must have one weight per token, ${vocabulary.length}; got ${idfWeights.length}.`,
      );
    }
    this.#tokens = [...tokens];
    this.#indices = indices;
    this.#weights = idfWeights === null ? null : this.#padded(idfWeights, hasSpecial);
  }

  /** Adds weights of special tokens and of unused columns; a special token has the mean of all weights. */
  #padded(idfWeights: ArrayLike<number>, hasSpecial: boolean): Float32Array {
    const given = Array.from(idfWeights);
    const mean = given.reduce((sum, weight) => sum + weight, 0) / given.length;
    const weights = new Float32Array(this.depth);
    weights.set(hasSpecial ? given : [...Array.from({ length: this.tokenStart }, () => mean), ...given]);
    return weights;
  }

  /**
   * Returns the index of a token; `NO_INDEX` for a masked token in an encoding.
   *
   * @throws ManabiError `argument` for an unknown token if `numOovIndices` is 0
   */
  indexOf(token: Token): number {
    const { maskToken, numOovIndices } = this.#settings;
    if (maskToken !== null && token === maskToken) return this.oovStart === 1 ? 0 : NO_INDEX;
    const index = this.#indices.get(token);
    if (index !== undefined) return index;
    if (numOovIndices === 1) return this.oovStart;
    if (numOovIndices > 1) return this.oovStart + this.#oovIndexOf(token);
    throw this.#error(
      `${JSON.stringify(token)} is not in the vocabulary, and \`numOovIndices\` is 0. Set numOovIndices: 1 to accept unknown tokens.`,
    );
  }

  /** Returns the index of an unknown token among several such indices. */
  #oovIndexOf(token: Token): number {
    const { numOovIndices, oovMethod, salt } = this.#settings;
    if (typeof token === 'number' && oovMethod !== 'farmhash') {
      return ((token % numOovIndices) + numOovIndices) % numOovIndices;
    }
    return Number(hashOf(String(token), salt) % BigInt(numOovIndices));
  }

  /**
   * Returns the token of an index; `oovToken` for an index without a token.
   *
   * @throws ManabiError `argument` if `oovToken` is null and the index has no token
   */
  tokenAt(index: number): Token {
    const { maskToken, oovToken } = this.#settings;
    const token = index === 0 && this.oovStart === 1 ? maskToken : (this.#tokens[index - this.tokenStart] ?? oovToken);
    if (token !== null) return token;
    throw this.#error(`Index ${index} has no token, and \`oovToken\` is null. Pass \`oovToken\`.`);
  }

  /**
   * Encodes indices in the output mode, along the last axis.
   *
   * @param indices as `indexOf` returns them
   */
  encode(shape: Shape, indices: Int32Array): HostArray {
    const { outputMode } = this.#settings;
    if (outputMode !== 'int' && this.#tokens.length === 0)
      throw this.#error('The layer has no vocabulary. Call adapt(), or pass `vocabulary`.');
    return encodeIndices(outputMode, shape, indices, this.depth, outputMode === 'tfIdf' ? this.#weights : null);
  }

  #error(message: string): ManabiError {
    return new ManabiError('argument', message, { op: this.#op });
  }
}

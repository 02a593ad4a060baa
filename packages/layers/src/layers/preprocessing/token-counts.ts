/** Counts of tokens, from which a vocabulary is made. */
export class TokenCounts<Token extends string | number> {
  readonly #counts = new Map<Token, number>();
  readonly #documents = new Map<Token, number>();
  #documentCount = 0;

  /** Adds the tokens of one document. */
  add(tokens: readonly Token[]): void {
    this.#documentCount++;
    for (const token of tokens) this.#counts.set(token, (this.#counts.get(token) ?? 0) + 1);
    for (const token of new Set(tokens)) this.#documents.set(token, (this.#documents.get(token) ?? 0) + 1);
  }

  /** Returns the most frequent tokens; of equally frequent ones, the largest first, as Keras orders them. */
  mostFrequent(most: number, except: readonly (Token | null)[]): Token[] {
    return [...this.#counts]
      .filter(([token]) => !except.includes(token))
      .sort(([a, n], [b, m]) => m - n || compareTokens(b, a))
      .slice(0, most)
      .map(([token]) => token);
  }

  /** Returns the inverse document frequency of tokens: `ln(1 + documents / (1 + documents with the token))`. */
  inverseFrequencies(tokens: readonly Token[]): number[] {
    return tokens.map((token) => Math.log(1 + this.#documentCount / (1 + (this.#documents.get(token) ?? 0))));
  }
}

/** Compares numbers by size, and texts by code points, which is the order of their UTF-8 bytes. */
function compareTokens(a: string | number, b: string | number): number {
  if (typeof a === 'number' || typeof b === 'number') return Number(a) - Number(b);
  const [left, right] = [Array.from(a), Array.from(b)];
  const i = left.findIndex((character, at) => character !== right[at]);
  if (i < 0) return left.length - right.length;
  return i >= right.length ? 1 : (left[i].codePointAt(0) ?? 0) - (right[i].codePointAt(0) ?? 0);
}

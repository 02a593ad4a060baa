/** A token: its index in the vocabulary, and its text. */
export interface Token {
  readonly id: number;
  readonly text: string;
}

/** Splits words into tokens of a vocabulary. */
export interface Model {
  /** Number of tokens in the vocabulary. */
  readonly size: number;
  tokenize(word: string): readonly Token[];
  idOf(token: string): number | undefined;
  tokenOf(id: number): string | undefined;
}

/** Tokens of a model and their indices, in both directions. */
export interface Vocabulary {
  readonly ids: ReadonlyMap<string, number>;
  readonly tokens: ReadonlyMap<number, string>;
}

/** Returns a model with the functions that look up tokens. */
export function modelOf({ ids, tokens }: Vocabulary, tokenize: Model['tokenize']): Model {
  return { size: ids.size, tokenize, idOf: (token) => ids.get(token), tokenOf: (id) => tokens.get(id) };
}

/** The characters of a text, as tokens. */
export interface Vocabulary {
  readonly characters: readonly string[];
  /** Returns the tokens of a text. Characters that are not in the vocabulary are left out. */
  encode(text: string): Int32Array;
  decode(token: number): string;
}

/** Returns the vocabulary of a text: its different characters, sorted. */
export function vocabularyOf(text: string): Vocabulary {
  const characters = [...new Set(text)].sort();
  const tokens = new Map(characters.map((character, i) => [character, i]));
  return {
    characters,
    encode: (other) =>
      Int32Array.from(
        Array.from(other).flatMap((character) => {
          const token = tokens.get(character);
          return token === undefined ? [] : [token];
        }),
      ),
    decode: (token) => characters[token] ?? '',
  };
}

import { anything, count, optional, text } from '@manabi/errors';
import { type ComponentReader, readFields } from '../component.ts';
import { type Model, modelOf, type Token } from './model.ts';
import { knownToken, readVocabulary } from './vocabulary.ts';

const kinds = {
  unk_token: optional(text, '[UNK]'),
  continuing_subword_prefix: optional(text, '##'),
  max_input_chars_per_word: optional(count, 100),
  vocab: anything('an object'),
};

/**
 * Reads WordPiece, BERT's model: a word is split into the longest tokens from its start on. A word with a part that is
 * not in the vocabulary, or with too many characters, becomes the unknown token.
 *
 * @throws ManabiError `file` for invalid fields
 */
export const readWordPiece: ComponentReader<Model> = (given, path) => {
  const options = readFields(path, given, kinds);
  const { continuing_subword_prefix: prefix, max_input_chars_per_word: most } = options;
  const vocabulary = readVocabulary(options.vocab, path);
  const unknown = knownToken(vocabulary, options.unk_token, path);

  const longestToken = (characters: readonly string[], start: number): { token: Token; end: number } | null => {
    for (let end = characters.length; end > start; end--) {
      const text = (start > 0 ? prefix : '') + characters.slice(start, end).join('');
      const id = vocabulary.ids.get(text);
      if (id !== undefined) return { token: { id, text }, end };
    }
    return null;
  };

  return modelOf(vocabulary, (word) => {
    const characters = Array.from(word);
    if (characters.length > most) return [unknown];
    const tokens: Token[] = [];
    for (let start = 0; start < characters.length; ) {
      const found = longestToken(characters, start);
      if (found === null) return [unknown];
      tokens.push(found.token);
      start = found.end;
    }
    return tokens;
  });
};

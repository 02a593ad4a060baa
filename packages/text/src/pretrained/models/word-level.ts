import { anything, optional, text } from '@manabi/errors';
import { type ComponentReader, readFields } from '../component.ts';
import { type Model, modelOf } from './model.ts';
import { knownToken, readVocabulary } from './vocabulary.ts';

const kinds = { unk_token: optional(text, '<unk>'), vocab: anything('an object') };

/**
 * Reads a vocabulary of whole words; other words become the unknown token.
 *
 * @throws ManabiError `file` for invalid fields
 */
export const readWordLevel: ComponentReader<Model> = (given, path) => {
  const options = readFields(path, given, kinds);
  const vocabulary = readVocabulary(options.vocab, path);
  const unknown = knownToken(vocabulary, options.unk_token, path);
  return modelOf(vocabulary, (word) => {
    const id = vocabulary.ids.get(word);
    return [id === undefined ? unknown : { id, text: word }];
  });
};

import { isPlainObject } from '@manabi/errors/internal';
import { type ComponentReader, readTyped } from '../component.ts';
import { readBpe } from './bpe.ts';
import type { Model } from './model.ts';
import { readUnigram } from './unigram.ts';
import { readWordLevel } from './word-level.ts';
import { readWordPiece } from './word-piece.ts';

const readers: Readonly<Record<string, ComponentReader<Model>>> = {
  BPE: readBpe,
  WordPiece: readWordPiece,
  WordLevel: readWordLevel,
  Unigram: readUnigram,
};

/**
 * Reads the model of a tokenizer file. Old files of byte-pair encodings lack the field `type`.
 *
 * @throws ManabiError `file` for other types, and for fields that are invalid
 */
export function readModel(given: unknown): Model {
  const isOldBpe = isPlainObject(given) && given.type === undefined && 'merges' in given;
  return readTyped(readers, isOldBpe ? { ...given, type: 'BPE' } : given, 'model');
}

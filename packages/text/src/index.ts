export {
  type Analyzer,
  type HashFunction,
  type HashingOptions,
  hashingTrick,
  oneHot,
} from './hashing/hashing-trick.ts';
export type { Encoding } from './pretrained/encoding.ts';
export { type EncodingArrays, encodingArrays } from './pretrained/encoding-arrays.ts';
export type { PaddingOptions, TruncationOptions } from './pretrained/length-options.ts';
export {
  type DecodeOptions,
  type EncodeBatchOptions,
  type EncodeOptions,
  loadTokenizer,
  type PretrainedTokenizer,
  type PretrainedTokenizerOptions,
  readTokenizer,
} from './pretrained/pretrained-tokenizer.ts';
export type { PaddedDType } from './sequences/elements.ts';
export { type PadSequencesOptions, padSequences, type Sequence } from './sequences/pad-sequences.ts';
export { makeSamplingTable } from './sequences/sampling-table.ts';
export { type Skipgrams, type SkipgramsOptions, skipgrams } from './sequences/skipgrams.ts';
export { type ClassIndices, type ToCategoricalOptions, toCategorical } from './sequences/to-categorical.ts';
export { type TextOrTokens, Tokenizer, type TokenizerOptions } from './tokenizer/tokenizer.ts';
export { type TokenizerFromJsonOptions, tokenizerFromJson, tokenizerToJson } from './tokenizer/tokenizer-json.ts';
export type { MatrixMode } from './tokenizer/word-matrix.ts';
export { loadVocabulary } from './vocabulary/load-vocabulary.ts';
export { type NormalizeTextOptions, normalizeText } from './words/normalize-text.ts';
export { textToWordSequence } from './words/text-to-word-sequence.ts';
export type { WordOptions } from './words/word-options.ts';

// Functions run in Node and in the page of the test, where the exports are available as the global `texts`.
import '@manabi/backend-cpu/register';
import type { HostArray } from '@manabi/core';
import { layers, sequential } from '@manabi/layers';
import {
  type Encoding,
  loadTokenizer,
  normalizeText,
  padSequences,
  readTokenizer,
  Tokenizer,
  type TokenizerOptions,
  textToWordSequence,
  tokenizerFromJson,
  tokenizerToJson,
} from '@manabi/text';

/** Options of `textVectorization`, without those that are functions, which `evaluate` cannot pass. */
export interface VectorizationOptions {
  readonly outputMode?: 'tfIdf' | 'count';
  readonly maxTokens?: number;
  readonly padToMaxTokens?: boolean;
  readonly standardize?: 'lower' | null;
  readonly split?: 'character' | 'word';
  readonly locale?: string;
  readonly ngrams?: number;
  readonly outputSequenceLength?: number;
}

/** An array that `evaluate` can return. */
interface Plain {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

const plain = ({ shape, data }: HostArray): Plain => ({ shape: [...shape], data: Array.from(data) });

/** Encodings of texts by a `tokenizer.json`, and the texts of their indices. */
export interface PretrainedResult {
  readonly encodings: readonly Encoding[];
  readonly decoded: readonly string[];
}

/** Encodes and decodes texts with a `tokenizer.json`: its path on the server of the page, or its content. */
export async function pretrained(source: string | object, texts: readonly string[]): Promise<PretrainedResult> {
  const options = { truncation: null, padding: null };
  const tokenizer =
    typeof source === 'string'
      ? await loadTokenizer(new URL(source, location.href), options)
      : readTokenizer(source, options);
  const encodings = texts.map((text) => tokenizer.encode(text));
  return { encodings, decoded: encodings.map(({ ids }) => tokenizer.decode(ids)) };
}

/** Results of Keras's `Tokenizer` after it has learned texts. */
export interface KerasResult {
  readonly words: readonly (readonly [string, number])[];
  readonly sequences: readonly (readonly number[])[];
  readonly texts: readonly string[];
  readonly padded: Plain;
  readonly matrix: Plain;
  readonly json: string;
}

/** Learns the words of texts with Keras's `Tokenizer`, and converts further texts with a copy that is read from its JSON. */
export function keras(options: TokenizerOptions, texts: readonly string[], further: readonly string[]): KerasResult {
  const learned = new Tokenizer(options);
  learned.fitOnTexts(texts);
  const json = tokenizerToJson(learned);
  const tokenizer = tokenizerFromJson(json);
  const sequences = tokenizer.textsToSequences(further);
  return {
    words: [...tokenizer.wordIndex],
    sequences,
    texts: tokenizer.sequencesToTexts(sequences),
    padded: plain(padSequences(sequences, { maxlen: 12 })),
    matrix: plain(tokenizer.textsToMatrix(further, 'tfidf')),
    json,
  };
}

/** Segments sentences into words with `Intl.Segmenter`, after their letters and kana have been normalized. */
export function japanese(sentences: readonly string[]): string[][] {
  return sentences.map((sentence) => textToWordSequence(normalizeText(sentence), { split: 'word', locale: 'ja' }));
}

/** Learns the vocabulary of texts with `textVectorization`, and encodes further texts. */
export async function vectorized(
  options: VectorizationOptions,
  texts: readonly string[],
  further: readonly string[],
): Promise<{ vocabulary: string[]; encoded: Plain }> {
  const layer = layers.textVectorization(options);
  await layer.adapt(texts);
  return { vocabulary: layer.getVocabulary(), encoded: plain(layer.encode(further)) };
}

/** Trains a small network whose first layer is `textVectorization`, and returns its scores of further texts. */
export async function classified(
  options: VectorizationOptions,
  texts: readonly string[],
  labels: readonly number[],
  further: readonly string[],
): Promise<readonly number[]> {
  const vectorize = layers.textVectorization(options);
  await vectorize.adapt(texts);
  const model = sequential(
    [
      vectorize,
      layers.embedding({ inputDim: vectorize.vocabularySize, outputDim: 4 }),
      layers.globalAveragePooling1d(),
      layers.dense({ units: 1, activation: 'sigmoid' }),
    ],
    { seed: 3 },
  );
  model.compile({ optimizer: 'adam', loss: 'binaryCrossentropy' });
  await model.fit(texts, Float32Array.from(labels), { epochs: 5, batchSize: 4, verbose: 0 });
  return [...(await (await model.predict(further)).data())];
}

import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import {
  type ClassIndices,
  hashingTrick,
  type MatrixMode,
  makeSamplingTable,
  oneHot,
  type PadSequencesOptions,
  padSequences,
  skipgrams,
  Tokenizer,
  type TokenizerOptions,
  toCategorical,
  tokenizerFromJson,
  tokenizerToJson,
} from './index.ts';

/** Results of tf_keras; see tooling/goldens/text/keras_text.py. */
interface Golden {
  readonly texts: string[];
  readonly unseen: string[];
  readonly tokenizers: {
    readonly options: Record<string, unknown>;
    readonly words: [string, number][];
    readonly sequences: number[][];
    readonly texts: string[];
    readonly matrices: Record<MatrixMode, number[][]>;
    readonly json: string;
  }[];
  readonly onSequences: { readonly sequences: number[][]; readonly tfidf: number[][] };
  readonly onTokens: {
    readonly tokens: string[][];
    readonly words: [string, number][];
    readonly sequences: number[][];
  };
  readonly hashes: { readonly text: string; readonly n: number; readonly indices: number[] }[];
  readonly padded: {
    readonly inputs: number[][];
    readonly options: PadSequencesOptions;
    readonly shape: number[];
    readonly values: number[];
  }[];
  readonly categorical: {
    readonly labels: ClassIndices;
    readonly classes: number | null;
    readonly shape: number[];
    readonly values: number[];
  }[];
  readonly skipgrams: {
    readonly windowSize: number;
    readonly couples: [number, number][];
    readonly labels: number[];
  }[];
  readonly samplingTable: number[];
  readonly smallSamplingTable: number[];
}

const golden: Golden = JSON.parse(readFileSync(new URL('./goldens/keras.json', import.meta.url), 'utf8'));

/** Python's names of options in camel case. */
function inCamelCase(options: Record<string, unknown>): TokenizerOptions {
  const rename = (name: string): string => name.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());
  return Object.fromEntries(Object.entries(options).map(([name, value]) => [rename(name), value]));
}

/** Parses the config of a tokenizer, with the maps that Keras writes as JSON within JSON as sorted entries. */
function parsedConfig(json: string): unknown {
  const { class_name, config } = JSON.parse(json);
  const maps = Object.entries(config).map(([name, value]) => {
    const isMap = /^(word|index)_/.test(name) && typeof value === 'string';
    return [name, isMap ? Object.entries(JSON.parse(value)).sort() : value];
  });
  return { class_name, config: Object.fromEntries(maps) };
}

describe.each(golden.tokenizers)('Tokenizer with $options', (expected) => {
  const { texts, unseen } = golden;
  const tokenizer = new Tokenizer(inCamelCase(expected.options));
  tokenizer.fitOnTexts(texts.slice(0, 3));
  tokenizer.fitOnTexts(texts.slice(3));

  test('assigns the indices that Keras assigns, from 1 by frequency', () => {
    expect([...tokenizer.wordIndex]).toEqual(expected.words);
  });

  test('converts texts to sequences and back as Keras does', () => {
    const sequences = tokenizer.textsToSequences([...texts, ...unseen]);
    expect(sequences).toEqual(expected.sequences);
    expect(tokenizer.sequencesToTexts([...sequences, [0, 1, 2, 999]])).toEqual(expected.texts);
  });

  test.each<MatrixMode>(['binary', 'count', 'freq', 'tfidf'])('computes the %s matrix of Keras', (mode) => {
    const { shape, data } = tokenizer.textsToMatrix([...texts, ...unseen], mode);
    const rows = expected.matrices[mode];
    expect(shape).toEqual([rows.length, rows[0].length]);
    expect(data).toEqual(Float32Array.from(rows.flat()));
  });

  test('writes the JSON that Keras writes, and reads both', () => {
    const json = tokenizerToJson(tokenizer);
    expect(parsedConfig(json)).toEqual(parsedConfig(expected.json));
    for (const text of [json, expected.json]) {
      const copy = tokenizerFromJson(text);
      expect(copy.options).toEqual(tokenizer.options);
      expect([...copy.wordCounts]).toEqual([...tokenizer.wordCounts]);
      expect(copy.indexDocs).toEqual(tokenizer.indexDocs);
      expect(copy.textsToSequences([...texts, ...unseen])).toEqual(expected.sequences);
      copy.fitOnTexts([]);
      expect([...copy.wordIndex]).toEqual(expected.words);
    }
  });
});

test('fitOnSequences counts the sequences that contain an index', () => {
  const { sequences, tfidf } = golden.onSequences;
  const tokenizer = new Tokenizer({ numWords: 6 });
  tokenizer.fitOnSequences(sequences);
  expect(tokenizer.sequencesToMatrix(sequences, 'tfidf').data).toEqual(Float32Array.from(tfidf.flat()));
});

test('fitOnTexts uses lists of tokens as they are, except for their case', () => {
  const { tokens, words, sequences } = golden.onTokens;
  const tokenizer = new Tokenizer();
  tokenizer.fitOnTexts(tokens);
  expect([...tokenizer.wordIndex]).toEqual(words);
  expect(tokenizer.textsToSequences(tokens)).toEqual(sequences);
});

test.each(golden.hashes)('hashingTrick returns the md5 indices of Keras for $text and n = $n', (expected) => {
  expect(hashingTrick(expected.text, expected.n)).toEqual(expected.indices);
  expect(oneHot(expected.text, expected.n)).toEqual(expected.indices);
});

test.each(golden.padded)(
  'padSequences pads $inputs with $options as Keras does',
  ({ inputs, options, shape, values }) => {
    const padded = padSequences(inputs, options);
    expect(padded).toMatchObject({ dtype: options.dtype ?? 'int32', shape });
    expect([...padded.data]).toEqual(values);
  },
);

test.each(golden.categorical)('toCategorical encodes $labels as Keras does', ({ labels, classes, shape, values }) => {
  const encoded = toCategorical(labels, classes === null ? {} : { numClasses: classes });
  expect(encoded).toEqual({ dtype: 'float32', shape, data: Float32Array.from(values) });
});

test.each(golden.skipgrams)('skipgrams pairs words within $windowSize as Keras does', (expected) => {
  const { windowSize, couples, labels } = expected;
  const options = { windowSize, negativeSamples: 0, shuffle: false };
  expect(skipgrams([1, 0, 2, 3, 1, 4], 5, options)).toEqual({ couples, labels });
});

test('makeSamplingTable returns the probabilities of Keras', () => {
  const difference = (table: ArrayLike<number>, expected: readonly number[]): number =>
    Math.max(...expected.map((probability, i) => Math.abs(table[i] / probability - 1)));
  expect(difference(makeSamplingTable(50), golden.samplingTable)).toBeLessThan(1e-13);
  expect(difference(makeSamplingTable(10, 0.5), golden.smallSamplingTable)).toBeLessThan(1e-13);
});

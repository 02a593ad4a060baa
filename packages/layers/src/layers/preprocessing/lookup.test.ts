import { readFileSync } from 'node:fs';
import '@manabi/backend-cpu/register';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { type HostArray, setBackend, tensor } from '@manabi/core';
import { fromGenerator } from '@manabi/data';
import { adam } from '@manabi/optimizers';
import { layers, type Sequential, sequential } from '../../index.ts';

/** A case of real Keras; see tooling/goldens/text/lookup_layers.py. */
interface Case<Token> {
  readonly options: Readonly<Record<string, unknown>>;
  readonly adapts: boolean;
  readonly batches: boolean;
  readonly vocabulary: Token[];
  readonly plain: Token[];
  readonly shape: number[];
  readonly values: number[];
  readonly data?: never[];
  readonly inputs?: never[];
}

interface Golden {
  readonly data: Readonly<Record<string, never[]>>;
  readonly unseen: Readonly<Record<string, never[]>>;
  readonly TextVectorization: Case<string>[];
  readonly StringLookup: Case<string>[];
  readonly IntegerLookup: Case<number>[];
}

const golden: Golden = JSON.parse(readFileSync(new URL('../../goldens/lookup-layers.json', import.meta.url), 'utf8'));

beforeAll(() => setBackend('cpu'));

const toCamel = (name: string): string => name.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());

/** Converts the options of Keras, and their values that are words. */
function optionsOf({ options }: Case<unknown>): Record<string, never> {
  const isWord = (name: string): boolean => name === 'output_mode' || name === 'standardize';
  const entries = Object.entries(options).map(([name, value]) => [
    toCamel(name),
    isWord(name) && typeof value === 'string' ? toCamel(value) : value,
  ]);
  return Object.fromEntries(entries);
}

interface Lookup<Token> {
  adapt(data: unknown): Promise<void>;
  getVocabulary(options?: { includeSpecialTokens: boolean }): Token[];
}

async function adapted<L extends object>(layer: L, kind: string, given: Case<unknown>): Promise<L> {
  const data = given.data ?? golden.data[kind];
  const batches = [data.slice(0, 2), data.slice(2, 4), data.slice(4)];
  // The layers of this test have these methods, for the tokens of their cases.
  const lookup = layer as unknown as Lookup<unknown>;
  if (given.adapts) await lookup.adapt(given.batches ? new Set(batches) : data);
  expect(lookup.getVocabulary()).toEqual(given.vocabulary);
  expect(lookup.getVocabulary({ includeSpecialTokens: false })).toEqual(given.plain);
  return layer;
}

function expectValues({ shape, data }: HostArray, expected: Case<unknown>): void {
  expect(shape).toEqual(expected.shape);
  expected.values.forEach((value, i) => {
    expect(Math.abs(data[i] - value)).toBeLessThanOrEqual(2e-7 * Math.abs(value));
  });
}

test.each(golden.TextVectorization)('textVectorization with $options returns the result of Keras', async (expected) => {
  const layer = await adapted(layers.textVectorization(optionsOf(expected)), 'TextVectorization', expected);
  expectValues(layer.encode(golden.unseen.TextVectorization), expected);
});

test.each(golden.StringLookup)('stringLookup with $options returns the result of Keras', async (expected) => {
  const layer = await adapted(layers.stringLookup(optionsOf(expected)), 'StringLookup', expected);
  expectValues(layer.encode(expected.inputs ?? golden.unseen.StringLookup), expected);
});

test.each(golden.IntegerLookup)('integerLookup with $options returns the result of Keras', async (expected) => {
  const layer = await adapted(layers.integerLookup(optionsOf(expected)), 'IntegerLookup', expected);
  const x = tensor(expected.inputs ?? golden.unseen.IntegerLookup, { dtype: 'int32' });
  const y = layer.apply(x);
  expectValues({ dtype: y.dtype, shape: y.shape, data: await y.data() }, expected);
});

describe('models that take texts', () => {
  const texts = ['good film', 'bad film', 'good good', 'so bad'];
  const labels = [[1], [0], [1], [0]];

  async function classifier(outputSequenceLength: number | null): Promise<Sequential> {
    const vectorize = layers.textVectorization({ outputSequenceLength });
    await vectorize.adapt(texts);
    const model = sequential(
      [
        vectorize,
        layers.embedding({ inputDim: vectorize.vocabularySize, outputDim: 4 }),
        layers.globalAveragePooling1d(),
        layers.dense({ units: 1, activation: 'sigmoid' }),
      ],
      { seed: 1 },
    );
    model.compile({ optimizer: adam({ learningRate: 0.1 }), loss: 'binaryCrossentropy' });
    return model;
  }

  test.each([3, null])('fit, evaluate and predict take texts with outputSequenceLength %p', async (length) => {
    const model = await classifier(length);
    const { history } = await model.fit(texts, labels, { epochs: 30, verbose: 0, batchSize: 2 });
    expect(history.loss.at(-1)).toBeLessThan(0.3);
    const y = await model.predict(['good', 'bad bad bad bad bad']);
    const [[good], [bad]] = (await y.array()) as number[][];
    expect(good).toBeGreaterThan(0.5);
    expect(bad).toBeLessThan(0.5);
    await expect(model.evaluate(texts, labels, { verbose: 0 })).resolves.toBeDefined();
  });

  test('a dataset yields batches of texts', async () => {
    const model = await classifier(null);
    const batches = fromGenerator(function* () {
      yield [texts.slice(0, 2), labels.slice(0, 2)] as never;
      yield [texts.slice(2), labels.slice(2)] as never;
    });
    const { history } = await model.fit(batches as never, { epochs: 2, verbose: 0 });
    expect(history.loss.length).toBe(2);
  });

  test('an encoded array is passed on', async () => {
    const model = await classifier(3);
    const encoded = (model.layers[0] as ReturnType<typeof layers.textVectorization>).encode(texts);
    const [a, b] = await Promise.all([model.predict(texts), model.predict(encoded)]);
    expect(await a.data()).toEqual(await b.data());
  });

  test('texts for a model without a text layer are an error', async () => {
    const model = sequential([layers.dense({ units: 1, inputShape: [1] })]);
    await expect(model.predict([['a']])).rejects.toThrow(/start the model with layers\.textVectorization\(\)/);
  });
});

describe('traps of Keras', () => {
  test('textVectorization strips the apostrophe, lowers ASCII only, and pads and truncates at the end', async () => {
    const layer = layers.textVectorization({ outputSequenceLength: 3, vocabulary: ['dogs', 'É', 'a'] });
    expect([...layer.encode(["DOG's É", 'a a a a']).data]).toEqual([2, 3, 0, 4, 4, 4]);
    expect(layer.getVocabulary().slice(0, 2)).toEqual(['', '[UNK]']);
  });

  test('stringLookup has no mask token by default: index 0 stands for unknown tokens', () => {
    const encode = (options: object) => [
      ...layers.stringLookup({ vocabulary: ['a'], ...options }).encode(['', 'a', 'x']).data,
    ];
    expect(encode({})).toEqual([0, 1, 0]);
    expect(encode({ maskToken: '' })).toEqual([0, 2, 1]);
  });

  test('maxTokens counts the special tokens', async () => {
    const layer = layers.textVectorization({ maxTokens: 3 });
    await layer.adapt(['a a b']);
    expect(layer.getVocabulary()).toEqual(['', '[UNK]', 'a']);
  });
});

describe('beyond Keras', () => {
  test('splits Japanese', async () => {
    const layer = layers.textVectorization({ split: 'word', locale: 'ja', standardize: null });
    await layer.adapt(['猫が好き', '犬が好き']);
    expect([...layer.encode(['犬が猫']).data].every((index) => index > 1)).toBe(true);
  });

  test('calls functions', () => {
    const layer = layers.textVectorization({
      standardize: (text) => text.toUpperCase(),
      split: (text) => text.split('|'),
      vocabulary: ['A'],
    });
    expect([...layer.encode(['a|b']).data]).toEqual([2, 1]);
  });
});

describe('errors', () => {
  test.each<[string, () => unknown, RegExp]>([
    [
      'an unknown string without an index for it',
      () => layers.stringLookup({ vocabulary: ['a'], numOovIndices: 0 }).encode(['b']),
      /not in the vocabulary/,
    ],
    [
      'the path of a vocabulary',
      () => layers.textVectorization({ vocabulary: 'vocabulary.txt' as never }),
      /got "vocabulary\.txt"\. Read the file before: vocabulary: await text\.loadVocabulary/,
    ],
    ['repeated tokens', () => layers.stringLookup({ vocabulary: ['a', 'a'] }), /twice: \["a"\]/],
    ['a reserved token', () => layers.stringLookup({ vocabulary: ['a', ''], maskToken: '' }), /special token ""/],
    [
      'more tokens than maxTokens',
      () => layers.stringLookup({ vocabulary: ['a', 'b'], maxTokens: 2 }),
      /more than `maxTokens`/,
    ],
    ['an empty vocabulary', () => layers.stringLookup({ vocabulary: [] }), /is empty/],
    [
      'tfIdf without weights',
      () => layers.stringLookup({ vocabulary: ['a'], outputMode: 'tfIdf' }),
      /requires `idfWeights`/,
    ],
    [
      'an inverse encoding',
      () => layers.stringLookup({ invert: true, outputMode: 'count' }),
      /requires outputMode 'int'/,
    ],
    [
      'an inverse lookup of strings on tensors',
      () => layers.stringLookup({ vocabulary: ['a'], invert: true }).apply(tensor([1])),
      /Call decode\(indices\)/,
    ],
    [
      'an encoding without vocabulary',
      () => layers.stringLookup({ outputMode: 'count' }).encode(['a']),
      /no vocabulary/,
    ],
    ['integers without vocabulary', () => layers.integerLookup().apply(tensor([1])), /Call adapt\(\) first/],
    ['word splits without locale', () => layers.textVectorization({ split: 'word' }), /require each other/],
    [
      'a length of encodings',
      () => layers.textVectorization({ outputMode: 'count', outputSequenceLength: 2 }),
      /requires outputMode 'int'/,
    ],
    [
      'several texts per row',
      () => layers.textVectorization({ vocabulary: ['a'] }).encode([['a', 'b']]),
      /rows \[n, 1\]/,
    ],
    [
      'numbers as texts',
      () => layers.textVectorization({ vocabulary: ['a'] }).encode([1] as never),
      /must be a string/,
    ],
    ['ragged rows', () => layers.stringLookup({ vocabulary: ['a'] }).encode([['a'], ['a', 'a']]), /same length/],
  ])('rejects %s', (_, run, message) => {
    expect(run).toThrow(message);
  });

  test('asks for an array if predict is called with one text', async () => {
    const vectorize = layers.textVectorization({ vocabulary: ['a'], outputSequenceLength: 2 });
    const model = sequential([vectorize, layers.embedding({ inputDim: 3, outputDim: 1 })]);
    await expect(model.predict('a' as never)).rejects.toThrow(
      '`texts` must be an array of texts; got "a". Put it in an array: [text].',
    );
  });

  test('rejects arrays that contain themselves', async () => {
    const endless: never[] = [];
    endless.push(endless as never);
    expect(() => layers.stringLookup({ vocabulary: ['a'] }).encode(endless)).toThrow(/at most 32 levels/);
    const model = sequential([layers.textVectorization({ vocabulary: ['a'] })]);
    await expect(model.predict(endless)).rejects.toThrow(/nested/);
  });

  test('rejects adapting to nothing, and a layer whose vocabulary was given', async () => {
    await expect(layers.stringLookup().adapt([])).rejects.toThrow(/no tokens/);
    await expect(layers.stringLookup({ vocabulary: ['a'] }).adapt(['b'])).rejects.toThrow(/was given as an option/);
  });

  test('rejects a vocabulary of another size once the columns of an encoding are fixed', async () => {
    const layer = layers.integerLookup({ outputMode: 'count' });
    await layer.adapt([1, 2, 2]);
    layer.apply(tensor([[1]], { dtype: 'int32' }));
    await expect(layer.adapt([1, 2, 3])).rejects.toThrow(/cannot change after the first call/);
    await layer.adapt([7, 8]);
    expect(await layer.apply(tensor([[8]], { dtype: 'int32' })).array()).toEqual([[0, 1, 0]]);
  });

  test('keeps the vocabulary if another one has as many integers as the old one with special tokens', async () => {
    const layer = layers.integerLookup({ vocabulary: [1, 2, 3] });
    layer.apply(tensor([1], { dtype: 'int32' }));
    expect(() => layer.setVocabulary([5, 6, 7, 8])).toThrow(/cannot change after the first call; got 4/);
    expect(layer.getVocabulary()).toEqual([-1, 1, 2, 3]);
    expect(await layer.apply(tensor([3, 5], { dtype: 'int32' })).array()).toEqual([3, 0]);
    layer.setVocabulary([-1, 5, 6, 7]);
    expect(await layer.apply(tensor([3, 5], { dtype: 'int32' })).array()).toEqual([0, 1]);
  });
});

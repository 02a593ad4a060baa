import { readFileSync } from 'node:fs';
import '@manabi/backend-cpu/register';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { fromHost, type HostArray, jit, tensor } from '@manabi/core';
import { clearSession, input, layers, model, sequential } from '../../../index.ts';

/** A case of real Keras; see tooling/goldens/text/hash_layers.py. */
interface Case {
  readonly layer: 'Hashing' | 'HashedCrossing' | 'StringLookup' | 'IntegerLookup';
  readonly options: Readonly<Record<string, unknown>>;
  readonly inputs: never[];
  readonly shape: number[];
  readonly values: number[];
}

const { cases }: { cases: Case[] } = JSON.parse(
  readFileSync(new URL('../../../goldens/hash-layers.json', import.meta.url), 'utf8'),
);

beforeEach(clearSession);

const toCamel = (name: string): string => name.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());

/** Converts the options of Keras, and the output mode, which is a word. */
const optionsOf = ({ options }: Case) =>
  Object.fromEntries(
    Object.entries(options).map(([name, value]) => [
      toCamel(name),
      name === 'output_mode' ? toCamel(String(value)) : value,
    ]),
  ) as never;

const isStrings = (values: unknown): boolean =>
  Array.isArray(values) ? isStrings(values[0]) : typeof values === 'string';

const titled = (layer: Case['layer']) =>
  cases
    .filter((given) => given.layer === layer)
    .map((given) => ({
      ...given,
      title: `${JSON.stringify(given.options)} of ${JSON.stringify(given.inputs).slice(0, 30)}`,
    }));

function expectValues({ shape, data, dtype }: HostArray, expected: Case): void {
  expect(shape).toEqual(expected.shape);
  expect([...data]).toEqual(expected.values);
  expect(dtype).toBe((expected.options.output_mode ?? 'int') === 'int' ? 'int32' : 'float32');
}

const hostOf = async (x: ReturnType<typeof tensor>): Promise<HostArray> => ({
  dtype: x.dtype,
  shape: x.shape,
  data: await x.data(),
});

describe('hashing', () => {
  test.each(titled('Hashing'))('$title returns the bins of Keras', async (expected) => {
    const layer = layers.hashing(optionsOf(expected));
    expectValues(layer.encode(expected.inputs), expected);
    const x = isStrings(expected.inputs)
      ? fromHost(layer.encodeInput(expected.inputs))
      : tensor(expected.inputs, { dtype: 'int32' });
    const run = jit((given: typeof x) => layer.apply(given));
    expectValues(await hostOf(await run(x)), expected);
  });
});

describe('hashedCrossing', () => {
  test.each(titled('HashedCrossing'))('$title returns the bins of Keras', async (expected) => {
    const layer = layers.hashedCrossing(optionsOf(expected));
    expectValues(layer.encode(expected.inputs), expected);
    const columns = expected.inputs.map((column) =>
      isStrings(column) ? fromHost(layer.encodeInput(column)) : tensor(column, { dtype: 'int32' }),
    );
    expectValues(await hostOf(layer.apply(columns)), expected);
  });
});

describe('lookups with several indices for unknown tokens', () => {
  test.each(titled('StringLookup'))('stringLookup with $title returns the indices of Keras', (expected) => {
    expectValues(layers.stringLookup(optionsOf(expected)).encode(expected.inputs), expected);
  });

  test.each(titled('IntegerLookup'))('integerLookup with $title returns the indices of Keras', async (expected) => {
    const layer = layers.integerLookup(optionsOf(expected));
    expectValues(await hostOf(layer.apply(tensor(expected.inputs, { dtype: 'int32' }))), expected);
  });
});

describe('models that hash', () => {
  const cities = [['Kyoto'], ['Nara'], ['Kyoto'], ['京都']];
  const hours = tensor([[1], [2], [3], [1]], { dtype: 'int32' });

  test('a functional model takes strings and integers, and shares an input among layers that hash', async () => {
    const city = layers.stringInput({ name: 'city' });
    const hour = input({ shape: [1], dtype: 'int32', name: 'hour' });
    const hashing = layers.hashing({ numBins: 50, maskValue: 'Nara' });
    const crossing = layers.hashedCrossing({ numBins: 1000 });
    const outputs = [hashing.apply(city), layers.hashing({ numBins: 7 }).apply(hour), crossing.apply([city, hour])];
    expect(outputs.map(({ shape }) => shape)).toEqual([1, 2, 3].map(() => [null, 1]));
    const network = model({ inputs: [city, hour], outputs });
    const [bins, ofHours, crossed] = await network.predictAll([cities, hours]);
    const integers = [[1], [2], [3], [1]];
    expect([...(await bins.data())]).toEqual([...hashing.encode(cities).data]);
    expect([...(await ofHours.data())]).toEqual([...layers.hashing({ numBins: 7 }).encode(integers).data]);
    expect([...(await crossed.data())]).toEqual([...crossing.encode([cities, integers]).data]);
    expect((await bins.data())[1]).toBe(0);
  });

  test.each([
    [
      'strings',
      [
        ['a', 'b'],
        ['c', 'a'],
      ],
    ],
    [
      'integers',
      tensor(
        [
          [1, 2],
          [3, 1],
        ],
        { dtype: 'int32' },
      ),
    ],
  ] as const)('a sequential model trains on %s', async (_, x) => {
    const layersOf = [layers.hashing({ numBins: 10 }), layers.embedding({ inputDim: 10, outputDim: 2 })];
    const network = sequential([...layersOf, layers.flatten(), layers.dense({ units: 1 })], { seed: 1 });
    network.compile({ optimizer: 'adam', loss: 'meanSquaredError' });
    const { history } = await network.fit(x as never, [[1], [0]], { epochs: 3, verbose: 0 });
    expect(history.loss[2]).toBeLessThan(history.loss[0]);
    expect((await network.predict(x as never)).shape).toEqual([2, 1]);
  });

  test('two layers with different salts cannot share an input of strings', async () => {
    const city = layers.stringInput();
    const outputs = [1, 2].map((salt) => layers.hashing({ numBins: 5, salt }).apply(city));
    await expect(model({ inputs: city, outputs }).predict(cities)).rejects.toMatchObject({ code: 'argument' });
  });
});

describe('errors', () => {
  test.each<[string, () => unknown, { code: string; data?: object }]>([
    ['no bins', () => layers.hashing({ numBins: 0 }), { code: 'argument', data: { name: 'numBins' } }],
    ['three salts', () => layers.hashing({ numBins: 2, salt: [1, 2, 3] }), { code: 'argument' }],
    [
      'a mask of another type',
      () => layers.hashing({ numBins: 2, maskValue: 'a' }).encode([1]),
      { code: 'argument', data: { type: 'number' } },
    ],
    [
      'a mask of another type in a tensor',
      () => layers.hashing({ numBins: 2, maskValue: 'a' }).apply(tensor([1], { dtype: 'int32' })),
      { code: 'argument', data: { type: 'number' } },
    ],
    ['fractions', () => layers.hashing({ numBins: 2 }).encode([0.5]), { code: 'argument' }],
    ['strings and integers', () => layers.hashing({ numBins: 2 }).encode(['a', 1] as never), { code: 'argument' }],
    ['one column', () => layers.hashedCrossing({ numBins: 2 }).encode([['a']]), { code: 'shape' }],
    [
      'columns of other shapes',
      () => layers.hashedCrossing({ numBins: 2 }).apply([1, [1]].map((x) => tensor([x], { dtype: 'int32' }))),
      { code: 'shape' },
    ],
    // Numbers in nested arrays become float32, in which 123456789 is 123456792.
    [
      'floats',
      () => layers.hashing({ numBins: 2 }).apply(tensor([[123456789]])),
      { code: 'dtype', data: { dtype: 'float32' } },
    ],
    [
      'inputs of floats',
      () => layers.hashedCrossing({ numBins: 2 }).apply([input({ shape: [1] }), layers.stringInput()]),
      { code: 'dtype', data: { dtype: 'float32' } },
    ],
    ['unsigned integers', () => layers.hashing({ numBins: 2 }).apply(tensor(Uint32Array.of(1, 2))), { code: 'dtype' }],
    [
      'a salt of remainders',
      () => layers.integerLookup({ vocabulary: [1], numOovIndices: 2, salt: 1 }),
      { code: 'argument', data: { salt: [1, 1] } },
    ],
  ])('rejects %s', (_, run, { code, data = {} }) => {
    expect(run).toThrow(expect.objectContaining({ code, data: expect.objectContaining(data) }));
  });
});

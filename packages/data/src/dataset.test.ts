import { describe, expect, test } from '@jest/globals';
import { type HostArray, hostArray } from '@manabi/ir';
import { randomSource } from '@manabi/testing';
import { type Dataset, fromGenerator, fromTensorSlices, zip } from './index.ts';

/** A dataset of the numbers 0 to `count - 1`, generated one by one. */
const counted = (count: number) =>
  fromGenerator(
    function* () {
      for (let i = 0; i < count; i++) yield i;
    },
    { cardinality: count },
  );

/** A dataset of the numbers 0 to `count - 1`, as rows of an array. */
const rows = (count: number) =>
  fromTensorSlices(
    hostArray(
      'float32',
      [count],
      Float32Array.from({ length: count }, (_, i) => i),
    ),
  );

const floats = (shape: readonly number[]) => {
  const size = shape.reduce((a, b) => a * b, 1);
  return hostArray(
    'float32',
    shape,
    Float32Array.from({ length: size }, (_, i) => i),
  );
};

/** Returns the numbers in a dataset created by `rows`. */
const valuesOf = async (dataset: ReturnType<typeof rows>) => (await dataset.toArray()).map(({ data }) => data[0]);

describe('fromTensorSlices', () => {
  test('yields the rows of an array', async () => {
    expect(await fromTensorSlices(floats([2, 3])).toArray()).toEqual([
      hostArray('float32', [3], Float32Array.of(0, 1, 2)),
      hostArray('float32', [3], Float32Array.of(3, 4, 5)),
    ]);
  });

  test('preserves the structure of nested objects and tuples', async () => {
    const x = floats([2, 2]);
    const y = hostArray('uint8', [2], Uint8Array.of(7, 8));
    const [, second] = await fromTensorSlices({ inputs: [x, { again: x }], y }).toArray();
    const row = hostArray('float32', [2], Float32Array.of(2, 3));
    expect(second).toEqual({ inputs: [row, { again: row }], y: hostArray('uint8', [], Uint8Array.of(8)) });
    expect(second.inputs[1].again.data[0] + second.y.data[0]).toBe(10);
  });

  test('can be iterated repeatedly, also by several readers at once', async () => {
    const dataset = rows(5);
    const [first, second] = [dataset.iterate(), dataset.iterate()];
    await first.next();
    expect((await second.next()).value?.data[0]).toBe(0);
    expect(await valuesOf(dataset)).toEqual([0, 1, 2, 3, 4]);
  });

  test('rejects arrays with different numbers of rows, and reports their shapes', () => {
    expect(() => fromTensorSlices({ x: floats([3, 2]), y: floats([4]) })).toThrow(
      expect.objectContaining({
        code: 'shape',
        op: 'fromTensorSlices',
        data: { shapes: { '.x': [3, 2], '.y': [4] } },
      }),
    );
  });

  test.each([
    [
      'arrays without rows',
      () => fromTensorSlices(floats([0, 28])),
      { code: 'data', data: { shapes: { '': [0, 28] } } },
    ],
    ['a structure without arrays', () => fromTensorSlices({}), { code: 'data' }],
    ['a scalar', () => fromTensorSlices([floats([])]), { code: 'shape', data: { shapes: { '[0]': [] } } }],
  ])('rejects %s', (_, make, error) => {
    expect(make).toThrow(expect.objectContaining(error));
  });

  test('rejects values other than arrays, at compile time and at run time', () => {
    // @ts-expect-error: a number is not an array
    expect(() => fromTensorSlices({ x: 1 })).toThrow(
      expect.objectContaining({ code: 'argument', data: { path: '.x', value: 'the number 1' } }),
    );
  });

  test('converts typed arrays, nested arrays, strings and tuples of them', async () => {
    const [element] = await fromTensorSlices({
      typed: Int32Array.of(1, 2),
      nested: [
        [1, 2],
        [3, 4],
      ],
      flags: [true, false],
      names: ['a', 'b'],
      pair: [Uint8Array.of(1, 2), floats([2])],
    }).toArray();
    expect(element).toEqual({
      typed: hostArray('int32', [], Int32Array.of(1)),
      nested: hostArray('float32', [2], Float32Array.of(1, 2)),
      flags: hostArray('bool', [], Uint8Array.of(1)),
      names: 'a',
      pair: [hostArray('uint8', [], Uint8Array.of(1)), hostArray('float32', [], Float32Array.of(0))],
    });
    const name: string = element.names;
    expect(name).toBe('a');
  });

  test('converts a list of records to columns, and batches them with strings', async () => {
    const records = [
      { age: 31, name: 'Ada', member: true },
      { age: 42, name: 'Bo', member: false },
    ];
    const dataset = fromTensorSlices(records);
    const [batch] = await dataset.shuffle(2, { seed: 3 }).batch(2).toArray();
    const order = [...batch.age.data];
    expect(order.slice().sort()).toEqual([31, 42]);
    expect(batch.name).toEqual(order.map((age) => (age === 31 ? 'Ada' : 'Bo')));
    expect(batch.member).toMatchObject({ dtype: 'bool', shape: [2] });
  });

  test.each<[string, () => unknown]>([
    ['nested arrays of different lengths', () => fromTensorSlices([[1, 2], [3]])],
    ['numbers and booleans', () => fromTensorSlices([1, true])],
    ['records with other fields', () => fromTensorSlices([{ a: 1 }, Object.fromEntries([['b', 1]])])],
    ['records with other types', () => fromTensorSlices([{ a: 1 }, { a: 'x' }])],
  ])('rejects %s', (_, make) => {
    expect(make).toThrow(expect.objectContaining({ code: 'argument', op: 'fromTensorSlices' }));
  });

  test('reads tensors once, in the first iteration', async () => {
    let reads = 0;
    const tensor = {
      dtype: 'float32' as const,
      shape: [3, 2],
      data: async () => {
        reads++;
        return Float32Array.of(0, 1, 2, 3, 4, 5);
      },
    };
    const dataset = fromTensorSlices({ x: tensor, y: [7, 8, 9] });
    expect(dataset.cardinality).toBe(3);
    expect(reads).toBe(0);
    const [first, second] = await Promise.all([dataset.batch(2).toArray(), dataset.toArray()]);
    expect(first[1]).toEqual({
      x: hostArray('float32', [1, 2], Float32Array.of(4, 5)),
      y: hostArray('float32', [1], Float32Array.of(9)),
    });
    expect(second.length).toBe(3);
    expect(reads).toBe(1);
    expect(() => fromTensorSlices({ x: tensor, y: [1] })).toThrow(expect.objectContaining({ code: 'shape' }));
  });

  test('accepts objects whose type is an interface', async () => {
    interface Labelled {
      readonly images: HostArray;
      readonly labels: HostArray;
    }
    const labelled: Labelled = { images: floats([2, 3]), labels: floats([2]) };
    const [batch] = await fromTensorSlices(labelled).batch(2).toArray();
    const images: HostArray = batch.images;
    expect(images.shape).toEqual([2, 3]);
  });
});

describe('fromGenerator', () => {
  test.each([
    ['a generator', () => counted(3)],
    ['an array', () => fromGenerator(() => [0, 1, 2])],
    ['a promise of an array', () => fromGenerator(async () => [0, 1, 2])],
    [
      'an asynchronous generator',
      () =>
        fromGenerator(async function* () {
          yield* [0, 1, 2];
        }),
    ],
  ])('accepts a function that returns %s, and calls it once per iteration', async (_, make) => {
    const dataset: Dataset<number> = make();
    expect(await dataset.toArray()).toEqual([0, 1, 2]);
    expect(await dataset.toArray()).toEqual([0, 1, 2]);
  });

  test('reports the index of the element at which the source failed', async () => {
    const cause = new Error('line too long');
    const dataset = fromGenerator(function* () {
      yield 1;
      throw cause;
    });
    await expect(dataset.map((x) => x).toArray()).rejects.toMatchObject({
      code: 'data',
      cause,
      data: { index: 1, stage: 'fromGenerator', pipeline: 'fromGenerator' },
    });
  });

  test('rejects a function whose result is not iterable', async () => {
    // @ts-expect-error: a number is not iterable
    await expect(fromGenerator(() => 5).toArray()).rejects.toMatchObject({ code: 'data', data: { index: 0 } });
    // @ts-expect-error: undefined is not iterable
    await expect(fromGenerator(() => {}).toArray()).rejects.toMatchObject({
      code: 'data',
      cause: { code: 'argument', data: { given: 'undefined' } },
    });
  });

  test.each([[[1, 2]], [counted(3)], [undefined], [Promise.resolve([1])]])('rejects %p as a source', (source) => {
    expect(() => Reflect.apply(fromGenerator, null, [source])).toThrow(
      expect.objectContaining({ code: 'argument', op: 'fromGenerator' }),
    );
  });
});

describe('map and filter', () => {
  test('accept synchronous and asynchronous functions, and pass the index of the element to them', async () => {
    expect(
      await counted(4)
        .map((x, { index }) => x * 10 + index)
        .toArray(),
    ).toEqual([0, 11, 22, 33]);
    expect(
      await counted(4)
        .map(async (x) => `${x}`)
        .toArray(),
    ).toEqual(['0', '1', '2', '3']);
    expect(
      await counted(6)
        .filter((x) => x % 2 === 1)
        .toArray(),
    ).toEqual([1, 3, 5]);
    expect(
      await counted(6)
        .filter(async (x) => x > 3)
        .toArray(),
    ).toEqual([4, 5]);
  });

  test.each([1, 4])(
    'report the index of the element that failed and the failing stage, with parallel: %p',
    async (parallel) => {
      const cause = new RangeError('no image');
      const dataset = rows(10)
        .skip(2)
        .map(
          async ({ data }) => {
            if (data[0] === 7) throw cause;
            return data[0];
          },
          { parallel },
        );
      const seen: number[] = [];
      const reading = async () => {
        for await (const value of dataset.prefetch(2)) seen.push(value);
      };
      await expect(reading()).rejects.toMatchObject({
        name: 'ManabiError',
        code: 'data',
        cause,
        data: { index: 5, stage: 'map', pipeline: 'fromTensorSlices → skip → map' },
      });
      expect(seen).toEqual([2, 3, 4, 5, 6]);
    },
  );

  test('filter reports the index of the failed element', async () => {
    const failing = counted(3).filter((x) => {
      if (x === 2) throw new Error('odd');
      return true;
    });
    await expect(failing.toArray()).rejects.toMatchObject({ data: { index: 2, stage: 'filter' } });
  });
});

describe('shuffle', () => {
  test('yields each element once, in an order determined by the seed', async () => {
    const order = await valuesOf(rows(100).shuffle(100, { seed: 1 }));
    expect(order.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, i) => i));
    expect(order).not.toEqual(order.toSorted((a, b) => a - b));
    expect(await valuesOf(rows(100).shuffle(100, { seed: 1 }))).toEqual(order);
    expect(await valuesOf(rows(100).shuffle(Infinity, { seed: 1 }))).toEqual(order);
    expect(await valuesOf(rows(100).shuffle(100, { seed: 2 }))).not.toEqual(order);
    expect(await valuesOf(rows(100).shuffle(100, { seed: -1 }))).not.toEqual(order);
  });

  test('produces the same order for a seed in every version of this package', async () => {
    expect(await valuesOf(rows(10).shuffle(10, { seed: 42 }))).toEqual([1, 4, 0, 2, 5, 8, 6, 3, 7, 9]);
  });

  test('uses a new order in each iteration, unless reshuffleEachIteration is false', async () => {
    const dataset = rows(50).shuffle(50, { seed: 1 });
    const [first, second] = [await valuesOf(dataset), await valuesOf(dataset)];
    expect(first).not.toEqual(second);
    const again = rows(50).shuffle(50, { seed: 1 }).repeat(2);
    expect(await valuesOf(again)).toEqual([...first, ...second]);
    const steady = rows(50).shuffle(50, { seed: 1, reshuffleEachIteration: false });
    expect(await valuesOf(steady)).toEqual(first);
    expect(await valuesOf(steady)).toEqual(first);
  });

  test('uses different orders for two datasets without a seed', async () => {
    expect(await valuesOf(rows(100).shuffle(100))).not.toEqual(await valuesOf(rows(100).shuffle(100)));
  });

  test('moves no element forward by more than the buffer size', async () => {
    const order = await valuesOf(rows(200).shuffle(10, { seed: 3 }));
    expect(order.every((value, index) => value < index + 10)).toBe(true);
    expect(order.some((value, index) => value !== index)).toBe(true);
    expect(await valuesOf(rows(20).shuffle(1))).toEqual(Array.from({ length: 20 }, (_, i) => i));
  });

  test('produces every order of three elements with equal probability', async () => {
    const counts = new Map<string, number>();
    const dataset = rows(3).shuffle(3, { seed: 5 });
    for (let trial = 0; trial < 3000; trial++) {
      const order = (await valuesOf(dataset)).join('');
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    // Each of the six orders is expected 500 times, with a standard deviation of 20.
    expect([...counts.values()].every((count) => count > 400 && count < 600)).toBe(true);
    expect(counts.size).toBe(6);
  });

  test('produces the same order for rows of arrays as for elements of a generator', async () => {
    const random = randomSource(9);
    for (let trial = 0; trial < 50; trial++) {
      const count = random.integer(1, 40);
      const [buffer, skipped, taken] = [random.integer(1, 50), random.integer(0, 5), random.integer(0, 40)];
      const pipeline = <T>(dataset: Dataset<T>) =>
        dataset.shuffle(buffer, { seed: trial }).skip(skipped).take(taken).shuffle(3, { seed: 1 });
      const values = await valuesOf(pipeline(rows(count)));
      expect(values).toEqual(await pipeline(counted(count)).toArray());
    }
  });
});

describe('batch', () => {
  test('stacks rows, numbers, booleans and strings, and preserves their structure', async () => {
    const [first, last] = await counted(5)
      .map((x) => ({ x: floats([2]), pair: [x, x % 2 === 0] as const, text: `${x}` }))
      .batch(3)
      .toArray();
    expect(first.x).toEqual(hostArray('float32', [3, 2], Float32Array.of(0, 1, 0, 1, 0, 1)));
    expect(first.pair).toEqual([
      hostArray('float32', [3], Float32Array.of(0, 1, 2)),
      hostArray('bool', [3], Uint8Array.of(1, 0, 1)),
    ]);
    expect(first.text).toEqual(['0', '1', '2']);
    expect(last.x.shape).toEqual([2, 2]);
  });

  test('stacks typed arrays as vectors', async () => {
    const [batch] = await fromGenerator(() => [Int32Array.of(1, 2), Int32Array.of(3, 4)])
      .batch(2)
      .toArray();
    expect(batch).toEqual(hostArray('int32', [2, 2], Int32Array.of(1, 2, 3, 4)));
  });

  test('yields or drops the last, smaller batch', async () => {
    const shapes = async (dataset: Dataset<{ shape: readonly number[] }>) =>
      (await dataset.toArray()).map(({ shape }) => shape[0]);
    for (const dataset of [rows(10), counted(10)]) {
      expect(await shapes(dataset.batch(4))).toEqual([4, 4, 2]);
      expect(await shapes(dataset.batch(4, { dropRemainder: true }))).toEqual([4, 4]);
      expect(await shapes(dataset.batch(100))).toEqual([10]);
      expect(await shapes(dataset.batch(5))).toEqual([5, 5]);
    }
  });

  test('produces the same batches for rows of arrays as for other elements', async () => {
    const random = randomSource(4);
    for (let trial = 0; trial < 50; trial++) {
      const count = random.integer(1, 30);
      const slices = {
        x: hostArray('float32', [count, 2, 3], random.float32Array(count * 6)),
        y: hostArray('int32', [count], random.int32Array(count, -9, 9)),
        empty: hostArray('uint8', [count, 0], new Uint8Array(0)),
      };
      const pipeline = <T>(dataset: Dataset<T>) => dataset.shuffle(20, { seed: trial }).repeat(2).skip(1);
      const size = random.integer(1, 2 * count + 2);
      const options = { dropRemainder: trial % 2 === 0 };
      const fast = await pipeline(fromTensorSlices(slices)).batch(size, options).toArray();
      const slow = await pipeline(fromTensorSlices(slices).map((row) => row))
        .batch(size, options)
        .toArray();
      expect(fast).toEqual(slow);
    }
  });

  test('copies rows into new memory, while single rows share memory with their array', async () => {
    const x = floats([4, 2]);
    for await (const batch of fromTensorSlices(x).batch(4)) batch.data.fill(-1);
    expect(x.data[3]).toBe(3);
    const [row] = await fromTensorSlices(x).toArray();
    expect(row.data.buffer).toBe(x.data.buffer);
  });

  test('adds a second batch axis to a dataset of batches', async () => {
    const [batch] = await rows(6).batch(2).batch(3).toArray();
    expect(batch).toEqual(hostArray('float32', [3, 2], Float32Array.of(0, 1, 2, 3, 4, 5)));
  });

  test('reports the index of an element with a different shape, and both shapes', async () => {
    const ragged = counted(10).map((x) => ({ image: floats([x === 7 ? 3 : 2, 2]) }));
    await expect(ragged.batch(4).toArray()).rejects.toMatchObject({
      code: 'data',
      data: {
        index: 7,
        stage: 'batch',
        path: '.image',
        shapes: [
          [2, 2],
          [3, 2],
        ],
      },
    });
  });

  test.each<[string, readonly unknown[], number]>([
    ['elements of different dtypes', [floats([1]), hostArray('int32', [1], Int32Array.of(1))], 1],
    ['elements of different structures', [{ x: 1 }, { y: 1 }], 1],
    ['an element with an extra field', [{ x: 1 }, { x: 1, y: 1 }], 1],
    ['tuples of different lengths', [[1, 2], [1]], 1],
    ['a string in a batch of numbers', [1, 'two'], 1],
    ['a number in a batch of strings', ['one', 2], 1],
    ['undefined as an element', [undefined], 0],
    ['a date as an element', [new Date(0)], 0],
  ])('rejects %s', async (_, elements, index) => {
    const dataset: Dataset<unknown> = fromGenerator(() => elements);
    await expect(dataset.batch(4).toArray()).rejects.toMatchObject({ code: 'data', data: { index, stage: 'batch' } });
  });
});

describe('unbatch', () => {
  test('splits batches into elements', async () => {
    const batches = counted(5)
      .map((x) => ({ x: floats([2]), y: x, text: `${x}` }))
      .batch(2);
    const elements = await batches.unbatch().toArray();
    expect(elements.map(({ y, text }) => [y.shape, y.data[0], text])).toEqual(
      [0, 1, 2, 3, 4].map((y) => [[], y, `${y}`]),
    );
    expect(elements[3].x).toEqual(floats([2]));
  });

  test('returns the elements that batch stacked', async () => {
    const slices = { x: floats([7, 2]), y: floats([7]) };
    const dataset = fromTensorSlices(slices);
    expect(await dataset.batch(3).unbatch().toArray()).toEqual(await dataset.toArray());
  });

  test('rejects batches whose arrays have different numbers of rows, and scalars', async () => {
    const uneven = fromGenerator(() => [{ x: floats([2]), y: floats([3]) }]);
    await expect(uneven.unbatch().toArray()).rejects.toMatchObject({ data: { index: 0, stage: 'unbatch' } });
    await expect(rows(3).unbatch().toArray()).rejects.toMatchObject({ data: { index: 0, stage: 'unbatch' } });
  });
});

describe('take, skip, repeat, concatenate, enumerate, zip', () => {
  test('select and combine rows and other elements', async () => {
    expect(await counted(5).take(3).toArray()).toEqual([0, 1, 2]);
    expect(await valuesOf(rows(5).take(3))).toEqual([0, 1, 2]);
    expect(await counted(5).take(0).toArray()).toEqual([]);
    expect(await valuesOf(rows(5).take(9))).toEqual([0, 1, 2, 3, 4]);
    expect(await counted(5).skip(3).toArray()).toEqual([3, 4]);
    expect(await valuesOf(rows(5).skip(3))).toEqual([3, 4]);
    expect(await counted(2).repeat(3).toArray()).toEqual([0, 1, 0, 1, 0, 1]);
    expect(await valuesOf(rows(2).repeat().skip(1).take(4))).toEqual([1, 0, 1, 0]);
    expect(await counted(2).repeat(0).toArray()).toEqual([]);
    expect(await counted(2).concatenate(counted(3).map(String)).toArray()).toEqual([0, 1, '0', '1', '2']);
    expect(await counted(3).map(String).enumerate(5).toArray()).toEqual([
      [5, '0'],
      [6, '1'],
      [7, '2'],
    ]);
  });

  test('zip keeps the structure and ends with the shortest dataset', async () => {
    const zipped = await zip({ a: counted(3), b: [counted(2), counted(9).map(String)] }).toArray();
    expect(zipped).toEqual([
      { a: 0, b: [0, '0'] },
      { a: 1, b: [1, '1'] },
    ]);
    expect(zipped[1].a + zipped[1].b[1].length).toBe(2);
    expect(() => zip([])).toThrow(expect.objectContaining({ code: 'argument' }));
  });

  test('repeat rejects an empty dataset instead of searching forever', async () => {
    const empty = counted(3).filter(() => false);
    await expect(empty.repeat().toArray()).rejects.toMatchObject({ code: 'data' });
    await expect(
      counted(3)
        .filter(() => false)
        .repeat()
        .take(1)
        .toArray(),
    ).rejects.toMatchObject({
      code: 'data',
      op: 'repeat',
    });
  });

  test('take reads no further than necessary', async () => {
    let made = 0;
    const dataset = fromGenerator(function* () {
      while (true) yield made++;
    });
    expect(await dataset.take(3).toArray()).toEqual([0, 1, 2]);
    expect(made).toBe(3);
  });
});

describe('cardinality', () => {
  test('is a number, infinite or unknown', () => {
    const unknown = fromGenerator(() => [1]);
    expect(rows(10).cardinality).toBe(10);
    expect(unknown.cardinality).toBe('unknown');
    expect(counted(10).map(String).prefetch(1).shuffle(5).enumerate().cardinality).toBe(10);
    expect(counted(10).filter(Boolean).cardinality).toBe('unknown');
    expect(rows(10).batch(4).cardinality).toBe(3);
    expect(rows(10).batch(4, { dropRemainder: true }).cardinality).toBe(2);
    expect(rows(10).batch(4).unbatch().cardinality).toBe('unknown');
    expect(rows(10).take(4).cardinality).toBe(4);
    expect(rows(10).take(40).cardinality).toBe(10);
    expect(rows(10).skip(4).cardinality).toBe(6);
    expect(rows(10).skip(40).cardinality).toBe(0);
    expect(rows(10).repeat(3).cardinality).toBe(30);
    expect(rows(10).repeat().cardinality).toBe(Infinity);
    expect(rows(10).repeat().batch(3).take(5).cardinality).toBe(5);
    expect(rows(10).take(0).repeat().cardinality).toBe(0);
    expect(unknown.take(0).cardinality).toBe(0);
    expect(unknown.concatenate(rows(1).repeat()).cardinality).toBe(Infinity);
    expect(rows(1).concatenate(rows(2)).cardinality).toBe(3);
    expect(rows(1).concatenate(unknown).cardinality).toBe('unknown');
    expect(zip([rows(1).repeat(), rows(4)]).cardinality).toBe(4);
    expect(zip([unknown, rows(4)]).cardinality).toBe('unknown');
  });

  test.each([10, 7, 1])('equals the number of elements iterated (%p rows)', async (count) => {
    for (const dataset of [rows(count).batch(3), rows(count).skip(2).take(4).repeat(2), counted(count).batch(2)]) {
      expect((await (dataset as Dataset<unknown>).toArray()).length).toBe(dataset.cardinality);
    }
  });

  test('is checked by toArray, which rejects an infinite dataset', async () => {
    await expect(rows(3).repeat().batch(2).toArray()).rejects.toMatchObject({ code: 'data', op: 'toArray' });
  });

  test('is printed by toString(), after the names of the stages', () => {
    expect(`${rows(10).shuffle(10).batch(4)}`).toBe('Dataset fromTensorSlices → shuffle → batch (3 elements)');
    expect(`${rows(10).repeat()}`).toBe('Dataset fromTensorSlices → repeat (infinite)');
    expect(`${counted(10).filter(Boolean)}`).toBe('Dataset fromGenerator → filter (of unknown length)');
  });
});

describe('arguments of dataset methods', () => {
  test.each([
    ['batch', () => rows(3).batch(0)],
    ['batch', () => rows(3).batch(1.5)],
    ['shuffle', () => rows(3).shuffle(0)],
    ['shuffle', () => rows(3).shuffle(3, { seed: 0.5 })],
    ['prefetch', () => rows(3).prefetch(0)],
    ['map', () => rows(3).map((x) => x, { parallel: 0 })],
    ['take', () => rows(3).take(-1)],
    ['skip', () => rows(3).skip(Number.NaN)],
    ['repeat', () => rows(3).repeat(-1)],
    ['fromGenerator', () => fromGenerator(() => [], { cardinality: -1 })],
  ])('%s throws for an invalid number when called, before the iteration', (op, make) => {
    expect(make).toThrow(expect.objectContaining({ code: 'argument', op }));
  });

  test.each<[string, unknown, readonly unknown[]]>([
    ['shuffle', rows(3).shuffle, [3, 1]],
    ['shuffle', rows(3).shuffle, [3, { sed: 1 }]],
    ['batch', rows(3).batch, [2, { drop: true }]],
    ['batch', rows(3).batch, [{ size: 2 }]],
    ['map', rows(3).map, [(x: unknown) => x, { workers: 8 }]],
    ['map', rows(3).map, [{}]],
    ['filter', rows(3).filter, ['x']],
    ['zip', zip, [[1, 2]]],
  ])('%s throws for arguments of the wrong type when called, before the iteration', (op, method, args) => {
    if (typeof method !== 'function') throw new TypeError('The method is missing.');
    expect(() => Reflect.apply(method, rows(3), args)).toThrow(expect.objectContaining({ code: 'argument', op }));
  });
});

describe('skipIterations', () => {
  const shuffles: [string, () => Dataset<unknown>][] = [
    ['rows', () => rows(20).shuffle(20, { seed: 3 })],
    ['elements', () => counted(20).shuffle(5, { seed: 3 })],
    ['batches', () => rows(20).shuffle(20, { seed: 3 }).batch(3).prefetch(2)],
    [
      'a shuffle of a shuffle',
      () =>
        counted(20)
          .shuffle(5, { seed: 3 })
          .map((x) => x)
          .shuffle(4, { seed: 4 }),
    ],
    [
      'repeats',
      () =>
        counted(7)
          .shuffle(7, { seed: 3 })
          .repeat(3)
          .filter(() => true),
    ],
    ['repeated rows', () => rows(7).shuffle(7, { seed: 3 }).repeat(3).take(18).skip(1).enumerate()],
    ['zipped datasets', () => zip([counted(9).shuffle(9, { seed: 3 }), rows(9).shuffle(9, { seed: 4 })])],
    [
      'concatenated datasets',
      () =>
        counted(4)
          .shuffle(4, { seed: 3 })
          .concatenate(rows(4).shuffle(4, { seed: 4 })),
    ],
    ['rows of batches', () => rows(20).shuffle(20, { seed: 3 }).batch(3).unbatch()],
  ];

  test.each(shuffles)('skips the shuffled orders of the first two iterations, for %s', async (_, make) => {
    const dataset = make();
    const orders: unknown[] = [];
    for (let iteration = 0; iteration < 4; iteration++) orders.push(await dataset.toArray());
    expect(orders[3]).not.toEqual(orders[2]);
    const resumed = make();
    resumed.skipIterations(2);
    expect([await resumed.toArray(), await resumed.toArray()]).toEqual(orders.slice(2));
  });

  test('rejects negative counts', () => {
    expect(() => rows(3).skipIterations(-1)).toThrow(expect.objectContaining({ code: 'argument' }));
  });
});

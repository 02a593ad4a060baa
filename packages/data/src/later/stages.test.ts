import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import {
  Dataset,
  fromGenerator,
  fromTensorSlices,
  type HostArray,
  hostArray,
  isHostArray,
  range,
  sampleFromDatasets,
  splitDataset,
  timeseriesDatasetFromArray,
} from '../index.ts';

type Nested = number | string | readonly Nested[] | { readonly [key: string]: Nested };

/** What tf.data and Keras produce (`tooling/goldens/data/tf_data.py`). */
const goldens: {
  readonly windows: readonly {
    readonly total: number;
    readonly size: number;
    readonly options: { readonly shift: number | null; readonly stride: number; readonly dropRemainder: boolean };
    readonly cardinality: number;
    readonly windows: Nested;
  }[];
  readonly interleaves: readonly {
    readonly lengths: readonly number[];
    readonly cycle: number;
    readonly block: number;
    readonly elements: Nested;
  }[];
  readonly sequences: readonly (readonly number[])[];
  readonly padded: readonly { readonly size: number; readonly options: object; readonly batches: Nested }[];
  readonly nested: Nested;
  readonly buckets: readonly {
    readonly boundaries: readonly number[];
    readonly sizes: readonly number[];
    readonly options: object;
    readonly batches: Nested;
  }[];
  readonly shards: readonly {
    readonly total: number;
    readonly count: number;
    readonly index: number;
    readonly cardinality: number;
    readonly elements: Nested;
  }[];
  readonly rebatches: readonly {
    readonly total: number;
    readonly from: number;
    readonly to: number;
    readonly drop: boolean;
    readonly batches: Nested;
  }[];
  readonly ranges: readonly {
    readonly args: readonly [number, number?, number?];
    readonly elements: Nested;
    readonly cardinality: number;
  }[];
  readonly series: readonly {
    readonly options: Readonly<Record<string, number | null>>;
    readonly targets: 'aligned' | 'short' | null;
    readonly batches: Nested;
  }[];
} = JSON.parse(readFileSync(new URL('../goldens/tf-data.json', import.meta.url), 'utf8'));

/** Converts host arrays to nested lists. */
function lists(value: unknown): unknown {
  if (isHostArray(value)) return nested(value.shape, Array.from(value.data));
  if (Array.isArray(value)) return value.map(lists);
  if (typeof value === 'object' && value !== null && !ArrayBuffer.isView(value))
    return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, lists(part)]));
  return value;
}

function nested(shape: readonly number[], data: readonly number[]): unknown {
  if (shape.length === 0) return data[0];
  const [count, ...rest] = shape;
  const size = rest.reduce((a, b) => a * b, 1);
  return Array.from({ length: count }, (_, i) => nested(rest, data.slice(i * size, (i + 1) * size)));
}

const camel = (options: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(options).map(([key, value]) => [
      key.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase()),
      value,
    ]),
  );

const sequences = () => fromGenerator(() => goldens.sequences.map((words) => Int32Array.from(words)));
const collect = async (dataset: Dataset<unknown>) => lists(await dataset.toArray());

describe('stages equal those of tf.data', () => {
  test.each(goldens.windows)('window($size, $options) of $total elements', async (golden) => {
    const { shift, ...others } = golden.options;
    const windows = range(golden.total).window(golden.size, { ...others, ...(shift === null ? {} : { shift }) });
    const inner = await windows.toArray();
    expect(await Promise.all(inner.map((window) => window.toArray()))).toEqual(golden.windows);
    expect(windows.cardinality).toBe(golden.cardinality);
    expect(inner.map((window) => window.cardinality)).toEqual(
      (Array.isArray(golden.windows) ? golden.windows : []).map(({ length }) => length),
    );
  });

  test.each(goldens.interleaves)(
    'interleave of datasets with $lengths elements, cycle $cycle, blocks of $block',
    async (golden) => {
      const { lengths, cycle, block, elements } = golden;
      const interleaved = fromGenerator(() => lengths.entries()).interleave(
        ([i, count]) => range(count).map((k) => 100 * i + k),
        { cycleLength: cycle, blockLength: block },
      );
      expect(await interleaved.toArray()).toEqual(elements);
    },
  );

  test.each(goldens.padded)('paddedBatch($size, $options)', async ({ size, options, batches }) => {
    const padded = await sequences().paddedBatch(size, options).toArray();
    expect(lists(padded)).toEqual(batches);
    expect(padded[0]).toMatchObject({ dtype: 'int32' });
  });

  test('paddedBatch with shapes and values in the structure of the elements', async () => {
    const matrices = [
      [1, 2],
      [3, 1],
      [2, 4],
    ].map(([rows, columns]): [HostArray, HostArray] => [
      hostArray(
        'float32',
        [rows, columns],
        Float32Array.from({ length: rows * columns }, (_, i) => i),
      ),
      hostArray('int32', [], Int32Array.of(rows)),
    ]);
    const batches = fromGenerator(() => matrices).paddedBatch(3, {
      paddedShapes: [[null, 5], []],
      paddingValues: [-2.5, 0],
    });
    expect(await collect(batches)).toEqual(goldens.nested);
  });

  test.each(goldens.buckets)('bucketBySequenceLength($boundaries, $sizes, $options)', async (golden) => {
    const batches = sequences().bucketBySequenceLength(({ length }) => length, {
      bucketBoundaries: golden.boundaries,
      bucketBatchSizes: golden.sizes,
      ...golden.options,
    });
    expect(await collect(batches)).toEqual(golden.batches);
  });

  test.each(goldens.shards)('shard($count, $index) of $total elements', async ({ total, count, index, ...golden }) => {
    const sharded = range(total).shard(count, index);
    expect(await sharded.toArray()).toEqual(golden.elements);
    expect(sharded.cardinality).toBe(golden.cardinality);
  });

  test.each(goldens.rebatches)('rebatch($to) of batches of $from', async ({ total, from, to, drop, batches }) => {
    expect(await collect(range(total).batch(from).rebatch(to, { dropRemainder: drop }))).toEqual(batches);
  });

  test('rebatch passes batches of the right size on, without a copy', async () => {
    const batches = await range(10).batch(4).toArray();
    const [first, second, rest] = await fromGenerator(() => batches)
      .rebatch(4)
      .toArray();
    expect([first === batches[0], second === batches[1], rest.shape]).toEqual([true, true, [2]]);
  });

  test.each(goldens.ranges)('range(...$args)', async ({ args: [first, second, step], elements, cardinality }) => {
    const numbers = second === undefined ? range(first) : range(first, second, step);
    expect(await numbers.toArray()).toEqual(elements);
    expect(numbers.cardinality).toBe(cardinality);
  });
});

describe("timeseriesDatasetFromArray equals Keras's function", () => {
  const data = hostArray(
    'float32',
    [20, 2],
    Float32Array.from({ length: 40 }, (_, i) => (i % 2) * 100 + (i >> 1)),
  );
  const targets = {
    aligned: Array.from({ length: 20 }, (_, i) => 1000 + i),
    short: Array.from({ length: 7 }, (_, i) => 1000 + i),
  };

  // Without windows, it differs: see below.
  const series = goldens.series.filter(({ batches }) => Array.isArray(batches) && batches.length > 0);

  test.each(series)('with $options and $targets targets', async (golden) => {
    const options = { sequenceLength: 1, ...camel(golden.options) };
    const batches: Dataset<unknown> =
      golden.targets === null
        ? timeseriesDatasetFromArray(data, null, options)
        : timeseriesDatasetFromArray(data, targets[golden.targets], options);
    expect(await collect(batches)).toEqual(golden.batches);
  });

  test('the target of a window is the one at its start (trap: pass shifted targets)', async () => {
    const [[windows, goals]] = await timeseriesDatasetFromArray([1, 2, 3, 4], [10, 20, 30, 40], {
      sequenceLength: 3,
    }).toArray();
    expect(lists([windows, goals])).toEqual([
      [
        [1, 2, 3],
        [2, 3, 4],
      ],
      [10, 20],
    ]);
  });

  test('rejects windows that are longer than the data, for which Keras returns nothing (trap)', () => {
    const options = { sequenceLength: 3, samplingRate: 2 };
    expect(timeseriesDatasetFromArray([1, 2, 3, 4, 5], null, options).cardinality).toBe(1);
    expect(() => timeseriesDatasetFromArray([1, 2, 3, 4], null, options)).toThrow(
      expect.objectContaining({
        code: 'argument',
        data: expect.objectContaining({ name: 'sequenceLength', length: 5 }),
      }),
    );
  });

  test('shuffles windows and targets together, anew in each iteration', async () => {
    const numbers = Array.from({ length: 50 }, (_, i) => i);
    const batches = timeseriesDatasetFromArray(numbers, numbers, {
      sequenceLength: 2,
      shuffle: true,
      seed: 4,
      batchSize: 7,
    });
    const read = async () => {
      const pairs = await batches.toArray();
      return pairs.map(([windows, goals]) => [windows.data, goals.data]);
    };
    const [first, second] = [await read(), await read()];
    expect(first).not.toEqual(second);
    const starts = first.flatMap(([windows, goals]) => Array.from(goals).map((goal, i) => [windows[2 * i], goal]));
    expect(starts.every(([start, goal]) => start === goal)).toBe(true);
    expect(starts.map(([start]) => start).sort((a, b) => a - b)).toEqual(numbers.slice(0, 49));
  });
});

describe('window', () => {
  test('windows outlive the iteration, and can be batched by flatMap', async () => {
    const windows = fromTensorSlices({ x: hostArray('int32', [4], Int32Array.of(1, 2, 3, 4)) }).window(2, {
      shift: 1,
      dropRemainder: true,
    });
    const batches = await windows.flatMap((window) => window.batch(2)).toArray();
    expect(lists(batches)).toEqual([{ x: [1, 2] }, { x: [2, 3] }, { x: [3, 4] }]);
  });
});

describe('flatMap and interleave', () => {
  test('name the element whose function does not return a dataset', async () => {
    // @ts-expect-error: an array is not a dataset
    const broken = range(3).flatMap((i) => (i === 2 ? [1] : range(i)));
    await expect(broken.toArray()).rejects.toMatchObject({ code: 'data', data: { index: 2, stage: 'flatMap' } });
    const failing = range(3).interleave(
      () => {
        throw new Error('no');
      },
      { cycleLength: 2 },
    );
    await expect(failing.toArray()).rejects.toMatchObject({ code: 'data', data: { index: 0, stage: 'interleave' } });
  });

  test('close the datasets in the cycle when the reader stops', async () => {
    let open = 0;
    const inner = () =>
      fromGenerator(function* () {
        open++;
        try {
          while (true) yield 1;
        } finally {
          open--;
        }
      });
    for await (const _ of range(5).interleave(inner, { cycleLength: 3 }).take(4)) expect(open).toBeGreaterThan(0);
    expect(open).toBe(0);
  });

  test('a signal stops an infinite interleave', async () => {
    const controller = new AbortController();
    const numbers = range(2)
      .repeat()
      .interleave(() => range(1), { cycleLength: 2 });
    const reading = numbers.reduce(
      0,
      (count) => {
        if (count === 1000) controller.abort('enough');
        return count + 1;
      },
      { signal: controller.signal },
    );
    await expect(reading).rejects.toMatchObject({ code: 'aborted', cause: 'enough' });
  });
});

describe('paddedBatch and bucketBySequenceLength', () => {
  test('name the element or the array that does not fit', async () => {
    await expect(
      sequences()
        .paddedBatch(8, { paddedShapes: [3] })
        .toArray(),
    ).rejects.toMatchObject({
      code: 'data',
      data: { stage: 'paddedBatch', axis: 0, length: 5, padded: 3 },
    });
    const mixed = fromGenerator(() => [Int32Array.of(1), Float32Array.of(1, 2)]);
    await expect(mixed.paddedBatch(2).toArray()).rejects.toMatchObject({ code: 'data', data: { index: 1 } });
    const options = { bucketBoundaries: [2, 4], bucketBatchSizes: [8, 8, 8], padToBucketBoundary: true };
    await expect(
      sequences()
        .bucketBySequenceLength((x) => x.length, options)
        .toArray(),
    ).rejects.toMatchObject({
      code: 'data',
      data: { index: 4, length: 4 },
    });
    const noLength = sequences().bucketBySequenceLength(() => Number.NaN, {
      bucketBoundaries: [2],
      bucketBatchSizes: [1, 1],
    });
    await expect(noLength.toArray()).rejects.toMatchObject({ code: 'data', data: { index: 0 } });
  });

  test('pad strings in records not at all, and arrays in records by name', async () => {
    const elements = [
      { name: 'a', ids: Int32Array.of(1) },
      { name: 'b', ids: Int32Array.of(2, 3) },
    ];
    const [batch] = await fromGenerator(() => elements)
      .paddedBatch(2, { paddingValues: { ids: 7 }, paddedShapes: { ids: [3] } })
      .toArray();
    expect(lists(batch)).toEqual({
      name: ['a', 'b'],
      ids: [
        [1, 7, 7],
        [2, 3, 7],
      ],
    });
  });

  test.each([
    [Uint8Array, -1],
    [Uint8Array, 256],
    [Int32Array, 0.5],
    [Int32Array, Number.NaN],
  ])('reject padding that %p cannot represent: %p', async (Type, paddingValues) => {
    const lengths = fromGenerator(() => [Type.of(1, 2), Type.of(3)]);
    await expect(lengths.paddedBatch(2, { paddingValues }).toArray()).rejects.toMatchObject({
      code: 'data',
      data: { stage: 'paddedBatch', paddingValues },
    });
  });

  test('accept padding that no array of the dtype needs', async () => {
    const elements = [
      { ids: Int32Array.of(1, 2), isGood: true },
      { ids: Int32Array.of(3), isGood: false },
    ];
    const [batch] = await fromGenerator(() => elements)
      .paddedBatch(2, { paddingValues: -1 })
      .toArray();
    expect(lists(batch)).toEqual({
      ids: [
        [1, 2],
        [3, -1],
      ],
      isGood: [1, 0],
    });
  });

  test.each([
    [{ paddedShapes: { idz: [5] } }, 'paddedShapes', 'idz'],
    [{ paddingValues: { idz: 7 } }, 'paddingValues', 'idz'],
    [{ paddingValues: [7, 8] }, 'paddingValues', '0'],
  ])('reject %p, which has parts for fields that the elements lack', async (options, name, key) => {
    const records = fromGenerator(() => [{ ids: Int32Array.of(1) }, { ids: Int32Array.of(2, 3) }]);
    await expect(records.paddedBatch(2, options).toArray()).rejects.toMatchObject({
      code: 'data',
      data: { [name]: options[name as keyof typeof options], fields: ['ids'] },
      message: expect.stringContaining(JSON.stringify(key)),
    });
  });

  test.each([
    [{ bucketBoundaries: [2], bucketBatchSizes: [1] }, 'bucketBatchSizes'],
    [{ bucketBoundaries: [3, 2], bucketBatchSizes: [1, 1, 1] }, 'bucketBoundaries'],
    [{ bucketBoundaries: [], bucketBatchSizes: [1] }, 'bucketBoundaries'],
  ])('reject %p', (options, name) => {
    expect(() => sequences().bucketBySequenceLength(() => 1, options)).toThrow(
      expect.objectContaining({ code: 'argument', data: expect.objectContaining({ name }) }),
    );
  });
});

describe('reduce', () => {
  test('awaits the function and names the element for which it fails', async () => {
    expect(await range(5).reduce('', async (text, i) => text + i)).toBe('01234');
    const failing = range(5).reduce(0, (_, i) => {
      if (i === 3) throw new Error('three');
      return i;
    });
    await expect(failing).rejects.toMatchObject({ code: 'data', data: { index: 3, stage: 'reduce' } });
  });
});

describe('shard', () => {
  test('keeps rows of arrays, so that batches are copied from the arrays', async () => {
    const rows = fromTensorSlices(hostArray('int32', [7], Int32Array.of(0, 1, 2, 3, 4, 5, 6)));
    expect(Dataset.stageOf(rows.shard(3, 1)).rows).toBeDefined();
    expect(lists(await rows.shard(3, 1).batch(2).toArray())).toEqual([[1, 4]]);
    expect(() => rows.shard(2, 2)).toThrow(expect.objectContaining({ code: 'argument' }));
  });
});

describe('sampleFromDatasets', () => {
  const ones = range(300).map(() => 1);
  const twos = range(300).map(() => 2);

  test('draws by weight, reproducibly, and goes on after a dataset ends', async () => {
    const mixed = () => sampleFromDatasets([ones, twos], { weights: [0.9, 0.1], seed: 3 });
    const elements = await mixed().toArray();
    expect(elements).toEqual(await mixed().toArray());
    expect(elements.length).toBe(600);
    expect(mixed().cardinality).toBe(600);
    const early = elements.slice(0, 200).filter((x) => x === 1).length;
    expect(early).toBeGreaterThan(160);
    expect(early).toBeLessThan(197);
    expect(elements.slice(-100).every((x) => x === 2)).toBe(true);
  });

  test('continues with other choices in the next iteration, as skipIterations does', async () => {
    const mixed = sampleFromDatasets([ones, twos], { seed: 3 });
    const [first, second] = [await mixed.toArray(), await mixed.toArray()];
    expect(first).not.toEqual(second);
    const resumed = sampleFromDatasets([ones, twos], { seed: 3 });
    resumed.skipIterations(1);
    expect(await resumed.toArray()).toEqual(second);
  });

  test('ends with the first dataset that ends, if asked to', async () => {
    const mixed = sampleFromDatasets([range(3), twos], { seed: 1, stopOnEmptyDataset: true });
    const elements = await mixed.toArray();
    expect(elements.filter((x) => x !== 2)).toEqual(expect.arrayContaining([0, 1]));
    expect(elements.length).toBeLessThan(303);
    expect(mixed.cardinality).toBe('unknown');
  });

  test('ignores datasets of weight 0', async () => {
    const mixed = sampleFromDatasets([range(2).repeat(), range(2)], { weights: [0, 1] });
    expect(mixed.cardinality).toBe(2);
    expect(await mixed.toArray()).toEqual([0, 1]);
  });
});

describe('splitDataset', () => {
  test.each([
    [{ leftSize: 0.7 }, 7, 3],
    [{ rightSize: 0.25 }, 8, 2],
    [{ leftSize: 2, rightSize: 3 }, 2, 3],
    [{ leftSize: 0.5, rightSize: 0.2 }, 5, 2],
  ])('splits with %p', async (options, left, right) => {
    const parts = await splitDataset(range(10), options);
    expect(parts.map(({ cardinality }) => cardinality)).toEqual([left, right]);
    expect(await parts[0].toArray()).toEqual(Array.from({ length: left }, (_, i) => i));
    expect(await parts[1].toArray()).toEqual(Array.from({ length: right }, (_, i) => 10 - right + i));
  });

  test('keeps the parts of a shuffled dataset apart', async () => {
    const [left, right] = await splitDataset(range(20).shuffle(20), { leftSize: 0.5, shuffle: true, seed: 2 });
    const first = await left.toArray();
    expect(await left.toArray()).toEqual(first);
    expect([...first, ...(await right.toArray())].sort((a, b) => a - b)).toEqual(await range(20).toArray());
  });

  test('rejects empty parts', async () => {
    for (const options of [{}, { leftSize: 10 }, { leftSize: 6, rightSize: 5 }, { leftSize: 0.01 }, { leftSize: 1.5 }])
      await expect(splitDataset(range(10), options)).rejects.toMatchObject({ code: 'argument' });
  });
});

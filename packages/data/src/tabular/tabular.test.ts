import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { hostArray } from '@manabi/ir';
import {
  groupKFold,
  kFold,
  labelEncoder,
  labelEncoderFromJson,
  minMaxScaler,
  oneHotEncoder,
  oneHotEncoderFromJson,
  robustScaler,
  scalerFromJson,
  standardScaler,
  stratifiedKFold,
  takeRows,
  trainTestSplit,
} from '../index.ts';

/** What scikit-learn computes (`tooling/goldens/data/splits.py`). */
const goldens: {
  readonly sizes: readonly {
    readonly total: number;
    readonly options: Readonly<Record<string, number>>;
    readonly train: number;
    readonly test: number;
  }[];
  readonly ordered: readonly {
    readonly total: number;
    readonly size: number;
    readonly train: readonly number[];
    readonly test: readonly number[];
  }[];
  readonly strata: readonly {
    readonly labels: readonly number[];
    readonly size: number;
    readonly train: readonly number[];
    readonly test: readonly number[];
  }[];
  readonly folds: readonly { readonly total: number; readonly splits: number; readonly tests: readonly number[][] }[];
  readonly stratified: readonly {
    readonly labels: readonly number[];
    readonly splits: number;
    readonly tests: readonly number[][];
  }[];
  readonly grouped: readonly {
    readonly groups: readonly (number | string)[];
    readonly splits: number;
    readonly tests: readonly number[][];
  }[];
  readonly rows: readonly number[];
  readonly scalers: readonly {
    readonly kind: string;
    readonly options: Readonly<Record<string, unknown>>;
    readonly data: readonly (number | null)[];
    readonly scaled: readonly (number | null)[];
    readonly inverse: readonly (number | null)[];
  }[];
} = JSON.parse(readFileSync(new URL('../goldens/splits.json', import.meta.url), 'utf8'));

const camel = (options: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(options).map(([key, value]) => [
      key.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase()),
      value,
    ]),
  );
const indices = (count: number) => Array.from({ length: count }, (_, i) => i);
const lists = (folds: readonly { readonly test: Uint32Array }[]) => folds.map(({ test: part }) => [...part]);
const bincount = (values: ArrayLike<number>) =>
  [0, 1, 2, 3].map((k) => Array.from(values).filter((x) => x === k).length);

describe('trainTestSplit', () => {
  test.each(goldens.sizes)('has the sizes of scikit-learn: $total rows, $options', ({ total, options, ...golden }) => {
    const { train, test: testing } = trainTestSplit(indices(total), { ...camel(options), seed: 1 });
    expect([train.shape, testing.shape]).toEqual([[golden.train], [golden.test]]);
    const all = [...train.data, ...testing.data].sort((a, b) => a - b);
    expect(new Set(all).size).toBe(golden.train + golden.test);
  });

  test.each(goldens.ordered)('keeps the order without shuffle', ({ total, size, train, test: testing }) => {
    const split = trainTestSplit(indices(total), { testSize: size, shuffle: false });
    expect([[...split.train.data], [...split.test.data]]).toEqual([train, testing]);
  });

  test.each(goldens.strata)('stratifies like scikit-learn: $size of $labels', ({ labels, size, ...golden }) => {
    const { train, test: testing } = trainTestSplit(labels, { testSize: size, stratify: labels, seed: 5 });
    for (const [part, expected] of [
      [train, golden.train],
      [testing, golden.test],
    ] as const) {
      const counts = bincount(part.data);
      expect(part.data.length).toBe(expected.reduce((sum, count) => sum + count, 0));
      // Ties are resolved at random, in scikit-learn as well, so a class may have one row more or less.
      for (const [i, count] of counts.entries()) expect(Math.abs(count - expected[i])).toBeLessThanOrEqual(1);
    }
  });

  test('keeps rows of several arrays together, and repeats with the same seed', () => {
    const data = { x: hostArray('int32', [6, 2], Int32Array.from(indices(12))), names: ['0', '1', '2', '3', '4', '5'] };
    const split = () => trainTestSplit(data, { testSize: 2, seed: 9 });
    const { train, test: testing } = split();
    expect(split()).toEqual({ train, test: testing });
    expect(train.names.map((name, i) => train.x.data[2 * i] === 2 * Number(name))).toEqual([true, true, true, true]);
    expect([...train.names, ...testing.names].sort()).toEqual(data.names);
    expect(trainTestSplit(data, { testSize: 2, seed: 10 })).not.toEqual({ train, test: testing });
  });

  test.each<[string, object]>([
    ['an empty part', { testSize: 4 }],
    ['too many rows', { testSize: 3, trainSize: 2 }],
    ['a fraction of rows', { testSize: 1.5 }],
    ['labels for other rows', { stratify: [0, 1] }],
    ['a class of one row', { stratify: [0, 0, 0, 1] }],
    ['stratify without shuffle', { stratify: [0, 0, 1, 1], shuffle: false }],
    ['fewer rows than classes', { stratify: [0, 0, 1, 1], testSize: 1 }],
    ['NaN as a label', { stratify: [0, 0, Number.NaN, 1] }],
  ])('rejects %s', (_, options) => {
    expect(() => trainTestSplit(indices(4), options)).toThrow(
      expect.objectContaining({ code: 'argument', op: 'trainTestSplit' }),
    );
  });
});

describe('trainTestSplit, called as in scikit-learn,', () => {
  test.each([
    ['nested arrays', [0, 1]],
    ['typed arrays', Int32Array.of(0, 1)],
    ['host arrays', hostArray('int32', [2], Int32Array.of(0, 1))],
  ])('asks for one object if the second argument is %s', (_, y) => {
    expect(() => trainTestSplit([[1], [2]], y as never)).toThrow('trainTestSplit({ x, y }, options)');
  });
});

describe('folds equal those of scikit-learn', () => {
  test.each(goldens.folds)('kFold($total, $splits)', ({ total, splits, tests }) => {
    const folds = kFold(total, { splits });
    expect(lists(folds)).toEqual(tests);
    for (const { train, test: testing } of folds)
      expect([...train, ...testing].sort((a, b) => a - b)).toEqual(indices(total));
  });

  test.each(goldens.stratified)('stratifiedKFold($labels, $splits)', ({ labels, splits, tests }) => {
    expect(lists(stratifiedKFold(labels, { splits }))).toEqual(tests);
  });

  test.each(goldens.grouped)('groupKFold($groups, $splits)', ({ groups, splits, tests }) => {
    expect(lists(groupKFold(groups, { splits }))).toEqual(tests);
  });

  test('shuffled folds are complete, reproducible, and keep the shares of classes', () => {
    const labels = goldens.strata[8].labels;
    const folds = stratifiedKFold(labels, { splits: 3, shuffle: true, seed: 2 });
    expect(lists(folds)).toEqual(lists(stratifiedKFold(labels, { splits: 3, shuffle: true, seed: 2 })));
    expect(lists(folds)).not.toEqual(lists(stratifiedKFold(labels, { splits: 3 })));
    expect(
      lists(folds)
        .flat()
        .sort((a, b) => a - b),
    ).toEqual(indices(labels.length));
    const counts = lists(folds).map((rows) => bincount(rows.map((row) => labels[row])));
    for (const k of [0, 1, 2, 3])
      expect(Math.max(...counts.map((one) => one[k])) - Math.min(...counts.map((one) => one[k]))).toBeLessThanOrEqual(
        1,
      );
    expect(lists(kFold(9, { splits: 3, shuffle: true, seed: 1 })).flat()).not.toEqual(indices(9));
  });

  test('reject more folds than rows, groups or members of a class', () => {
    for (const make of [
      () => kFold(3, { splits: 4 }),
      () => kFold(3, { splits: 1 }),
      () => stratifiedKFold([0, 0, 1], { splits: 3 }),
      () => groupKFold(['a', 'b'], { splits: 3 }),
      () => stratifiedKFold(hostArray('float32', [2, 2], Float32Array.of(0, 1, 1, 0)), { splits: 2 }),
    ])
      expect(make).toThrow(expect.objectContaining({ name: 'ManabiError' }));
  });

  test('takeRows copies the rows of a fold', () => {
    const [{ train }] = kFold(3, { splits: 3 });
    const rows = takeRows(
      {
        x: [
          [1, 2],
          [3, 4],
          [5, 6],
        ],
        y: ['a', 'b', 'c'],
      },
      train,
    );
    expect(rows).toEqual({ x: hostArray('float32', [2, 2], Float32Array.of(3, 4, 5, 6)), y: ['b', 'c'] });
    expect(() => takeRows([1, 2], [2])).toThrow(expect.objectContaining({ code: 'index' }));
  });
});

describe('scalers equal those of scikit-learn', () => {
  const makers = { StandardScaler: standardScaler, MinMaxScaler: minMaxScaler, RobustScaler: robustScaler };
  const array = (values: readonly (number | null)[]) =>
    hostArray(
      'float64',
      [values.length / 4, 4],
      Float64Array.from(values, (value) => value ?? Number.NaN),
    );

  test.each(goldens.scalers)('$kind with $options', ({ kind, options, data, scaled, inverse }) => {
    const [, make] = Object.entries(makers).find(([name]) => name === kind) ?? [];
    const scaler = make?.(array(data), camel(options));
    const twice = array(goldens.rows.slice(0, 20).map((x) => 2 * x));
    const result = scaler?.transform(twice);
    expect(result).toMatchObject({ dtype: 'float32', shape: [5, 4] });
    for (const [i, value] of scaled.entries()) expect(result?.data[i]).toBeCloseTo(value ?? Number.NaN, 4);
    const back = scaler?.inverseTransform(array(scaled));
    for (const [i, value] of inverse.entries()) expect(back?.data[i]).toBeCloseTo(value ?? Number.NaN, 4);
    const restored = scalerFromJson(JSON.stringify(scaler));
    expect(restored.transform(twice)).toEqual(result);
    expect(JSON.stringify(restored)).toBe(JSON.stringify(scaler));
  });

  test('keep NaN, and accept one feature and further axes', () => {
    const scaler = standardScaler([1, 3, Number.NaN]);
    expect([...scaler.transform([5, Number.NaN]).data]).toEqual([3, Number.NaN]);
    const images = hostArray('uint8', [1, 2, 2], Uint8Array.of(0, 10, 2, 30));
    expect(minMaxScaler(images).transform(images)).toEqual(
      hostArray('float32', [1, 2, 2], Float32Array.of(0, 0, 1, 1)),
    );
  });

  test('reject infinite values, features without values, and other numbers of features', () => {
    expect(() => standardScaler([[1, Infinity]])).toThrow(
      expect.objectContaining({ code: 'data', data: { feature: 1, row: 0 } }),
    );
    expect(() => robustScaler([[1, Number.NaN]])).toThrow(
      expect.objectContaining({ code: 'data', data: { feature: 1 } }),
    );
    expect(() => standardScaler([[1, 2]]).transform([[1]])).toThrow(expect.objectContaining({ code: 'shape' }));
    expect(() => minMaxScaler([[1]], { featureRange: [1, 0] })).toThrow(expect.objectContaining({ code: 'argument' }));
    for (const json of ['{', '{}', '{"kind":"standardScaler","center":[1],"scale":[0],"offset":0,"clip":null}'])
      expect(() => scalerFromJson(json)).toThrow(expect.objectContaining({ code: 'argument', op: 'scalerFromJson' }));
  });
});

describe('encoders', () => {
  test('number categories in ascending order, numbers by value and texts by code point', () => {
    expect(labelEncoder([10, 9, 2, 9]).classes).toEqual([2, 9, 10]);
    expect(labelEncoder(['b', '\u{1f600}', '\uff5e', 'a', 'B']).classes).toEqual([
      'B',
      'a',
      'b',
      '\uff5e',
      '\u{1f600}',
    ]);
    expect(labelEncoder([true, false]).classes).toEqual([false, true]);
    expect(labelEncoder(hostArray('int32', [3, 1], Int32Array.of(4, 2, 4))).classes).toEqual([2, 4]);
  });

  test('are restored from JSON', () => {
    const labels = labelEncoderFromJson(JSON.stringify(labelEncoder(['x', 'y'])));
    expect([...labels.transform(['y', 'x']).data]).toEqual([1, 0]);
    const oneHot = oneHotEncoderFromJson(oneHotEncoder(['x', 'y'], { handleUnknown: 'ignore' }).toJSON());
    expect(oneHot.transform(['z', 'y'])).toEqual(hostArray('float32', [2, 2], Float32Array.of(0, 0, 0, 1)));
    expect(
      oneHot.inverseTransform([
        [0, 0],
        [0.2, 0.8],
      ]),
    ).toEqual([null, 'y']);
    for (const read of [labelEncoderFromJson, oneHotEncoderFromJson])
      for (const json of [
        '',
        '{"kind":"labelEncoder","classes":["a","a"]}',
        '{"kind":"oneHotEncoder","categories":["a"]}',
      ])
        expect(() => read(json)).toThrow(expect.objectContaining({ code: 'argument' }));
  });

  test('reject unknown categories and mixed types', () => {
    expect(() => labelEncoder(['a']).transform(['b'])).toThrow(expect.objectContaining({ code: 'data' }));
    expect(() => oneHotEncoder(['a']).transform(['b'])).toThrow(expect.objectContaining({ code: 'data' }));
    expect(() => labelEncoder(['a']).inverseTransform([1])).toThrow(expect.objectContaining({ code: 'index' }));
    expect(() => labelEncoder(['1', 1])).toThrow(expect.objectContaining({ code: 'argument' }));
  });
});

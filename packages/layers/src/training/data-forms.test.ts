import '@manabi/backend-cpu/register';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { hostArray, tensor } from '@manabi/core';
import { fromGenerator, fromTensorSlices } from '@manabi/data';
import type { TrainingArrays } from '../data/named-arrays.ts';
import { clearSession } from '../layer/naming.ts';
import { dense } from '../layers/core/dense.ts';
import { input } from '../layers/core/input-layer.ts';
import { model as functional } from '../model/functional.ts';
import { sequential } from '../model/sequential.ts';
import { setRandomSeed } from '../variables/seed.ts';
import { fails, line, quiet, weightOf } from './line.fixture.ts';

let warn: jest.SpiedFunction<typeof console.warn>;

beforeEach(() => {
  clearSession();
  setRandomSeed(1);
  warn = jest.spyOn(console, 'warn').mockImplementation(() => {});
});
afterEach(() => warn.mockRestore());

describe('data that fit accepts', () => {
  const forms: readonly (readonly [string, TrainingArrays, TrainingArrays])[] = [
    ['nested arrays', [[1], [2], [3], [4]], [2, 4, 6, 8]],
    [
      'rows of typed arrays',
      [Float32Array.of(1), Float32Array.of(2), Float32Array.of(3), Float32Array.of(4)],
      [2, 4, 6, 8],
    ],
    [
      'host arrays',
      hostArray('float32', [4, 1], Float32Array.of(1, 2, 3, 4)),
      hostArray('uint8', [4], Uint8Array.of(2, 4, 6, 8)),
    ],
    ['float64 arrays', hostArray('float64', [4, 1], Float64Array.of(1, 2, 3, 4)), Float64Array.of(2, 4, 6, 8)],
    ['tensors', tensor([[1], [2], [3], [4]]), tensor([2, 4, 6, 8])],
    ['lists of arrays', [tensor([[1], [2], [3], [4]])], [tensor([2, 4, 6, 8])]],
    ['objects of arrays', { input_layer: [[1], [2], [3], [4]] }, { dense: [2, 4, 6, 8] }],
  ];
  test.each(forms)('fit trains on %s', async (_, x, y) => {
    const model = line();
    await model.fit(x, y, { ...quiet, shuffle: false, batchSize: 2 });
    // The weight is 0 at first; after samples 1 and 2, it is 0.1 · 2 · mean(1·2, 2·4) = 1; after samples 3 and 4, it is
    // 1 + 0.2 · mean(3·3, 4·4) = 3.5.
    expect(await weightOf(model)).toBeCloseTo(3.5, 5);
  });

  test('fit trains on datasets whose batches contain sample weights, as tuples, objects, or from a generator', async () => {
    const weights: number[] = [];
    const batches = () =>
      fromTensorSlices([
        hostArray('float32', [4, 1], Float32Array.of(1, 2, 3, 4)),
        hostArray('float32', [4], Float32Array.of(2, 4, 6, 8)),
      ] as const).batch(2);
    const sources = [
      batches(),
      batches().map(([x, y]) => ({ x, y })),
      fromGenerator(() => batches()),
      () =>
        [
          [
            [[1], [2]],
            [2, 4],
          ],
          [
            [[3], [4]],
            [6, 8],
          ],
        ] as const,
    ];
    for (const source of sources) {
      const model = line();
      await model.fit(source as ReturnType<typeof batches>, quiet);
      weights.push(await weightOf(model));
    }
    weights.forEach((weight) => {
      expect(weight).toBeCloseTo(3.5, 5);
    });
    const model = line();
    await model.fit(
      () => [
        [
          [[1], [2]],
          [2, 4],
          [1, 0],
        ],
      ],
      quiet,
    );
    expect(await weightOf(model)).toBeCloseTo(0.1 * 2 * (2 / 2), 5);
  });

  test('fit creates the weights of a model without an input shape when it reads the first batch', async () => {
    const model = sequential([dense({ units: 2 }), dense({ units: 1 })]);
    model.compile({ loss: 'mse' });
    await model.fit(
      [
        [1, 2, 3],
        [4, 5, 6],
      ],
      [1, 2],
      quiet,
    );
    expect(model.weights.map(({ shape }) => shape)).toEqual([[3, 2], [2], [2, 1], [1]]);
  });
});

describe('batch methods, evaluate and predict', () => {
  test('trainOnBatch and testOnBatch return losses and metrics of their own batch only', async () => {
    const model = line();
    expect(await model.testOnBatch([[1]], [2])).toEqual({ loss: 4 });
    expect(await model.trainOnBatch([[1]], [2], { sampleWeight: [0.5] })).toEqual({ loss: 2 });
    expect(await weightOf(model)).toBeCloseTo(0.2, 6);
    expect(await model.trainOnBatch([[1]], [0], { classWeight: { 0: 0 } })).toEqual({ loss: 0 });
  });

  test('evaluate returns means over the samples of all batches, computed in inference mode', async () => {
    const model = line({ metrics: ['mae'] });
    expect(await model.evaluate([[1], [2], [3]], [1, 2, 3], { ...quiet, batchSize: 2 })).toEqual({
      loss: expect.closeTo(14 / 3, 5),
      mae: 2,
    });
    expect(await model.evaluate([[1], [2]], [1, 2], { ...quiet, batchSize: 1, steps: 1 })).toEqual({ loss: 1, mae: 1 });
  });

  test('predict returns the outputs of all batches as one tensor', async () => {
    const model = line();
    model.setWeights([hostArray('float32', [1, 1], Float32Array.of(2))]);
    const y = await model.predict([[1], [2], [3]], { batchSize: 2 });
    expect([y.shape, await y.array()]).toEqual([
      [3, 1],
      [[2], [4], [6]],
    ]);
    expect(await (await model.predict(fromGenerator(() => [[[[5]]]]))).array()).toEqual([[10]]);
  });

  test('predict requires a model with one output, and predictAll returns a list of all outputs', async () => {
    const x = input({ shape: [1] });
    const model = functional({ inputs: x, outputs: [dense({ units: 1 }).apply(x), dense({ units: 2 }).apply(x)] });
    expect(await fails(model.predict([[1]]))).toMatchObject({ code: 'argument', data: { outputs: 2 } });
    expect((await model.predictAll([[1], [2]])).map(({ shape }) => shape)).toEqual([
      [2, 1],
      [2, 2],
    ]);
  });
});

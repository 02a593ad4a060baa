import '@manabi/backend-cpu/register';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { add, fromHost, hostArray, realize, tensor, zeros } from '@manabi/core';
import { fromGenerator, fromTensorSlices } from '@manabi/data';
import * as callbacks from '../callbacks/index.ts';
import { clearSession } from '../layer/naming.ts';
import { add as adding, dense, embedding, flatten, input } from '../layers/index.ts';
import * as losses from '../losses/index.ts';
import { model as functional } from '../model/functional.ts';
import { sequential } from '../model/sequential.ts';
import { fails, line, quiet } from './line.fixture.ts';

const classifier = (loss: string) => {
  const model = sequential([dense({ units: 3, activation: 'softmax', inputShape: [2] })]);
  model.compile({ loss });
  return model;
};
const thrown = (run: () => unknown) => fails(new Promise((resolve) => resolve(run())));

let warn: jest.SpiedFunction<typeof console.warn>;

beforeEach(() => {
  clearSession();
  warn = jest.spyOn(console, 'warn').mockImplementation(() => {});
});
afterEach(() => warn.mockRestore());

describe('errors of compile, and of fit on a model that is not compiled', () => {
  const model = sequential([dense({ units: 1, inputShape: [1] })]);
  test.each([
    [{ optimizer: 'adma' }, { nearest: expect.arrayContaining(['adam']) }],
    [{ loss: 'categoricalCrosentropy' }, { nearest: expect.arrayContaining(['categoricalCrossentropy']) }],
    [{ metrics: ['acuracy', 'precission'] }, { nearest: ['accuracy'] }],
    [{ weightedMetrics: ['precission'] }, { nearest: ['precision'] }],
    [{ los: 'mse' }, { name: 'los', nearest: ['loss'] }],
    [{ gradientAccumulationSteps: 0 }, { name: 'gradientAccumulationSteps' }],
    [{ useEma: true, emaMomentum: 2 }, { name: 'emaMomentum' }],
  ])('compile rejects %j, and the error names the option and the nearest names', async (options, data) => {
    const given: object = options;
    expect(await thrown(() => model.compile(given))).toMatchObject({ code: 'argument', data });
  });

  test('fit rejects losses, loss weights and metrics for unknown outputs', async () => {
    const x = input({ shape: [1] });
    const outputs = [dense({ units: 1, name: 'digit' }).apply(x), dense({ units: 1, name: 'size' }).apply(x)];
    const two = functional({ inputs: x, outputs });
    const y = { digit: [1], size: [2] };
    for (const [options, data] of [
      [{ loss: { digt: 'mse' } }, { name: 'loss.digt', nearest: ['digit'] }],
      [{ loss: ['mse', 'mse', 'mae'] }, { name: 'loss', given: 3 }],
      [
        { loss: 'mse', lossWeights: { sise: 1 } },
        { name: 'lossWeights.sise', nearest: ['size'] },
      ],
      [
        { loss: 'mse', metrics: ['mae'] },
        { name: 'metrics', given: 1 },
      ],
    ] as const) {
      two.compile(options);
      expect(await fails(two.fit([[1]], y, quiet))).toMatchObject({ code: 'argument', data });
    }
  });

  test('fit, evaluate and trainOnBatch reject a model that is not compiled', async () => {
    const fresh = sequential([dense({ units: 1, inputShape: [1] })]);
    for (const run of [fresh.fit([[1]], [1]), fresh.evaluate([[1]], [1]), fresh.trainOnBatch([[1]], [1])]) {
      expect(await fails(run)).toMatchObject({ code: 'argument', data: { compiled: false } });
    }
  });
});

const selfContaining: unknown[] = [];
selfContaining.push(selfContaining);

describe('errors about the data of fit and predict', () => {
  test.each([
    ['x and y of different lengths', [[1], [2]], [1], {}, { shapes: { x: [2, 1], y: [1] } }],
    ['sample weights of another length', [[1]], [1], { sampleWeight: [1, 2] }, { shapes: { sampleWeight: [2] } }],
    ['a single number', 3, [1], {}, { name: 'x', shape: [] }],
    ['ragged rows', [[1], [2, 3]], [1, 2], {}, { name: 'x[1]', expected: 1, given: 2 }],
    ['a number in place of a row', [[1], 2], [1, 2], {}, { name: 'x[1]', given: 'the number 2' }],
  ])('fit rejects %s', async (_, x, y, options, data) => {
    expect(await fails(line().fit(x as never, y, { ...quiet, ...options }))).toMatchObject({ code: 'shape', data });
  });

  test.each([
    ['text', ['a', 'b'], [1, 2], { name: 'x[0]', given: 'a' }],
    ['text in a nested row', [[1], ['b']], [1, 2], { name: 'x[1][0]', given: 'b' }],
    ['text as labels', [[1], [2]], ['cat', 'dog'], { name: 'y[0]', given: 'cat' }],
    ['dates', [new Date()], [1], { name: 'x[0]', given: 'an instance of Date' }],
    ['a promise', Promise.resolve([[1]]), [1], { name: 'x', given: 'a promise' }],
    ['an array of 64-bit integers', new BigInt64Array(1), [1], { name: 'x', given: 'a BigInt64Array' }],
    ['an array that contains itself', selfContaining, [1], { name: 'x' }],
    ['unknown input names', { dense_inputs: [[1]] }, [1], { name: 'x.dense_inputs', names: ['input_layer'] }],
    [
      'too many arrays',
      [hostArray('float32', [1, 1], Float32Array.of(1)), hostArray('float32', [1, 1], Float32Array.of(1))],
      [1],
      { given: 2 },
    ],
  ])('fit rejects %s', async (_, x, y, data) => {
    expect(await fails(line().fit(x as never, y as never, quiet))).toMatchObject({ code: 'argument', data });
  });

  test('fit and predict reject data without samples', async () => {
    const none = hostArray('float32', [0, 1], new Float32Array());
    expect(await fails(line().fit(none, hostArray('float32', [0], new Float32Array()), quiet))).toMatchObject({
      code: 'data',
    });
    expect(
      await fails(
        line().fit(
          fromGenerator(() => []),
          quiet,
        ),
      ),
    ).toMatchObject({ code: 'data' });
    expect(await fails(line().predict(none))).toMatchObject({ code: 'data' });
  });

  test('fit rejects inputs whose shape does not match the model', async () => {
    expect(await fails(line().fit([[1, 2]], [1], quiet))).toMatchObject({
      code: 'shape',
      data: { name: 'x', expected: [null, 1], given: [1, 2] },
    });
  });

  const rows = fromTensorSlices({ a: Float32Array.of(1, 2), b: Float32Array.of(3, 4), y: Float32Array.of(1, 2) });
  test.each([
    ['as objects', () => rows.map(({ a, b, y }) => [{ a, b }, y])],
    ['as lists', () => rows.map(({ a, b, y }) => [[a, b], y])],
  ])('fit explains how to combine columns that a dataset yields %s into one input', async (_, columns) => {
    await expect(line().fit(columns().batch(2) as never, quiet)).rejects.toMatchObject({
      code: 'argument',
      message: expect.stringContaining('Float32Array.of(row.a, row.b)'),
    });
  });

  test('predict explains how to add the batch axis to the form of the sample', async () => {
    const image = sequential([dense({ units: 1, inputShape: [2, 3] })]);
    const sample = hostArray('float32', [2, 3], new Float32Array(6));
    await expect(image.predict(sample)).rejects.toMatchObject({
      code: 'shape',
      message: expect.stringContaining('[sample] for nested arrays, expandDims(fromHost(sample), 0) for a host array.'),
    });
    await expect(image.predict(fromHost(sample))).rejects.toMatchObject({
      code: 'shape',
      message: expect.stringContaining('add the batch axis: expandDims(sample, 0).'),
    });
  });

  test('fit throws an error with the index of the element at which the generator threw', async () => {
    const source = fromGenerator(function* () {
      yield [[[1]], [1]];
      throw new Error('the disk is gone');
    });
    const failure = await fails(line().fit(source, quiet));
    expect(failure).toMatchObject({ code: 'data', data: { index: 1, stage: 'fromGenerator' } });
  });

  test('fit rejects batches that are tuples of more than three arrays', async () => {
    const source = fromGenerator(() => [[[[1]], [1], [1], [1]] as never]);
    expect(await fails(line().fit(source, quiet))).toMatchObject({ code: 'data', data: { parts: 4 } });
  });

  test('fit rejects missing labels for a loss, and a model without a loss', async () => {
    expect(await fails(line().fit([[1]], null, quiet))).toMatchObject({ code: 'argument', data: { name: 'loss' } });
    const lossless = sequential([dense({ units: 1, inputShape: [1] })]);
    lossless.compile();
    expect(await fails(lossless.fit([[1]], [1], quiet))).toMatchObject({ code: 'argument' });
  });
});

describe('indices that are out of range of an embedding', () => {
  const sentences = [[1, 2], [0, 5], [3, 1]]; // biome-ignore format: rows
  const y = [0, 1, 0];
  const embed = (name?: string) => embedding({ inputDim: 5, outputDim: 3, name });
  const nested = () => {
    const words = input({ shape: [2], name: 'words' });
    const vectors = sequential([embed('small'), flatten()]).apply(words);
    const others = flatten().apply(embedding({ inputDim: 9, outputDim: 3 }).apply(words));
    return functional({ inputs: words, outputs: dense({ units: 2 }).apply(adding().apply([vectors, others])) });
  };
  test.each([
    ['the first layer', () => sequential([embed('small'), flatten(), dense({ units: 2 })])],
    ['a layer of a model within a functional model', nested],
  ])('are rejected with their sample, before weights change, if the embedding is %s', async (_, make) => {
    const model = make();
    model.compile({ loss: losses.sparseCategoricalCrossentropy({ fromLogits: true }) });
    await model.trainOnBatch([[1, 2], [3, 4]], [0, 1]); // biome-ignore format: rows
    const before = await model.getWeights();
    const mistake = { code: 'index', data: { layer: 'small', index: 5, sample: 1, inputDim: 5 } };
    expect(await fails(model.fit(sentences, y, quiet))).toMatchObject(mistake);
    expect(await fails(model.fit(function* () { yield [sentences, y]; }, quiet))).toMatchObject(mistake); // biome-ignore format: a generator
    expect(await fails(model.trainOnBatch(sentences, y))).toMatchObject(mistake);
    expect(await fails(model.evaluate(sentences, y, quiet))).toMatchObject(mistake);
    expect(await fails(model.fit([[-1, 0]], [0], quiet))).toMatchObject({ code: 'index', data: { index: -1 } });
    expect(await model.getWeights()).toEqual(before);
    expect((await model.predict([[0, 4]])).shape).toEqual([1, 2]);
  });
});

describe('labels that do not match the loss', () => {
  test('labels outside the classes are rejected with their sample and the number of classes', async () => {
    const model = classifier('sparseCategoricalCrossentropy');
    const x = [
      [1, 2],
      [3, 4],
      [5, 6],
    ];
    const loss = 'sparseCategoricalCrossentropy';
    const beyond = { code: 'value', data: { output: 'output', loss, label: 3, sample: 1, classes: 3 } };
    expect(await fails(model.fit(x, [0, 3, 1], { ...quiet, batchSize: 1 }))).toEqual({
      ...beyond,
      data: { ...beyond.data, output: expect.any(String) },
    });
    expect(await fails(model.evaluate(x, [0, -1, 1], quiet))).toMatchObject({ code: 'value', data: { label: -1 } });
    expect(await fails(model.fit(x, [0, 0.5, 1], quiet))).toMatchObject({ code: 'value', data: { label: 0.5 } });
    const validated = model.fit(x, [0, 1, 2], { ...quiet, validationData: [x, [0, 1, 4]] });
    expect(await fails(validated)).toMatchObject({ code: 'value', data: { label: 4, sample: 2 } });
  });

  test('labels outside the classes leave the weights unchanged, wherever the labels are stored', async () => {
    const model = classifier('sparseCategoricalCrossentropy');
    const x = [[1, 2], [3, 4]]; // biome-ignore format: rows
    await model.trainOnBatch(x, [0, 1]);
    const before = await model.getWeights();
    const bad = tensor([0, 7], { dtype: 'int32' });
    const onDevice = await realize(add(bad, 0));
    async function* batches() {
      yield [tensor(x), onDevice] as const;
    }
    const attempts = [
      () => model.fit(x, [0, 7], quiet),
      () => model.fit(batches, quiet),
      () => model.trainOnBatch(x, [0, 7]),
      () => model.trainOnBatch(x, bad),
      () => model.trainOnBatch(x, onDevice),
      () => model.testOnBatch(x, onDevice),
      () => model.evaluate(batches, quiet),
    ];
    for (const attempt of attempts) {
      expect(await fails(attempt())).toMatchObject({ code: 'value', data: { label: 7, sample: 1, classes: 3 } });
    }
    expect(await model.getWeights()).toEqual(before);
    await model.trainOnBatch(x, [0, 1]);
  });

  test('labels outside the classes are rejected by every loss for integer labels', async () => {
    const x = [[1, 2], [3, 4]]; // biome-ignore format: rows
    const general = classifier('categoricalGeneralizedCrossEntropy');
    expect(await fails(general.fit(x, [0, 3], quiet))).toMatchObject({ code: 'value', data: { label: 3, sample: 1 } });
    const reader = sequential([dense({ units: 3, inputShape: [4, 2] })]);
    reader.compile({ loss: 'ctc' });
    const steps = [[[0, 1], [1, 0], [1, 1], [0, 0]]]; // biome-ignore format: rows
    expect(await fails(reader.fit(steps, [[1, 3]], quiet))).toMatchObject({
      code: 'value',
      data: { label: 3, sample: 0 },
    });
    const { history } = await reader.fit(steps, [[1, 2]], { ...quiet, epochs: 20 });
    expect(history.loss[19]).toBeLessThan(history.loss[0]);
  });

  test.each([
    ['integer labels for a loss that requires one-hot labels', 'categoricalCrossentropy', [0, 1]],
    ['a column of integer labels for a loss that requires one-hot labels', 'categoricalCrossentropy', [[0], [1]]],
    [
      'one-hot labels for a loss that requires integer labels',
      'sparseCategoricalCrossentropy',
      [
        [1, 0, 0],
        [0, 1, 0],
      ],
    ],
    [
      'labels with another number of columns than the output',
      'mse',
      [
        [1, 2],
        [3, 4],
      ],
    ],
  ])('fit rejects %s', async (_, loss, y) => {
    const x = [
      [1, 2],
      [3, 4],
    ];
    expect(await fails(classifier(loss).fit(x, y, quiet))).toMatchObject({
      code: 'shape',
      data: { output: expect.any(String), labels: expect.any(Array), outputs: [null, 3] },
    });
  });
});

describe('fit, for a network that lacks flatten(),', () => {
  test.each(['sparseCategoricalCrossentropy', 'mse'] as const)(
    'rejects one label per sample for the loss %s',
    async (loss) => {
      const model = sequential([dense({ units: 3, inputShape: [5, 2] })]);
      model.compile({ optimizer: 'sgd', loss });
      expect(await fails(model.fit(zeros([2, 5, 2]), zeros([2]), quiet))).toMatchObject({
        code: 'shape',
        data: { labels: [2], outputs: [null, 5, 3] },
      });
    },
  );
});

describe('errors about options of fit', () => {
  test.each([
    [{ epoch: 3 }, { name: 'epoch', nearest: ['epochs'] }],
    [{ batchSize: 0 }, { name: 'batchSize' }],
    [{ epochs: 1.5 }, { name: 'epochs' }],
    [{ validationSplit: 1 }, { name: 'validationSplit' }],
    [{ validationSplit: -0.5 }, { name: 'validationSplit' }],
    [{ classWeight: { 1: -3 } }, { name: 'classWeight[1]', given: -3 }],
    [{ validationData: [] }, { name: 'validationData' }],
    [{ verbose: 3 }, { name: 'verbose' }],
    [{ shuffle: 'batch' }, { name: 'shuffle' }],
    [{ signal: {} }, { name: 'signal' }],
    [{ classWeight: { cat: 1 } }, { name: 'classWeight.cat', given: 'cat' }],
    [
      { callbacks: [{ onEpochEnds: () => {} }] },
      { name: 'callbacks[0].onEpochEnds', nearest: expect.arrayContaining(['onEpochEnd']) },
    ],
  ])('fit rejects %j, and the error names the option and the nearest names', async (options, data) => {
    expect(await fails(line().fit([[1], [2]], [1, 2], { ...quiet, ...(options as object) }))).toMatchObject({
      code: 'argument',
      data,
    });
  });

  test('fit rejects a factory or class as a callback, and the error shows the call to write', async () => {
    class Patience {}
    for (const [callback, fix] of [
      [callbacks.earlyStopping, 'earlyStopping('],
      [Patience, 'new Patience('],
    ]) {
      const options = { ...quiet, callbacks: [callback] } as object;
      await expect(line().fit([[1]], [1], options)).rejects.toMatchObject({
        code: 'argument',
        data: { name: 'callbacks[0]' },
        message: expect.stringContaining(String(fix)),
      });
    }
  });

  test('fit advises a split of datasets that a shuffle does not mix again in each epoch', async () => {
    const source = fromGenerator(() => [[[[1]], [1]]]);
    await expect(line().fit(source, { ...quiet, validationSplit: 0.5 })).rejects.toThrow(/splitDataset\(\)/);
  });

  test.each([{ validationSplit: 0.5 }, { sampleWeight: [1] }, { batchSize: 3 }])(
    'fit rejects %j for datasets',
    async (options) => {
      const source = fromGenerator(() => [[[[1]], [1]]]);
      expect(await fails(line().fit(source, { ...quiet, ...options }))).toMatchObject({ code: 'argument' });
    },
  );

  test('fit rejects classWeight for several outputs', async () => {
    const x = input({ shape: [1] });
    const two = functional({ inputs: x, outputs: [dense({ units: 1 }).apply(x), dense({ units: 1 }).apply(x)] });
    two.compile({ loss: 'mse' });
    expect(await fails(two.fit([[1]], [tensorOf(1), tensorOf(2)], { ...quiet, classWeight: { 1: 2 } }))).toMatchObject({
      code: 'argument',
      data: { name: 'classWeight' },
    });
  });
});

const tensorOf = (value: number) => hostArray('float32', [1, 1], Float32Array.of(value));

describe('fit, if the loss is NaN,', () => {
  test('continues the training and warns once', async () => {
    const model = line();
    const { history } = await model.fit([[1], [1]], [Number.NaN, 1], { ...quiet, epochs: 3 });
    expect(history.loss.every(Number.isNaN)).toBe(true);
    expect(warn).toHaveBeenCalledTimes(1);
  });
});

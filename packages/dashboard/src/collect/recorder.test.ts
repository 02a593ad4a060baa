import '@manabi/backend-cpu/register';
import { describe, expect, test } from '@jest/globals';
import { hostArray, sub, tensor } from '@manabi/core';
import {
  type CompileOptions,
  callbacks,
  type FitOptions,
  input,
  layers,
  losses,
  type Model,
  model as network,
  sequential,
  setRandomSeed,
  type TrainingArrays,
} from '@manabi/layers';
import { dashboard } from '../callback/index.ts';
import type { DashboardOptions } from '../callback/options.ts';
import type { DashboardRecord, RecordOf, RecordType } from '../records/record.ts';

/** Options of a dashboard that only collects records. */
function collecting(options: DashboardOptions = {}) {
  const records: DashboardRecord[] = [];
  const sink = { write: (record: DashboardRecord) => void records.push(record) };
  return { records, board: dashboard({ port: null, run: 'run', sink, ...options }) };
}

function ofType<T extends RecordType>(records: readonly DashboardRecord[], type: T): RecordOf<T>[] {
  return records.filter((record): record is RecordOf<T> => record.type === type);
}

/** Runs a test with a clock that advances by a number of milliseconds whenever it is read. */
async function withClock<R>(step: number, run: () => Promise<R>): Promise<R> {
  const { now } = Date;
  let time = 0;
  Date.now = () => {
    time += step;
    return time;
  };
  try {
    return await run();
  } finally {
    Date.now = now;
  }
}

const x = tensor([
  [0, 0],
  [0, 1],
  [1, 0],
  [1, 1],
]);
const labels = hostArray('int32', [4], Int32Array.of(0, 1, 2, 1));

function classifier(options: CompileOptions = {}): Model {
  setRandomSeed(7);
  const model = sequential([
    layers.dense({ units: 3, kernelInitializer: 'zeros', activation: 'softmax', name: 'scores', inputShape: [2] }),
  ]);
  model.compile({
    optimizer: 'sgd',
    loss: 'sparseCategoricalCrossentropy',
    metrics: ['accuracy'],
    ...options,
  });
  return model;
}

test('dashboard rejects invalid options', () => {
  const wrong: readonly (readonly [string, unknown])[] = [
    ['port', 70_000],
    ['element', {}],
    ['sink', {}],
    ['updateFreq', 'step'],
    ['detailFreq', 0],
    ['samples', -1],
    ['classNames', ['a', 1]],
    ['color', 'red'],
  ];
  for (const [name, value] of wrong) {
    expect(() => dashboard({ [name]: value })).toThrow(expect.objectContaining({ code: 'argument' }));
  }
});

describe('a recorded training', () => {
  test('has the same records each time, apart from times', async () => {
    const { records, board } = collecting({ updateFreq: 'batch' });
    const options = { epochs: 2, batchSize: 2, shuffle: false, verbose: 0, callbacks: [board] } as const;
    const { history } = await classifier().fit(x, labels, { ...options, validationData: [x, labels] });

    const epoch = ['batch', 'batch', 'epoch', 'confusion', 'samples', 'histograms', 'histograms', 'trace'];
    expect(records.map(({ type }) => type)).toEqual(['started', ...epoch, ...epoch, 'ended']);
    expect(records[0]).toMatchObject({
      model: {
        className: 'Sequential',
        parameters: 9,
        trainableParameters: 9,
        layers: [{ name: 'scores', className: 'Dense', outputShape: '[null, 3]', parameters: 9, trainable: true }],
      },
      compile: {
        optimizer: expect.stringMatching(/^sgd \{ learningRate: 0\.01/),
        loss: 'sparseCategoricalCrossentropy',
        metrics: ['accuracy'],
      },
      backend: 'cpu',
      epochs: 2,
      steps: 2,
      version: 1,
    });
    expect(
      ofType(records, 'epoch').map(({ epoch: index, batches, values, learningRate }) => [
        index,
        batches,
        values,
        learningRate,
      ]),
    ).toEqual(
      [0, 1].map((index) => [
        index,
        2,
        Object.fromEntries(Object.entries(history).map(([name, values]) => [name, values[index]])),
        Math.fround(0.01),
      ]),
    );
    const batches = ofType(records, 'batch');
    expect(batches.map(({ epoch: index, batch }) => [index, batch])).toEqual([
      [0, 0],
      [0, 1],
      [1, 0],
      [1, 1],
    ]);
    expect(batches[1].values).toEqual({ loss: history.loss[0], accuracy: history.accuracy[0] });
    expect(records.at(-1)).toMatchObject({ type: 'ended', run: 'run', outcome: 'finished', message: '' });

    const again = collecting({ updateFreq: 'batch' });
    await classifier().fit(x, labels, { ...options, callbacks: [again.board], validationData: [x, labels] });
    const timeless = (record: DashboardRecord) => ({ ...record, time: 0, seconds: 0, model: null });
    const plain = (all: readonly DashboardRecord[]) => all.filter(({ type }) => type !== 'trace').map(timeless);
    expect(plain(again.records)).toEqual(plain(records));
  });

  test('has the same weights and random numbers as without a dashboard', async () => {
    const train = async (boards: readonly ReturnType<typeof dashboard>[]) => {
      setRandomSeed(1);
      const model = sequential([
        layers.dense({ units: 8, activation: 'relu', inputShape: [2] }),
        layers.dropout({ rate: 0.3 }),
        layers.dense({ units: 3, activation: 'softmax' }),
      ]);
      model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy' });
      const options = { epochs: 3, batchSize: 2, validationSplit: 0.25, verbose: 0, callbacks: boards } as const;
      const histories = [await model.fit(x, labels, options), await model.fit(x, labels, options)];
      return {
        weights: (await model.getWeights()).map(({ data }) => [...data]),
        loss: histories.map((h) => h.history.loss),
      };
    };
    const without = await train([]);
    expect(await train([collecting({ updateFreq: 'batch' }).board])).toEqual(without);
  });

  test('reads no batch with updateFreq epoch, every second one with 2, and few with auto', async () => {
    const counts = async (updateFreq: NonNullable<DashboardOptions['updateFreq']>) => {
      const { records, board } = collecting({
        updateFreq,
        samples: 0,
        histograms: false,
        trace: false,
        predictions: 0,
      });
      await classifier().fit(x, labels, { epochs: 3, batchSize: 1, verbose: 0, callbacks: [board] });
      expect(new Set(records.map(({ type }) => type))).toEqual(
        new Set(['started', 'epoch', 'ended', ...(ofType(records, 'batch').length > 0 ? ['batch'] : [])]),
      );
      return ofType(records, 'batch').length;
    };
    expect([await counts('epoch'), await counts(2), await counts('batch')]).toEqual([0, 6, 12]);
    expect(await withClock(0, () => counts('auto'))).toBe(0);
    // The clock is read once for each batch, so that 250 milliseconds have passed at the third one of each epoch.
    expect(await withClock(100, () => counts('auto'))).toBe(3);
  });

  test('has histograms of weights and of the gradients of the last batch', async () => {
    const { records, board } = collecting({ detailFreq: 2, predictions: 0, trace: false });
    const model = sequential([
      layers.dense({ units: 1, kernelInitializer: 'zeros', useBias: false, name: 'y', inputShape: [1] }),
    ]);
    model.compile({ optimizer: 'sgd', loss: 'mse' });
    await model.fit(tensor([[1]]), tensor([[2]]), { epochs: 4, verbose: 0, callbacks: [board] });
    const histograms = ofType(records, 'histograms');
    expect(histograms.map(({ epoch, of }) => [epoch, of])).toEqual([
      [1, 'weights'],
      [1, 'gradients'],
      [3, 'weights'],
      [3, 'gradients'],
    ]);
    // Each step moves w by 0.01 · 2 · (2 - w): 0, 0.04, 0.0792; the gradient is 2 · (w - 2).
    const [weights, gradients] = histograms.map(({ tensors }) => tensors[0]);
    expect(weights).toMatchObject({ name: expect.stringMatching(/y\/kernel$/), size: 1, counted: 1, notFinite: 0 });
    expect([weights.mean, gradients.mean]).toEqual([expect.closeTo(0.0792), expect.closeTo(2 * (0.0792 - 2))]);
    expect(weights.counts.reduce((sum, count) => sum + count, 0)).toBe(1);
  });

  test('has details after the first two epochs and the last one, and few between them', async () => {
    const { records, board } = collecting();
    const options = { epochs: 40, batchSize: 4, verbose: 0, callbacks: [board] } as const;
    await withClock(1, () => classifier().fit(x, labels, options));
    const epochs = ofType(records, 'samples').map(({ epoch }) => epoch);
    // Details take 3 of 60 milliseconds.
    expect(epochs).toEqual([0, 1, 16, 31, 39]);
    expect(ofType(records, 'histograms').map(({ epoch }) => epoch)).toEqual(epochs.flatMap((epoch) => [epoch, epoch]));
    expect(ofType(records, 'trace').map(({ epoch }) => epoch)).toEqual(epochs);
  });

  test('has the outcome and the message of a training that fails, is aborted or is stopped', async () => {
    const outcome = async (options: FitOptions) => {
      const { records, board } = collecting();
      const all = { epochs: 2, verbose: 0, ...options, callbacks: [board, ...(options.callbacks ?? [])] } as const;
      await classifier()
        .fit(x, labels, all)
        .catch(() => undefined);
      const { outcome: found, message } = ofType(records, 'ended')[0];
      return [found, message];
    };
    const controller = new AbortController();
    expect(await outcome({ callbacks: [{ onEpochEnd: () => Promise.reject(new Error('disk full')) }] })).toEqual([
      'failed',
      'disk full',
    ]);
    expect(
      await outcome({ signal: controller.signal, callbacks: [{ onTrainBatchEnd: () => controller.abort() }] }),
    ).toEqual(['stopped', expect.any(String)]);
    expect(
      await outcome({ callbacks: [callbacks.earlyStopping({ monitor: 'loss', patience: 0, mode: 'max' })] }),
    ).toEqual(['finished', '']);
  });

  test('ends after the current batch when a reader stops it, with the weights kept', async () => {
    let stop = (_run: string): void => {};
    const sink = {
      write: ({ type, run }: DashboardRecord) => {
        if (type === 'batch') stop(run);
      },
      onStop: (listener: (run: string) => void) => {
        stop = listener;
        return () => {};
      },
    };
    const model = classifier();
    const { records, board } = collecting();
    const both = {
      write: (record: DashboardRecord) => {
        records.push(record);
        sink.write(record);
      },
      onStop: sink.onStop,
    };
    const stopping = dashboard({ port: null, run: 'run', updateFreq: 'batch', sink: both });
    await model.fit(x, labels, { epochs: 100, batchSize: 1, verbose: 0, callbacks: [stopping] });
    expect(ofType(records, 'batch')).toHaveLength(1);
    expect(records.at(-1)).toMatchObject({ outcome: 'stopped' });
    expect((await model.getWeights())[1].data.some((value) => value !== 0)).toBe(true);
    await board.close();
  });

  test('continues without a part that fails, and warns once', async () => {
    const { records, board } = collecting();
    const model = classifier();
    const warnings: unknown[] = [];
    const warn = console.warn;
    console.warn = (text: unknown) => void warnings.push(text);
    model.predictOnBatch = () => Promise.reject(new Error('no predictions'));
    try {
      await model.fit(x, labels, { epochs: 2, verbose: 0, callbacks: [board] });
    } finally {
      console.warn = warn;
    }
    expect(warnings).toEqual([expect.stringContaining('no predictions')]);
    expect(ofType(records, 'samples')).toEqual([]);
    expect(records.at(-1)).toMatchObject({ outcome: 'finished' });
  });

  test('has a name for each training of the same dashboard', async () => {
    const { records, board } = collecting();
    for (let i = 0; i < 2; i++) await classifier().fit(x, labels, { verbose: 0, callbacks: [board] });
    expect(ofType(records, 'started').map(({ run }) => run)).toEqual(['run', 'run (2)']);
  });
});

describe('predictions', () => {
  /** Trains for one epoch with a learning rate of 0, and returns the confusion matrices and the samples. */
  async function predicted(
    model: Model,
    data: readonly [TrainingArrays, TrainingArrays],
    options: DashboardOptions = {},
  ) {
    const { records, board } = collecting(options);
    const [inputs, targets] = data;
    await model.fit(inputs, targets, { verbose: 0, callbacks: [board], validationData: [inputs, targets] });
    return { confusions: ofType(records, 'confusion'), samples: ofType(records, 'samples')[0]?.samples ?? [] };
  }

  /** A model whose output is its input. */
  function identity(width: number, loss: CompileOptions['loss']): Model {
    const model = sequential([
      layers.dense({
        units: width,
        kernelInitializer: 'identity',
        useBias: false,
        trainable: false,
        inputShape: [width],
      }),
      layers.dense({ units: width, kernelInitializer: 'identity', useBias: false, trainable: false }),
    ]);
    model.compile({ optimizer: 'sgd', loss });
    return model;
  }

  const rows = [
    [0.1, 0.7, 0.2],
    [0.5, 0.3, 0.2],
    [0.1, 0.1, 0.8],
  ];

  test('count classes of labels that are indices, and list wrong samples first', async () => {
    const { confusions, samples } = await predicted(
      identity(3, 'sparseCategoricalCrossentropy'),
      [tensor(rows), Uint8Array.of(1, 2, 2)],
      { classNames: ['ant', 'bee', 'cat'] },
    );
    expect(confusions).toEqual([
      expect.objectContaining({
        data: 'validation',
        classes: ['ant', 'bee', 'cat'],
        classCount: 3,
        samples: 3,
        correct: 2,
        counts: [
          [0, 0, 0],
          [0, 1, 0],
          [1, 0, 1],
        ],
      }),
    ]);
    expect(samples.map(({ index, outputs: [output] }) => [index, output])).toEqual([
      [1, expect.objectContaining({ kind: 'class', truth: 'cat', prediction: 'ant', correct: false })],
      [0, expect.objectContaining({ truth: 'bee', prediction: 'bee', correct: true })],
      [2, expect.objectContaining({ truth: 'cat', prediction: 'cat', correct: true })],
    ]);
    expect(samples[0].inputs).toEqual([{ kind: 'numbers', shape: [3], values: rows[1].map(Math.fround) }]);
  });

  test('count classes of one-hot labels', async () => {
    const oneHot = tensor([
      [0, 1, 0],
      [0, 0, 1],
      [0, 0, 1],
    ]);
    const { confusions } = await predicted(identity(3, 'categoricalCrossentropy'), [tensor(rows), oneHot]);
    expect(confusions[0].counts).toEqual([
      [0, 0, 0],
      [0, 1, 0],
      [1, 0, 1],
    ]);
  });

  test.each([
    ['probabilities', 'binaryCrossentropy', [[0.4], [0.6], [0.9]], [[0], [0], [1]]],
    ['logits', losses.binaryCrossentropy({ fromLogits: true }), [[-0.1], [0.2], [0.4]], [[0], [0], [1]]],
    ['margins', 'hinge', [[-0.1], [0.2], [0.4]], [[-1], [-1], [1]]],
  ] as const)('count two classes of %s', async (_, loss, scores, truth) => {
    const { confusions } = await predicted(identity(1, loss), [tensor(scores), tensor(truth)]);
    expect(confusions[0]).toMatchObject({
      classes: ['0', '1'],
      correct: 2,
      counts: [
        [1, 1],
        [0, 1],
      ],
    });
  });

  test('of several independent classes, and of regressions, are numbers', async () => {
    const [values, targets] = [tensor([[0.5, 2]]), tensor([[1, 0]])];
    for (const loss of [
      'mse',
      'binaryCrossentropy',
      (yTrue: Parameters<typeof sub>[0], yPred: Parameters<typeof sub>[0]) => sub(yTrue, yPred),
    ] as const) {
      const { confusions, samples } = await predicted(identity(2, loss as CompileOptions['loss']), [values, targets]);
      expect(confusions).toEqual([]);
      expect(samples[0].outputs).toEqual([
        expect.objectContaining({ kind: 'numbers', truth: [1, 0], prediction: [0.5, 2] }),
      ]);
    }
  });

  test('include the most confused 50 of many classes', async () => {
    const model = sequential([
      layers.embedding({ inputDim: 200, outputDim: 200, embeddingsInitializer: 'zeros', trainable: false }),
      layers.flatten(),
    ]);
    model.compile({ optimizer: 'sgd', loss: losses.sparseCategoricalCrossentropy({ fromLogits: true }) });
    const indices = Int32Array.from({ length: 200 }, (_, i) => i);
    const { confusions } = await predicted(model, [hostArray('int32', [200, 1], indices), indices]);
    expect(confusions[0]).toMatchObject({ classCount: 200, samples: 200, correct: 1 });
    expect(confusions[0].classes).toEqual(Array.from({ length: 50 }, (_, i) => String(i)));
    expect(confusions[0].counts.map(([first]) => first)).toEqual(new Array(50).fill(1));
  });

  test('cover every output of a model with several', async () => {
    const inputs = input({ shape: [2], name: 'x' });
    const kind = layers.dense({ units: 2, activation: 'softmax', name: 'kind' }).apply(inputs);
    const size = layers.dense({ units: 1, name: 'size' }).apply(inputs);
    const model = network({ inputs, outputs: { kind, size } });
    model.compile({ optimizer: 'sgd', loss: { kind: 'sparseCategoricalCrossentropy', size: 'mse' } });
    const { confusions, samples } = await predicted(model, [
      tensor([[1, 2]]),
      { kind: tensor([1], { dtype: 'int32' }), size: tensor([[3]]) },
    ]);
    expect(confusions.map(({ output }) => output)).toEqual(['kind']);
    expect(samples[0].outputs.map(({ output, kind: form }) => [output, form])).toEqual([
      ['kind', 'class'],
      ['size', 'numbers'],
    ]);
  });

  test('stop at the largest number of samples', async () => {
    const { confusions, samples } = await predicted(
      identity(3, 'sparseCategoricalCrossentropy'),
      [tensor(rows), Uint8Array.of(1, 2, 2)],
      { predictions: 2, samples: 1 },
    );
    expect([confusions[0].samples, samples.length]).toEqual([2, 1]);
  });

  test('use the last training batch without validation data', async () => {
    const { records, board } = collecting();
    await classifier().fit(x, labels, { batchSize: 4, shuffle: false, verbose: 0, callbacks: [board] });
    expect(ofType(records, 'confusion')[0]).toMatchObject({ data: 'training batch', samples: 4 });
  });

  test.each([
    ['uint8', [1, 2, 2, 1], Uint8Array.of(0, 64, 128, 255), [0, 64, 128, 255]],
    ['float32', [1, 2, 2, 1], Float32Array.of(0, 0.25, 0.5, 1), [0, 64, 128, 255]],
    ['float32', [1, 2, 2, 1], Float32Array.of(-1, -0.5, 0, 1), [0, 64, 128, 255]],
    ['float32', [1, 1, 2, 2], Float32Array.of(0, 64, 128, 255), [0, 64, 128, 255]],
  ] as const)('show images of %s %j', async (dtype, shape, data, pixels) => {
    const model = sequential([layers.flatten({ inputShape: shape.slice(1) }), layers.dense({ units: 1 })]);
    model.compile({ optimizer: 'sgd', loss: 'mse' });
    const { samples } = await predicted(model, [hostArray(dtype, shape, data), tensor([[1]])]);
    const [shown] = samples[0].inputs;
    expect(shown).toMatchObject({ kind: 'image', height: 2, width: 2, channels: 1 });
    expect(shown.kind === 'image' && [...Buffer.from(shown.pixels, 'base64')]).toEqual(pixels);
  });
});

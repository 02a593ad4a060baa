import '@manabi/backend-cpu/register';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { add, clone, mean, mul, scalar, square, sub, type Tensor, tensor, tree } from '@manabi/core';
import { adam, sgd } from '@manabi/optimizers';
import { assertArraysClose } from '@manabi/testing';
import {
  type CallContext,
  type CompileOptions,
  clearSession,
  layers,
  Model,
  regularizers,
  type StepBatch,
  type StepGradients,
  sequential,
  setRandomSeed,
  type TrainStep,
} from '../../index.ts';

const x = [[1, 2], [3, 4], [5, -1], [0, 1], [2, 2], [-3, 1], [4, 0], [1, 1]]; // biome-ignore format: rows
const y = [[1], [0], [2], [1], [3], [0], [1], [2]];
const quiet = { verbose: 0, shuffle: false } as const;

beforeEach(() => {
  clearSession();
  setRandomSeed(1);
});

/** Creates a network with regularizers and without dropout; all networks that it creates have the same weights. */
function network(options: CompileOptions = {}) {
  clearSession();
  const model = sequential(
    [
      layers.dense({ units: 4, activation: 'tanh', kernelRegularizer: regularizers.l2(), inputShape: [2] }),
      layers.dense({ units: 1 }),
    ],
    { seed: 3 },
  );
  model.compile({ optimizer: adam({ learningRate: 0.1 }), loss: 'mse', metrics: ['mae'], ...options });
  return model;
}

async function weightsOf(model: Model): Promise<number[]> {
  return (await model.getWeights()).flatMap(({ data }) => [...data]);
}

/** Returns the mean of several objects of tensors, as processes that train together compute it. */
function meanOf(records: readonly Readonly<Record<string, Tensor>>[]): Record<string, Tensor> {
  const names = Object.keys(records[0]);
  return Object.fromEntries(
    names.map((name) => [
      name,
      mul(
        records.map((record) => record[name]).reduce((a, b) => add(a, b)),
        1 / records.length,
      ),
    ]),
  );
}

describe('Model.gradients and applyGradients', () => {
  test('gradients() followed by applyGradients() changes the weights like a step of fit', async () => {
    const [fitted, looped] = [network(), network()];
    await fitted.fit(x, y, { ...quiet, batchSize: 4, epochs: 2 });
    for (let epoch = 0; epoch < 2; epoch++) {
      for (const start of [0, 4])
        await looped.applyGradients(await looped.gradients(x.slice(start, start + 4), y.slice(start, start + 4)));
    }
    assertArraysClose(await weightsOf(looped), await weightsOf(fitted), { rtol: 1e-5, atol: 1e-6 });
    expect(await looped.trainer.iterations()).toBe(4);
  });

  test('gradients() differentiates the compiled loss with its regularizers, without changing the model', async () => {
    const model = network({ optimizer: sgd({ learningRate: 1 }) });
    const before = await weightsOf(model);
    const { loss, gradients, updates } = await model.gradients(x, y);
    expect(await weightsOf(model)).toEqual(before);
    expect(Object.keys(gradients)).toEqual(['dense/kernel', 'dense/bias', 'dense_1/kernel', 'dense_1/bias']);
    expect(updates).toEqual({});
    const evaluated = await model.evaluate(x, y, { verbose: 0 });
    assertArraysClose([await loss.item()], [evaluated.loss], { rtol: 1e-5 });
    await model.applyGradients({ gradients });
    const values = (await Promise.all(Object.values(gradients).map((g) => g.data()))).flatMap((data) => [...data]);
    assertArraysClose(await weightsOf(model), before.map((w, i) => w - values[i]), { rtol: 1e-5, atol: 1e-6 }); // biome-ignore format: one line
  });

  test('two replicas that train on half batches with averaged gradients equal one model that trains on whole batches', async () => {
    const [first, second, whole] = [network(), network(), network()];
    for (let step = 0; step < 5; step++) {
      const halves = [
        await first.gradients(x.slice(0, 4), y.slice(0, 4)),
        await second.gradients(x.slice(4), y.slice(4)),
      ];
      const gradients = meanOf(halves.map((half) => half.gradients));
      await Promise.all(
        [first, second].map((model) => model.applyGradients({ gradients: tree.map(clone, gradients) })),
      );
      await whole.trainOnBatch(x, y);
    }
    expect(await weightsOf(second)).toEqual(await weightsOf(first));
    assertArraysClose(await weightsOf(first), await weightsOf(whole), { rtol: 1e-4, atol: 1e-5 });
  });

  test('reduceGradients can average the gradients and the moving statistics of two replicas during fit', async () => {
    const exchange = barrier(2);
    const replica = (options: CompileOptions = {}) => {
      clearSession();
      const model = sequential(
        [layers.dense({ units: 3, inputShape: [2] }), layers.batchNormalization(), layers.dense({ units: 1 })],
        { seed: 5 },
      );
      model.compile({ optimizer: sgd({ learningRate: 0.05 }), loss: 'mse', ...options });
      return model;
    };
    const [first, second] = [replica({ reduceGradients: exchange }), replica({ reduceGradients: exchange })];
    await Promise.all([
      first.fit(x.slice(0, 4), y.slice(0, 4), { ...quiet, batchSize: 2, epochs: 2 }),
      second.fit(x.slice(4), y.slice(4), { ...quiet, batchSize: 2, epochs: 2 }),
    ]);
    expect(await weightsOf(second)).toEqual(await weightsOf(first));
    const alone = replica();
    await alone.fit(x.slice(0, 4), y.slice(0, 4), { ...quiet, batchSize: 2, epochs: 2 });
    expect(await weightsOf(alone)).not.toEqual(await weightsOf(first));
    const identity = replica({ reduceGradients: (step) => step });
    await identity.fit(x.slice(0, 4), y.slice(0, 4), { ...quiet, batchSize: 2, epochs: 2 });
    assertArraysClose(await weightsOf(identity), await weightsOf(alone), { rtol: 1e-5, atol: 1e-6 });
  });

  test('with gradientAccumulationSteps: 2, applyGradients() updates the weights in every second call', async () => {
    const [halves, whole] = [
      network({ gradientAccumulationSteps: 2, optimizer: 'sgd' }),
      network({ optimizer: 'sgd' }),
    ];
    for (const start of [0, 4])
      await halves.applyGradients(await halves.gradients(x.slice(start, start + 4), y.slice(start, start + 4)));
    await whole.trainOnBatch(x, y);
    expect(await halves.trainer.iterations()).toBe(1);
    assertArraysClose(await weightsOf(halves), await weightsOf(whole), { rtol: 1e-4, atol: 1e-6 });
  });

  test('with gradient accumulation, each batch of an update has another dropout mask', async () => {
    clearSession();
    const dense = layers.dense({ units: 1, kernelInitializer: 'zeros', useBias: false });
    const model = sequential([layers.dropout({ rate: 0.5, inputShape: [64] }), dense]);
    model.compile({ optimizer: sgd({ learningRate: 1 }), loss: 'mse', gradientAccumulationSteps: 2 });
    const ones = [new Array<number>(64).fill(1)];
    await model.fit([...ones, ...ones], [[1], [1]], { ...quiet, batchSize: 1 });
    // Each batch changes the weights that dropout keeps by 4, and the mean of two batches by 2. If both batches had the
    // same mask, the value 2 could not occur.
    expect(new Set(await weightsOf(model))).toEqual(new Set([0, 2, 4]));
  });

  test('applyGradients() changes only weights that have gradients', async () => {
    const model = network();
    const before = await weightsOf(model);
    const { gradients } = await model.gradients(x, y);
    await model.applyGradients({ gradients: { 'dense_1/bias': gradients['dense_1/bias'] } });
    const after = await weightsOf(model);
    expect(after.slice(0, -1)).toEqual(before.slice(0, -1));
    expect(after.at(-1)).not.toBe(before.at(-1));
  });

  test('applyGradients() suggests the nearest path for an unknown one, and rejects mismatched shapes', async () => {
    const model = network();
    await expect(model.applyGradients({ gradients: { 'dense/kernal': scalar(1) } })).rejects.toMatchObject({
      code: 'argument',
      data: { name: 'gradients.dense/kernal', nearest: expect.arrayContaining(['dense/kernel']) },
    });
    await expect(model.applyGradients({ gradients: { 'dense/kernel': scalar(1) } })).rejects.toMatchObject({
      code: 'shape',
      op: 'applyGradients',
      data: { variable: 'dense/kernel', expected: [2, 4], shape: [] },
    });
    await expect(sequential([layers.dense({ units: 1, inputShape: [1] })]).gradients([[1]])).rejects.toMatchObject({
      code: 'argument',
      data: { compiled: false },
    });
  });
});

/**
 * Returns a function that waits until `count` trainings have called it, and returns the mean of their values to all of
 * them.
 */
function barrier(count: number): (step: StepGradients) => Promise<StepGradients> {
  let waiting: { readonly step: StepGradients; readonly resolve: (step: StepGradients) => void }[] = [];
  return (step) =>
    new Promise((resolve) => {
      waiting.push({ step, resolve });
      if (waiting.length < count) return;
      const all = waiting;
      waiting = [];
      const gradients = meanOf(all.map((each) => each.step.gradients));
      const updates = meanOf(all.map((each) => each.step.updates));
      for (const { step: own, resolve: go } of all) {
        go({ loss: own.loss, gradients: tree.map(clone, gradients), updates: tree.map(clone, updates) });
      }
    });
}

/** A custom model without its own training step. */
class Plain extends Model {
  readonly hidden = layers.dense({ units: 4, activation: 'tanh', kernelRegularizer: regularizers.l2() });
  readonly norm = layers.batchNormalization();
  readonly drop = layers.dropout({ rate: 0.3 });
  readonly last = layers.dense({ units: 1 });

  override call(input: Tensor, context: CallContext): Tensor {
    const hidden = this.norm.apply(this.hidden.apply(input, context), context);
    return this.last.apply(this.drop.apply(hidden, context), context);
  }
}

class Stepped extends Plain {
  override readonly stepLogs = ['double'];

  override trainStep(step: TrainStep, batch: StepBatch) {
    const { loss, gradients } = step.gradients(() => step.loss(batch));
    step.applyGradients(gradients);
    return { double: mul(loss, 2) };
  }
}

describe('a custom training step', () => {
  test('a trainStep equal to the default step logs the same losses and metrics as the default step, and its own logs', async () => {
    const train = async (model: Model) => {
      model.build([null, 2]);
      model.compile({ optimizer: adam({ learningRate: 0.05 }), loss: 'mse', metrics: ['mae'] });
      const { history } = await model.fit(x, y, { ...quiet, batchSize: 4, epochs: 3 });
      return history;
    };
    const own = await train(new Stepped({ seed: 2 }));
    expect(Object.keys(own)).toEqual(['loss', 'double', 'mae']);
    expect(own.double.map((value) => value / 2)).toEqual(own.loss);
    class WithoutDropout extends Stepped {
      override readonly drop = layers.dropout({ rate: 0 });
    }
    class PlainWithoutDropout extends Plain {
      override readonly drop = layers.dropout({ rate: 0 });
    }
    clearSession();
    const ownExact = await train(new WithoutDropout({ seed: 2 }));
    clearSession();
    const plain = await train(new PlainWithoutDropout({ seed: 2 }));
    assertArraysClose(ownExact.loss, plain.loss, { rtol: 1e-5 });
    assertArraysClose(ownExact.mae, plain.mae, { rtol: 1e-5 });
  });

  test('a trainStep can update two layers one after the other, and the second reads the updated weights of the first', async () => {
    const seen: string[][] = [];
    class Parts extends Model {
      override readonly stepLogs = ['first', 'second'];
      readonly a = layers.dense({ units: 1, useBias: false, kernelInitializer: 'ones' });
      readonly b = layers.dense({ units: 1, useBias: false, kernelInitializer: 'ones' });

      override call(input: Tensor, context: CallContext): Tensor {
        return this.b.apply(this.a.apply(input, context), context);
      }

      override trainStep(step: TrainStep, { x: [input] }: StepBatch) {
        const first = step.gradients((context) => mean(square(this.a.apply(input, context))), this.a);
        seen.push(Object.keys(first.gradients));
        step.applyGradients(first.gradients);
        const output = this.a.apply(input, step.context);
        const second = step.gradients((context) => mean(square(this.b.apply(output, context))), this.b);
        step.applyGradients(second.gradients);
        return { first: first.loss, second: second.loss };
      }
    }
    const model = new Parts();
    model.build([null, 1]);
    model.compile({ optimizer: sgd({ learningRate: 0.25 }) });
    const logs = await model.trainOnBatch([[1]]);
    // The weight of a becomes 1 - 0.25 · 2 = 0.5 before b is trained. The loss of b is then 0.5² and its gradient 2 ·
    // 0.25.
    expect(logs).toEqual({ first: 1, second: 0.25 });
    expect(await weightsOf(model)).toEqual([0.5, 0.875]);
    expect(await model.trainer.iterations()).toBe(1);
    expect(seen[0]).toEqual(['dense/kernel']);
  });

  test('a trainStep that updates the same weights twice counts two updates', async () => {
    class Twice extends Plain {
      override trainStep(step: TrainStep, batch: StepBatch) {
        for (let i = 0; i < 2; i++) step.applyGradients(step.gradients(() => step.loss(batch)).gradients);
        return {};
      }
    }
    const model = new Twice();
    model.build([null, 2]);
    model.compile({ optimizer: adam(), loss: 'mse' });
    await model.fit(x, y, { ...quiet, batchSize: 4 });
    expect(await model.trainer.iterations()).toBe(4);
  });

  test('a trainStep stores the state of layers that it calls, both outside and inside of step.gradients()', async () => {
    class Statistics extends Model {
      readonly norm = layers.batchNormalization({ momentum: 0.5 });
      readonly last = layers.dense({ units: 1 });
      override call(input: Tensor, context: CallContext): Tensor {
        return this.last.apply(this.norm.apply(input, context), context);
      }
      override trainStep(step: TrainStep, { x: [input] }: StepBatch) {
        this.norm.apply(input, step.context);
        const { gradients } = step.gradients((context) => mean(this.call(input, context)));
        step.applyGradients(gradients);
        return {};
      }
    }
    const model = new Statistics();
    model.build([null, 1]);
    model.compile({ optimizer: 'sgd' });
    await model.trainOnBatch([[4], [8]]);
    const [, , mean0] = await model.norm.getWeights();
    expect(mean0.data[0]).toBe(4.5);
  });

  test('a trainStep computes the same losses with jit: true and jit: false', async () => {
    const train = async (jit: boolean) => {
      clearSession();
      const model = new Stepped({ seed: 2 });
      model.build([null, 2]);
      model.compile({ optimizer: 'adam', loss: 'mse', jit });
      return (await model.fit(x, y, { ...quiet, batchSize: 4, epochs: 2 })).history.loss;
    };
    assertArraysClose(await train(false), await train(true), { rtol: 1e-5 });
  });

  test.each([
    ['a compiled loss that it does not compute', {}, () => ({}), { code: 'argument', data: { model: 'odd' } }],
    [
      'logs that are missing from stepLogs',
      {},
      (step: TrainStep, batch: StepBatch) => ({ other: step.loss(batch) }),
      { code: 'argument' },
    ],
    [
      'the option reduceGradients',
      { reduceGradients: (step: StepGradients) => step },
      () => ({}),
      { code: 'argument', data: { name: 'reduceGradients' } },
    ],
    [
      'a call of gradients within gradients',
      {},
      (step: TrainStep, batch: StepBatch) => {
        step.gradients(() => step.gradients(() => step.loss(batch)).loss);
        return {};
      },
      { code: 'argument' },
    ],
    [
      'gradients of a layer of another model',
      {},
      (step: TrainStep, batch: StepBatch) => {
        step.gradients(() => step.loss(batch), layers.dense({ units: 1 }));
        return {};
      },
      { code: 'argument', data: { layer: expect.anything() } },
    ],
    [
      'gradients with unknown paths',
      {},
      (step: TrainStep, batch: StepBatch) => {
        step.loss(batch);
        step.applyGradients({ nowhere: tensor([1]) });
        return {};
      },
      { code: 'argument', data: { path: 'nowhere' } },
    ],
    [
      'an async function',
      {},
      async (step: TrainStep, batch: StepBatch) => {
        step.loss(batch);
        return {};
      },
      { code: 'argument', message: expect.stringContaining('must not be async') },
    ],
    [
      'a log that is missing from stepLogs, and the error shows the declaration',
      {},
      (step: TrainStep, batch: StepBatch) => ({ loss: step.loss(batch) }),
      { code: 'argument', message: expect.stringContaining("stepLogs = ['loss']") },
    ],
  ] as const)('fit rejects a trainStep with %s', async (_, options, trainStep, error) => {
    class Odd extends Plain {}
    const model = Object.assign(new Odd({ name: 'odd' }), { trainStep });
    model.build([null, 2]);
    model.compile({ optimizer: 'sgd', loss: 'mse', ...options });
    await expect(model.fit(x, y, quiet)).rejects.toMatchObject(error);
  });

  test('a trainStep can compute its loss from outputs and labels with its own function', async () => {
    class Own extends Model {
      override readonly stepLogs = ['own'];
      readonly last = layers.dense({ units: 1, kernelInitializer: 'zeros', kernelRegularizer: regularizers.l2() });
      override call(input: Tensor, context: CallContext): Tensor {
        return this.last.apply(input, context);
      }
      override trainStep(step: TrainStep, { x: [input], y: [labels] }: StepBatch) {
        const { loss, gradients } = step.gradients((context) => {
          const error = mean(square(sub(this.last.apply(input, context), labels ?? scalar(0))));
          return step.addedLosses().reduce((sum, added) => add(sum, added), error);
        });
        step.applyGradients(gradients);
        return { own: loss };
      }
    }
    const model = new Own();
    model.build([null, 2]);
    model.compile({ optimizer: sgd({ learningRate: 0.01 }) });
    const { history } = await model.fit(x, y, { ...quiet, batchSize: 8, epochs: 20 });
    expect(Object.keys(history)).toEqual(['own']);
    expect(history.own[19]).toBeLessThan(history.own[0] / 1.5);
  });
});

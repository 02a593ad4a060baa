import { beforeEach, describe, expect, jest, test } from '@jest/globals';
import '@manabi/backend-cpu/register';
import { fromHost, type HostArray, hostArray, isTensor } from '@manabi/core';
import { fromTensorSlices } from '@manabi/data';
import { randomSource } from '@manabi/testing';
import {
  type CallbackHooks,
  callbacks,
  type FitOptions,
  type History,
  layers,
  type Model,
  type SavePoint,
  sequential,
  setRandomSeed,
  type TrainerState,
  type TrainingProgress,
} from '../../index.ts';

const random = randomSource(5);
const x = hostArray('float32', [50, 4], random.float32Array(200));
const y = hostArray('float32', [50, 1], random.float32Array(50));

/** The complete state of a training between two steps, in host memory. */
interface Saved {
  readonly point: SavePoint;
  readonly weights: readonly HostArray[];
  readonly state: TrainerState;
  readonly progress: TrainingProgress;
}

/** Returns a copy of a value whose tensors are in host memory, where later steps do not change them. */
async function kept<T>(value: T): Promise<T> {
  const visit = async (part: unknown): Promise<unknown> => {
    if (isTensor(part)) return fromHost(hostArray(part.dtype, part.shape, (await part.data()).slice()));
    if (Array.isArray(part)) return Promise.all(part.map(visit));
    if (typeof part !== 'object' || part === null || ArrayBuffer.isView(part)) return part;
    const entries = Object.entries(part).map(async ([key, inner]) => [key, await visit(inner)] as const);
    return Object.fromEntries(await Promise.all(entries));
  };
  // The copy has the same type as the value, since only tensors are replaced.
  return (await visit(value)) as T;
}

/** Creates a callback that saves the training whenever `onSavePoint` is called. */
function saver(model: Model, saved: Saved[]): CallbackHooks {
  return {
    onSavePoint: async (point) => {
      const progress = await model.trainer.progress();
      if (progress === null) throw new Error('No training is running.');
      const weights = await model.getWeights();
      saved.push(await kept({ point, weights, state: model.trainer.state(), progress }));
    },
  };
}

interface Case {
  readonly options?: FitOptions;
  readonly compile?: object;
  readonly seed?: number;
  /** Creates additional callbacks; called for each training. */
  readonly callbacks?: () => CallbackHooks[];
  /** Creates a dataset in place of the arrays; called for each training. */
  readonly stream?: () => Parameters<Model['fit']>[0];
  readonly validation?: () => NonNullable<FitOptions['validationData']>;
}

function build({ compile = {}, seed }: Case): Model {
  const model = sequential(
    [
      layers.dense({ units: 6, activation: 'relu', inputShape: [4], name: 'hidden' }),
      layers.batchNormalization({ name: 'normal' }),
      layers.dropout({ rate: 0.3, name: 'dropped' }),
      layers.dense({ units: 1, name: 'result' }),
    ],
    { ...(seed === undefined ? {} : { seed }), name: 'model' },
  );
  model.compile({ optimizer: 'adam', loss: 'mse', metrics: ['mae'], ...compile });
  return model;
}

async function train(model: Model, of: Case, more: CallbackHooks[]): Promise<History> {
  const options: FitOptions = {
    epochs: 3,
    verbose: 0,
    ...of.options,
    ...(of.validation === undefined ? {} : { validationData: of.validation() }),
    callbacks: [...(of.callbacks?.() ?? []), ...more],
  };
  if (of.stream !== undefined) return model.fit(of.stream(), options);
  return model.fit(x, y, { batchSize: 16, ...options });
}

const batches = (seed: number) => fromTensorSlices({ x, y }).shuffle(50, { seed }).batch(16);

const cases: Record<string, Case> = {
  arrays: {},
  'arrays in order, with a validation split': { options: { shuffle: false, validationSplit: 0.2 } },
  'a model with its own seed': { seed: 3 },
  'epochs that end within a pass': { options: { stepsPerEpoch: 3, epochs: 4 } },
  'a dataset': { stream: () => batches(1) },
  'a dataset shuffled element by element': {
    stream: () =>
      fromTensorSlices({ x, y })
        .map((sample) => sample)
        .shuffle(10, { seed: 2 })
        .batch(16)
        .prefetch(2),
  },
  'an endless dataset': { stream: () => batches(1).repeat(), options: { stepsPerEpoch: 3, epochs: 4 } },
  'a validation dataset': { validation: () => batches(4), options: { validationFreq: 2, epochs: 5 } },
  'gradient accumulation': { compile: { gradientAccumulationSteps: 3 } },
  'moving averages': {
    compile: { useEma: true, emaOverwriteFrequency: 5 },
    callbacks: () => [callbacks.swapEMAWeights({ swapOnEpoch: true })],
    options: { validationSplit: 0.2 },
  },
  'callbacks that change the learning rate': {
    callbacks: () => [
      callbacks.learningRateScheduler((_, rate) => rate * 0.5),
      callbacks.reduceLROnPlateau({ monitor: 'loss', patience: 0, factor: 0.5 }),
    ],
  },
  'early stopping': {
    options: { epochs: 9, validationSplit: 0.2 },
    callbacks: () => [callbacks.earlyStopping({ patience: 1, mode: 'max', restoreBestWeights: true })],
  },
};

describe('a resumed training', () => {
  beforeEach(() => {
    setRandomSeed(42);
    // Some datasets end within an epoch, which causes a warning.
    jest.spyOn(console, 'warn').mockImplementation(() => {});
  });

  test.each(Object.entries(cases))('ends in the same state as an uninterrupted training, with %s', async (_, of) => {
    const saved: Saved[] = [];
    const whole = build(of);
    const { history, epoch } = await train(whole, of, [saver(whole, saved)]);
    const expected = { history, epoch, weights: await whole.getWeights() };
    expect(saved.length).toBeGreaterThan(8);
    const within = saved.findIndex(({ point }) => point.epoch === 1 && point.step === 1);
    const between = saved.findIndex(({ point }) => point.epochEnded);
    for (const index of [0, between, within, saved.length - 1]) {
      const { point, weights, state, progress } = saved[index];
      // The resuming program has drawn other random numbers before.
      setRandomSeed(7);
      const resumed = build(of);
      resumed.setWeights(weights);
      resumed.trainer.setState(await kept(state));
      resumed.trainer.resume(await kept(progress));
      const result = await train(resumed, of, []);
      const got = { history: result.history, epoch: result.epoch, weights: await resumed.getWeights() };
      expect({ point, ...got }).toEqual({ point, ...expected });
    }
  });
});

describe('resuming a training', () => {
  test('throws an error for data with another number of steps per epoch', async () => {
    const saved: Saved[] = [];
    const model = build({});
    await train(model, {}, [saver(model, saved)]);
    model.trainer.resume(saved[0].progress);
    await expect(train(model, { options: { batchSize: 10 } }, [])).rejects.toMatchObject({
      code: 'argument',
      data: { expected: 4, steps: 5 },
    });
  });

  test('throws an error if a callback whose state was saved is missing', async () => {
    const saved: Saved[] = [];
    const of: Case = { callbacks: () => [callbacks.earlyStopping({ monitor: 'loss', patience: 9 })] };
    const model = build(of);
    await train(model, of, [saver(model, saved)]);
    model.trainer.resume(saved[3].progress);
    await expect(train(model, {}, [])).rejects.toMatchObject({
      code: 'argument',
      data: { callback: 'earlyStopping' },
    });
  });

  test('throws an error for a model compiled with other metrics', async () => {
    const saved: Saved[] = [];
    const model = build({});
    await train(model, {}, [saver(model, saved)]);
    const other = build({ compile: { metrics: [] } });
    other.trainer.resume(saved[0].progress);
    await expect(train(other, {}, [])).rejects.toMatchObject({ code: 'argument' });
  });

  test.each(['onEpochBegin', 'onBatchEnd', 'onEpochEnd'] as const)(
    'trainer.progress() throws an error in the hook %s',
    async (hook) => {
      const model = build({});
      const early: CallbackHooks = { [hook]: async () => void (await model.trainer.progress()) };
      await expect(train(model, {}, [early])).rejects.toMatchObject({ code: 'argument', op: 'progress' });
    },
  );

  test('trainer.progress() returns null while no training runs', async () => {
    const model = build({});
    expect(await model.trainer.progress()).toBeNull();
    const ending: CallbackHooks = { onTrainEnd: async () => expect(await model.trainer.progress()).toBeNull() };
    await train(model, {}, [ending]);
    expect(await model.trainer.progress()).toBeNull();
  });
});

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

/** All that a training needs to go on, in host memory. */
interface Saved {
  readonly point: SavePoint;
  readonly weights: readonly HostArray[];
  readonly state: TrainerState;
  readonly progress: TrainingProgress;
}

/** A copy with all tensors read, so that steps cannot take them away. */
async function kept<T>(value: T): Promise<T> {
  const visit = async (part: unknown): Promise<unknown> => {
    if (isTensor(part)) return fromHost(hostArray(part.dtype, part.shape, (await part.data()).slice()));
    if (Array.isArray(part)) return Promise.all(part.map(visit));
    if (typeof part !== 'object' || part === null || ArrayBuffer.isView(part)) return part;
    const entries = Object.entries(part).map(async ([key, inner]) => [key, await visit(inner)] as const);
    return Object.fromEntries(await Promise.all(entries));
  };
  // The form stays.
  return (await visit(value)) as T;
}

/** Saves at each point. */
function saver(model: Model, saved: Saved[]): CallbackHooks {
  return {
    onSavePoint: async (point) => {
      const progress = await model.trainer.progress();
      if (progress === null) throw new Error('There is no training.');
      const weights = await model.getWeights();
      saved.push(await kept({ point, weights, state: model.trainer.state(), progress }));
    },
  };
}

interface Case {
  readonly options?: FitOptions;
  readonly compile?: object;
  readonly seed?: number;
  /** Further callbacks, made anew for each training. */
  readonly callbacks?: () => CallbackHooks[];
  /** Trains on a data set, made anew for each training. */
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
  'arrays in their order, with a part to validate on': { options: { shuffle: false, validationSplit: 0.2 } },
  'a model with a seed of its own': { seed: 3 },
  'steps that end within a pass': { options: { stepsPerEpoch: 3, epochs: 4 } },
  'a data set': { stream: () => batches(1) },
  'a data set that is shuffled element by element': {
    stream: () =>
      fromTensorSlices({ x, y })
        .map((sample) => sample)
        .shuffle(10, { seed: 2 })
        .batch(16)
        .prefetch(2),
  },
  'a data set without end': { stream: () => batches(1).repeat(), options: { stepsPerEpoch: 3, epochs: 4 } },
  'a data set to validate on': { validation: () => batches(4), options: { validationFreq: 2, epochs: 5 } },
  'gradients of several batches': { compile: { gradientAccumulationSteps: 3 } },
  'moving averages': {
    compile: { useEma: true, emaOverwriteFrequency: 5 },
    callbacks: () => [callbacks.swapEMAWeights({ swapOnEpoch: true })],
    options: { validationSplit: 0.2 },
  },
  'a schedule and a plateau': {
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

describe('a training that is resumed ends as one that never stopped', () => {
  beforeEach(() => {
    setRandomSeed(42);
    // Data that end within an epoch are told.
    jest.spyOn(console, 'warn').mockImplementation(() => {});
  });

  test.each(Object.entries(cases))('%s', async (_, of) => {
    const saved: Saved[] = [];
    const whole = build(of);
    const { history, epoch } = await train(whole, of, [saver(whole, saved)]);
    const expected = { history, epoch, weights: await whole.getWeights() };
    expect(saved.length).toBeGreaterThan(8);
    const within = saved.findIndex(({ point }) => point.epoch === 1 && point.step === 1);
    const between = saved.findIndex(({ point }) => point.epochEnded);
    for (const place of [0, between, within, saved.length - 1]) {
      const { point, weights, state, progress } = saved[place];
      // Another program draws other numbers before it resumes.
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

describe('resuming', () => {
  test('is refused for data of another length, with both numbers', async () => {
    const saved: Saved[] = [];
    const model = build({});
    await train(model, {}, [saver(model, saved)]);
    model.trainer.resume(saved[0].progress);
    await expect(train(model, { options: { batchSize: 10 } }, [])).rejects.toMatchObject({
      code: 'argument',
      data: { expected: 4, steps: 5 },
    });
  });

  test('is refused without a callback that remembers something, by its name', async () => {
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

  test('is refused with other metrics', async () => {
    const saved: Saved[] = [];
    const model = build({});
    await train(model, {}, [saver(model, saved)]);
    const other = build({ compile: { metrics: [] } });
    other.trainer.resume(saved[0].progress);
    await expect(train(other, {}, [])).rejects.toMatchObject({ code: 'argument' });
  });

  test.each(['onEpochBegin', 'onBatchEnd', 'onEpochEnd'] as const)('cannot be prepared in %s', async (hook) => {
    const model = build({});
    const early: CallbackHooks = { [hook]: async () => void (await model.trainer.progress()) };
    await expect(train(model, {}, [early])).rejects.toMatchObject({ code: 'argument', op: 'progress' });
  });

  test('outside of a training there is no progress', async () => {
    const model = build({});
    expect(await model.trainer.progress()).toBeNull();
    const ending: CallbackHooks = { onTrainEnd: async () => expect(await model.trainer.progress()).toBeNull() };
    await train(model, {}, [ending]);
    expect(await model.trainer.progress()).toBeNull();
  });
});

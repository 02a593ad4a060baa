import { ManabiError, sum, type Tensor, zeros } from '@manabi/core';
import { layerActivations, layerGradients, layers, type Model, Sequential } from '@manabi/layers';
import { keyedVariables } from '@manabi/layers/internal';
import {
  loadWeights,
  memoryStore,
  openSafetensors,
  readSafetensors,
  restoreCheckpoint,
  saveCheckpoint,
  saveModelBytes,
  saveWeights,
  writeSafetensors,
} from '@manabi/serialization';
import { COUNTED, countedTo, samples } from './counting-model.fixture.ts';

/**
 * The model on which an action runs, with functions that check the model. All weights of the model are counts of
 * training steps.
 */
export interface Scene {
  readonly model: Model;
  /** Number of samples that the action predicts or evaluates. */
  readonly count: number;
  /** Returns a new value for all weights, larger than any count that training has reached. */
  readonly nextCount: () => number;
  /** Records that all weights of the model were set to a value of `nextCount`. */
  readonly wereSet: (count: number) => void;
  /**
   * Checks weights that were read in one call, by layer: all elements of a layer must be equal, and must be a count
   * that is possible at this time.
   */
  readonly saw: (layers: Readonly<Record<string, readonly number[]>>) => void;
  /** Whether `fit` trains the model. */
  readonly isTraining: () => boolean;
  /** Makes a call that is not allowed while `fit` trains the model, and expects its error. */
  readonly expectRejected: (attempt: () => unknown) => Promise<void>;
  /** Waits for a random number of iterations of the event loop, from zero to a few. */
  readonly pause: () => Promise<void>;
}

/** A use of a model while `fit` may be training the model. */
export type Action = (scene: Scene) => Promise<void>;

const numbersOf = async (tensors: Iterable<Tensor>): Promise<number[]> =>
  (await Promise.all(Array.from(tensors, (t) => t.data()))).flatMap((data) => [...data]);

/** Checks the counts that `Counter` layers appended to every row of a prediction or layer output. */
function sawRows({ model, saw, count }: Scene, data: ArrayLike<number>, counters = 2): void {
  const names = model.layers.map(({ name }) => name).slice(-2);
  const rows = Array.from({ length: count }, (_, row) =>
    Array.from(data).slice((row + 1) * (data.length / count) - counters * COUNTED, (row + 1) * (data.length / count)),
  );
  for (let i = 0; i < counters; i++) {
    saw({ [names[i]]: rows.flatMap((row) => row.slice(i * COUNTED, (i + 1) * COUNTED)) });
  }
}

/** Checks counts read from weights that are given by path, such as `counter/part0`. */
function sawByPath({ saw }: Scene, named: Iterable<readonly [path: string, data: ArrayLike<number>]>): void {
  const byLayer: Record<string, number[]> = {};
  for (const [path, data] of named) {
    const layer = path.split('/').at(-2) ?? '';
    byLayer[layer] = [...(byLayer[layer] ?? []), ...Array.from(data)];
  }
  saw(byLayer);
}

/** Reads weights that are given as tensors after a random delay, and checks their counts. */
async function sawTensors(scene: Scene, named: Readonly<Record<string, Tensor>>): Promise<void> {
  await scene.pause();
  sawByPath(scene, await Promise.all(Object.entries(named).map(async ([path, t]) => [path, await t.data()] as const)));
}

function sawList(scene: Scene, arrays: readonly ArrayLike<number>[]): void {
  const flat = arrays.flatMap((data) => Array.from(data));
  const names = scene.model.layers.map(({ name }) => name).slice(-2);
  scene.saw({ [names[0]]: flat.slice(0, COUNTED), [names[1]]: flat.slice(COUNTED) });
}

const input = (count: number): Tensor => zeros([count, 1]);

/** Actions that call methods of a model. */
export const methodActions = {
  predict: async (scene) =>
    sawRows(scene, await (await scene.model.predict(samples(scene.count), { batchSize: 4 })).data()),
  predictAll: async (scene) => {
    const [y] = await scene.model.predictAll(samples(scene.count), { batchSize: 16 });
    await scene.pause();
    sawRows(scene, await y.data());
  },
  predictOnBatch: async (scene) => {
    const y = await scene.model.predictOnBatch(samples(scene.count));
    await scene.pause();
    sawRows(scene, await numbersOf([y].flat()));
  },
  evaluate: async ({ model, count }) => {
    const { loss } = await model.evaluate(samples(count), null, { batchSize: 4, verbose: 0 });
    if (!Number.isInteger(loss / 5)) throw new Error(`evaluate used weights of different steps: loss ${loss}`);
  },
  testOnBatch: async ({ model, count }) => {
    const { loss } = await model.testOnBatch(samples(count), null);
    if (!Number.isInteger(loss / 5)) throw new Error(`testOnBatch used weights of different steps: loss ${loss}`);
  },
  trainOnBatch: async ({ model, count }) => {
    await model.trainOnBatch(samples(count), null);
  },
  fit: async ({ model, count, isTraining, expectRejected, pause }) => {
    if (isTraining()) return expectRejected(() => model.fit(samples(count), null, { verbose: 0 }));
    const controller = new AbortController();
    const training = model.fit(samples(count), null, {
      ...{ verbose: 0, batchSize: 1, epochs: 3 },
      signal: controller.signal,
    });
    pause().then(() => count % 2 === 0 && controller.abort());
    await training.catch((error: unknown) => {
      const isExpected = error instanceof ManabiError && (error.code === 'aborted' || error.data.training === true);
      if (!isExpected) throw error;
    });
  },
  compile: async ({ model, isTraining, expectRejected }) => {
    if (isTraining()) await expectRejected(() => model.compile({ optimizer: 'sgd' }));
  },
  getWeights: async (scene) =>
    sawList(
      scene,
      (await scene.model.getWeights()).map(({ data }) => data),
    ),
  setWeights: async ({ model, nextCount, wereSet }) => {
    const count = nextCount();
    model.setWeights(countedTo(count));
    wereSet(count);
  },
  values: async (scene) => {
    const { trainable, state } = scene.model.values();
    await sawTensors(scene, { ...trainable, ...state });
  },
  assign: async ({ model, nextCount, wereSet }) => {
    const count = nextCount();
    const values = countedTo(count);
    const { trainable, state } = model.values();
    const set = (paths: object) =>
      Object.fromEntries(Object.keys(paths).map((path) => [path, values[Number(path.at(-1))]]));
    model.assign({ trainable: set(trainable), state: set(state) });
    wereSet(count);
  },
  apply: async (scene) => {
    const y = scene.model.apply(input(scene.count));
    await scene.pause();
    sawRows(scene, await y.data());
  },
  applyAll: async (scene) => {
    const [y] = scene.model.applyAll(input(scene.count));
    await scene.pause();
    sawRows(scene, await y.data());
  },
  forward: async (scene) => {
    const y = scene.model.forward(input(scene.count));
    await scene.pause();
    sawRows(scene, await numbersOf([y].flat()));
  },
  run: async (scene) => {
    const { outputs } = scene.model.run(scene.model.values(), input(scene.count));
    await scene.pause();
    sawRows(scene, await numbersOf([outputs].flat()));
  },
  weight: async (scene) => {
    const [layer] = scene.model.layers.slice(-1);
    const tensors = [0, 1, 2].map((part) => layer.weight(`part${part}`).value);
    await scene.pause();
    scene.saw({ [layer.name]: await numbersOf(tensors) });
  },
  weights: async (scene) => {
    const tensors = scene.model.weights.map((variable) => [variable.path, variable.value] as const);
    await sawTensors(scene, Object.fromEntries(tensors));
  },
  exportPrograms: async (scene) => {
    const { parameters } = await scene.model.exportPrograms();
    sawByPath(
      scene,
      [...parameters].map(([path, { data }]) => [path, data] as const),
    );
  },
  gradients: async ({ model, count }) => {
    await numbersOf(Object.values((await model.gradients(input(count))).gradients));
  },
  summary: async ({ model }) => {
    model.summary({ print: () => {} });
  },
  add: async ({ model, isTraining, expectRejected }) => {
    if (isTraining() && model instanceof Sequential) await expectRejected(() => model.add(layers.flatten()));
  },
  pop: async ({ model, isTraining, expectRejected }) => {
    if (isTraining() && model instanceof Sequential) await expectRejected(() => model.pop());
  },
} satisfies Record<string, Action>;

/** Actions that use the trainer of a compiled model. */
export const trainerActions = {
  state: async ({ model, pause }) => {
    const { optimizer } = model.trainer.state();
    await pause();
    if (optimizer !== null) await optimizer.step.item();
  },
  optimizerState: async ({ model, pause }) => {
    const optimizer = model.trainer.optimizerState;
    await pause();
    if (optimizer !== null) await optimizer.step.item();
  },
  setOptimizerState: async ({ model }) => {
    const optimizer = model.trainer.optimizerState;
    if (optimizer !== null) model.trainer.setOptimizerState(optimizer);
  },
  iterations: async ({ model }) => {
    await model.trainer.iterations();
  },
  learningRate: async ({ model }) => {
    const rate = await model.trainer.learningRate();
    if (rate !== 1) throw new Error(`learningRate() must return 1; got ${rate}`);
  },
  setLearningRate: async ({ model }) => model.trainer.setLearningRate(1),
  whenSettled: async (scene) => {
    await scene.model.trainer.whenSettled(async () => {
      const { trainable, state } = scene.model.values();
      await scene.model.trainer.progress();
      await sawTensors(scene, { ...trainable, ...state });
    });
  },
  resume: async ({ model, isTraining, expectRejected }) => {
    const progress = await model.trainer.whenSettled(() => model.trainer.progress());
    if (progress !== null && isTraining()) await expectRejected(() => model.trainer.resume(progress));
  },
} satisfies Record<string, Action>;

/** Actions that pass the model to exported functions. */
export const functionActions = {
  layerActivations: async (scene) => {
    const outputs = Object.values(layerActivations(scene.model, input(scene.count)));
    await scene.pause();
    sawRows(scene, await numbersOf(outputs.slice(-1)));
  },
  layerGradients: async ({ model, count, pause }) => {
    const { weights } = layerGradients(model, input(count), (y) => sum([y].flat()[0]));
    await pause();
    await numbersOf(Object.values(weights));
  },
  saveWeights: async (scene) => {
    const store = memoryStore('weights.safetensors');
    await saveWeights(scene.model, store);
    const { tensors } = await readSafetensors(store);
    sawByPath(
      scene,
      Object.entries(tensors).map(([path, { data }]) => [path, data] as const),
    );
  },
  loadWeights: async ({ model, nextCount }) => {
    const store = memoryStore('weights.safetensors');
    const count = nextCount();
    const paths = [...keyedVariables(model).keys()];
    await writeSafetensors(
      store,
      Object.fromEntries(paths.map((path) => [path, countedTo(count)[Number(path.at(-1))]])),
    );
    // It is unknown when exactly loadWeights sets the weights, so this action does not call wereSet: older counts
    // remain valid.
    await loadWeights(model, store);
  },
  saveModelBytes: async ({ model }) => {
    await saveModelBytes(model);
  },
  saveCheckpoint: async (scene) => {
    const store = memoryStore('run.checkpoint');
    await saveCheckpoint(scene.model, store);
    const { tensors } = await readSafetensors(store);
    const values = Object.entries(tensors).filter(([path]) => path.startsWith('values/'));
    sawByPath(
      scene,
      values.map(([path, { data }]) => [path, data] as const),
    );
  },
  restoreCheckpoint: async ({ model, isTraining, expectRejected }) => {
    const store = memoryStore('run.checkpoint');
    await saveCheckpoint(model, store);
    const { metadata } = await openSafetensors(store);
    const wasTraining = !JSON.stringify(metadata).includes('\\"progress\\":null');
    if (wasTraining && isTraining()) await expectRejected(() => restoreCheckpoint(model, store));
  },
} satisfies Record<string, Action>;

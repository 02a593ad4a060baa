import { fromHost, type HostArray, hostArray, ManabiError, random, type Tensor, tree } from '@manabi/core';
import { functionOf, readArgument, text } from '@manabi/errors';
import type { Batch } from '../../data/batch.ts';
import { checkIndices } from '../../data/check-indices.ts';
import type { Padding } from '../../data/padding.ts';
import { typeOfData } from '../../data/read-data.ts';
import type { Direction } from '../../metrics/metric.ts';
import type { ModelValues } from '../../networks/run.ts';
import { ModelStructure } from '../../networks/structure.ts';
import { leaseValues, presentValues, type ValuesLease } from '../../networks/values.ts';
import { keyAt, nextSeedPosition, type SeedPosition, seedPosition, setSeedPosition } from '../../variables/seed.ts';
import { sameName } from '../listeners/log-names.ts';
import { checkClasses, checkTargetShape } from '../objective/check-targets.ts';
import type { ReduceGradients } from '../objective/compile.ts';
import { Objective, type Totals } from '../objective/objective.ts';
import type { StepGradients } from '../objective/step-gradients.ts';
import { type AppliedGradients, appliedKind, cannotReduce, checkPaths } from './applied-gradients.ts';
import { type RunSteps, runSteps, runUpdates, type StepCall } from './run-steps.ts';
import type { Carried } from './steps.ts';
import { trainingRuns } from './training-runs.ts';
import {
  progressKind,
  type RunningTraining,
  type TrainerState,
  type TrainingProgress,
  trainerStateKind,
} from './training-state.ts';
import { UpdateMemory } from './update-memory.ts';
import { give, read, take, type WeightLayout, weightLayout } from './weight-layout.ts';

/** Compiled steps and losses for data with certain shapes and dtypes. */
interface Prepared {
  readonly structure: ModelStructure;
  readonly objective: Objective;
  readonly layout: WeightLayout;
  readonly steps: RunSteps;
}

/**
 * Index of the first random numbers for training, for a model with a seed; smaller indices are for the initial weights.
 */
const FIRST_TRAINING = 2 ** 24;

/**
 * With gradient accumulation, keys of batches are derived from numbers from this one on; smaller numbers are those of
 * updates.
 */
const FIRST_PENDING = 2 ** 31;

/**
 * State and steps of a compiled model: the state of its optimizer, the learning rate, and the progress of a training.
 * Available as `model.trainer`.
 *
 * @example
 * ```ts
 * import { layers, sequential } from 'manabi';
 *
 * const model = sequential([layers.dense({ units: 1, inputShape: [1] })]);
 * model.compile({ optimizer: 'sgd', loss: 'mse' });
 * const trainer = await model.loadTrainer();
 * trainer.setLearningRate(0.5);
 * console.log(await trainer.learningRate()); // 0.5
 * console.log(await trainer.iterations()); // 0
 * ```
 */
export class Trainer extends UpdateMemory {
  #prepared: Prepared | null = null;
  #trainings = 0;
  #zeros = new Map<'train' | 'test', readonly HostArray[]>();
  #applying: ReturnType<typeof runUpdates> | null = null;
  #batchPlace: SeedPosition | null = null;
  #batchKey: Tensor | null = null;
  #pendingKeys: { readonly of: Tensor | null; readonly keys: Tensor[] } = { of: null, keys: [] };
  #batch: Batch | null = null;
  #warned = false;
  #stage: 'idle' | 'starting' | 'training' = 'idle';
  #progress: RunningTraining | null = null;
  #resumption: TrainingProgress | null = null;

  /**
   * Creates the steps for data with the given shapes and dtypes, unless they exist. The model must be built.
   *
   * @throws ManabiError `argument` or `shape` as documented at `Objective`
   */
  prepare(op: string, { y }: { readonly y: TrainingProgress['labels'] }): Objective {
    const model = this.model;
    if (this.#prepared !== null) return this.#prepared.objective;
    const outputTypes = model.outputTypes;
    if (outputTypes === null)
      throw new ManabiError('argument', `'${model.name}' is not built. Call build() first.`, { op });
    const yTypes = y.map((labels) => (labels === null ? null : typeOfData(labels)));
    const ownStep = model.trainStep === undefined ? null : { logs: model.stepLogs };
    const objective = new Objective(this.compilation, model.outputNames, yTypes, outputTypes, ownStep);
    if (ownStep !== null && this.compilation.reduceGradients !== null) throw cannotReduce(model.name);
    const steps = runSteps(model, this.compilation, objective);
    this.#prepared = { structure: new ModelStructure(model), objective, layout: weightLayout(model), steps };
    return objective;
  }

  /**
   * Checks labels, and indices for embeddings, before a training or evaluation, so that invalid data changes no
   * weights. Also creates the steps for the data.
   *
   * @returns a promise if tensors must be read; null if everything is checked
   * @throws ManabiError `shape` if the shape of labels does not match the loss; `value` for labels that are not
   * classes; `index` for indices outside the table of an embedding
   */
  check(op: string, { x, y }: Pick<Batch, 'x' | 'y'>): Promise<void> | null {
    const { targets } = this.prepare(op, { y });
    const checks = [checkIndices(op, this.model, x)];
    for (const target of targets) {
      const labels = y[target.position];
      if (labels === null) continue;
      checkTargetShape(op, target, labels);
      checks.push(checkClasses(op, target, labels));
    }
    const reading = checks.filter((check) => check !== null);
    return reading.length === 0 ? null : Promise.all(reading).then(() => undefined);
  }

  /**
   * Records that a training starts, and returns a function that records its end.
   *
   * @throws ManabiError `argument` if another training is running
   */
  begin(op: string): () => void {
    this.checkIdle(op);
    this.#stage = 'starting';
    return () => {
      this.#stage = 'idle';
      this.#resumption = null;
      this.setProgress(null);
    };
  }

  /**
   * Checks that `fit` is not running.
   *
   * @throws ManabiError `argument` if it is
   */
  checkIdle(op: string): void {
    if (this.#stage === 'idle') return;
    throw trainingRuns(op, this.model.name);
  }

  /**
   * Checks that a training can still be resumed: before `fit`, or in its hook `onTrainBegin`.
   *
   * @throws ManabiError `argument` if it is too late
   */
  checkResumable(op: string): void {
    if (this.#stage === 'training') this.checkIdle(op);
  }

  /**
   * Runs a function that reads weights, `state` and `progress`, such that all values belong to the same step. Outside
   * of `fit` and in its hook `onSavePoint`, the function runs immediately. Otherwise, it runs between two steps, and
   * the next step waits for its promise.
   *
   * @throws ManabiError `argument` in other hooks of `fit`, and unless `read` is a function
   * @example
   * ```ts
   * import { layers, sequential } from 'manabi';
   *
   * const model = sequential([layers.dense({ units: 1, inputShape: [1] })]);
   * model.compile({ optimizer: 'sgd', loss: 'mse' });
   * const trainer = await model.loadTrainer();
   * const saved = await trainer.whenSettled(async () => ({ ...model.values(), progress: await trainer.progress() }));
   * console.log(saved.progress); // null
   * ```
   */
  whenSettled<T>(read: () => Promise<T>): Promise<T> {
    readArgument('whenSettled', 'read', read, functionOf());
    return this.#progress?.whenSettled(read) ?? read();
  }

  /**
   * Returns the progress of the running training; null outside of `fit`. Its tensors stay valid.
   *
   * @throws ManabiError `argument` within `fit`, except in the hook `onSavePoint` and in `whenSettled`
   */
  async progress(): Promise<TrainingProgress | null> {
    return (await this.#progress?.snapshot()) ?? null;
  }

  /** Sets the running training whose progress `progress` returns; null when no training runs. */
  setProgress(progress: RunningTraining | null): void {
    const before = this.#progress;
    this.#progress = progress;
    before?.serveWaiting();
  }

  /**
   * Makes the next call of `fit` continue a saved training; in the hook `onTrainBegin`, the current call. If the
   * weights, and the state with `setState`, are restored as well, the results equal those of an uninterrupted training.
   *
   * @throws ManabiError `argument` as documented at `checkResumable`
   */
  resume(progress: TrainingProgress): void {
    readArgument('resume', 'progress', progress, progressKind);
    this.checkResumable('resume');
    this.#resumption = progress;
  }

  /** Progress of the saved training that the next `fit` continues; null if it starts a new training. */
  get resumption(): TrainingProgress | null {
    return this.#resumption;
  }

  /** Returns the progress of the saved training to continue, when `fit` starts; `resume` throws an error afterwards. */
  takeResumption(): TrainingProgress | null {
    this.#stage = 'training';
    return this.#resumption;
  }

  /**
   * Returns all state besides the weights that one step passes to the next. `progress` returns how far the training is.
   */
  state(): TrainerState {
    return {
      ...this.memory(),
      trainings: this.#trainings,
      batchPlace: this.#batchPlace,
      stream: seedPosition(),
    };
  }

  /**
   * Restores a state that `state` returned. The trainer owns the tensors from then on: the next step donates them.
   * Random numbers of the program continue at the saved position.
   */
  setState(state: TrainerState): void {
    readArgument('setState', 'state', state, trainerStateKind);
    this.setMemory(state);
    this.#trainings = state.trainings;
    this.#batchPlace = state.batchPlace;
    this.#batchKey = null;
    setSeedPosition(state.stream);
  }

  /**
   * Returns the sums of losses and metrics at the start of a training epoch or evaluation, in host memory; the first
   * step uploads them.
   */
  async newTotals(pass: 'train' | 'test'): Promise<Totals> {
    const { objective } = this.#ready;
    const zeros = pass === 'train' ? objective.initTraining() : objective.init();
    const hosts = this.#zeros.get(pass) ?? (await Promise.all(tree.leaves(zeros).map(readToHost)));
    this.#zeros.set(pass, hosts);
    let next = 0;
    return tree.map(() => fromHost(hosts[next++]), zeros);
  }

  /**
   * Returns the sums of losses and metrics of a saved training.
   *
   * @throws ManabiError `argument` if they belong to other losses or metrics
   */
  totalsFrom(leaves: readonly Tensor[]): Totals {
    const zeros = this.#ready.objective.initTraining();
    const expected = tree.leaves(zeros);
    const isSame =
      expected.length === leaves.length &&
      expected.every(({ dtype, shape }, i) => dtype === leaves[i].dtype && String(shape) === String(leaves[i].shape));
    if (!isSame) {
      throw new ManabiError(
        'argument',
        'The resumed training had other losses or metrics. Compile the model with the same losses and metrics.',
        { op: 'fit', data: { expected: expected.length, given: leaves.length } },
      );
    }
    let next = 0;
    return tree.map(() => leaves[next++], zeros);
  }

  /**
   * Checks that the model still has the layers for which its steps were compiled.
   *
   * @throws ManabiError `argument` if layers were added or removed since
   */
  checkLayers(op: string): void {
    if (this.#prepared === null || this.#prepared.structure.isPresent()) return;
    const { name } = this.model;
    throw new ManabiError(
      'argument',
      `The layers of '${name}' changed after it was trained or evaluated. Call compile() again, then ${op}().`,
      { op, data: { model: name } },
    );
  }

  /**
   * Warns once if layers were frozen or unfrozen after `compile`, because this takes effect only at the next `compile`.
   */
  warnIfFrozenSince(): void {
    if (this.#prepared === null || this.#warned) return;
    const { trainable } = this.#prepared.layout;
    const now = this.model.trainableWeights.length;
    if (now === trainable.length) return;
    this.#warned = true;
    console.warn(
      `${now} weights of '${this.model.name}' are trainable, but ${trainable.length} were when it was compiled, and these ` +
        'are trained. Call compile() after changing trainable.',
    );
  }

  /** Returns the random key for steps outside of `fit`, from which each step derives its own key. */
  batchKey(): Tensor {
    const { seed } = this.model;
    this.#batchPlace ??= seed === null ? nextSeedPosition() : this.nextSeedPosition(seed);
    this.#batchKey ??= keyAt(this.#batchPlace);
    return this.#batchKey;
  }

  /** Returns the position in the random numbers of a model with a seed, which differs for each training. */
  nextSeedPosition(seed: number): SeedPosition {
    // The smallest indices are for the initial weights.
    return { seed, count: FIRST_TRAINING + this.#trainings++ };
  }

  protected override get layout(): WeightLayout {
    return this.#prepared?.layout ?? super.layout;
  }

  /** The steps for the current data. */
  get #ready(): Prepared {
    if (this.#prepared !== null) return this.#prepared;
    throw new ManabiError('argument', 'The trainer has received no data yet. Call fit() or evaluate() first.', {
      op: 'fit',
    });
  }

  /**
   * Trains on a batch: changes the weights, and returns the sums of losses and metrics including this batch. The passed
   * sums are donated. As soon as the call has returned its promise, the model has the weights from after the step, and
   * other calls may use and set them.
   *
   * @throws ManabiError all errors of the model's layers, losses and metrics; the weights are then those from before
   * the step, unless the error's `data.kept` is false
   */
  async train(totals: Totals, batch: Batch, key: Tensor): Promise<Totals> {
    this.#batch = batch;
    const { layout, steps } = this.#ready;
    const { reduceGradients } = this.compilation;
    if (reduceGradients !== null) return this.#trainInHalves(totals, batch, key, reduceGradients);
    const { trainable, state, frozen } = layout;
    const { result, done } = this.update((updates, isUpdate, updatesBefore, pending) => {
      const before = { trainable: read(trainable), state: read(state), updates: updatesBefore };
      const carried: Carried = { trainable: give(trainable), state: give(state), updates, totals };
      const batchKey = this.#keyOf(key, pending);
      return steps.train({ carried, before, frozen: read(frozen), key: batchKey, batch, isUpdate });
    });
    take(trainable, result.trainable);
    take(state, result.state);
    await done;
    return result.totals;
  }

  /**
   * Returns the key of a batch. Usually a step derives its key from the number of the update; with gradient
   * accumulation, several batches have the same update, and the number of the batch is included.
   */
  #keyOf(key: Tensor, pending: number): Tensor {
    if (pending === 0) return key;
    if (this.#pendingKeys.of !== key) this.#pendingKeys = { of: key, keys: [] };
    const { keys } = this.#pendingKeys;
    keys[pending] ??= random.foldIn(key, FIRST_PENDING + pending);
    return keys[pending];
  }

  async #trainInHalves(totals: Totals, batch: Batch, key: Tensor, reduce: ReduceGradients): Promise<Totals> {
    const { totals: next, ...found } = await this.#gradientsOf(totals, batch, key);
    await this.applyGradients(await reduce(found));
    return next;
  }

  async #gradientsOf(totals: Totals, batch: Batch, key: Tensor): Promise<StepGradients & { readonly totals: Totals }> {
    const { layout, steps } = this.#ready;
    const [trainable, state, frozen] = [read(layout.trainable), read(layout.state), read(layout.frozen)];
    const inputs = {
      trainable,
      state,
      frozen,
      totals,
      key: this.#keyOf(key, this.pending),
      step: this.stepCount,
      lossScale: this.lossScale,
      batch,
    };
    const { result, done } = steps.gradients(inputs);
    await done;
    return result;
  }

  /**
   * Computes the loss of a batch and its gradients without changing the model: see `Model.gradients`.
   *
   * @param key random key of the step (default: the key for steps outside of `fit`, which is drawn if necessary)
   * @throws ManabiError as documented at `train`
   */
  async gradients(batch: Batch, key = this.batchKey()): Promise<StepGradients> {
    const { totals: _, ...found } = await this.#gradientsOf(await this.newTotals('train'), batch, key);
    return found;
  }

  /** The batch of the last step of a training or evaluation, which callbacks may read; null before the first step. */
  get batch(): Batch | null {
    return this.#batch;
  }

  /**
   * The jitted training step and the arguments of its last call, with which `inspect` shows its plan and `profile` the
   * time of each step of the plan. Null before the first step, and for models compiled with `jit: false`.
   *
   * @example
   * ```ts
   * import { layers, profile, sequential, tensor } from 'manabi';
   *
   * const model = sequential([layers.dense({ units: 1, inputShape: [1] })]);
   * model.compile({ optimizer: 'sgd', loss: 'mse' });
   * await model.fit(tensor([[1]]), tensor([[2]]), { verbose: 0 });
   * const { lastCall } = model.trainer;
   * const steps = lastCall === null ? [] : await profile(lastCall.step, ...lastCall.args);
   * console.log(steps.length > 0); // true
   * ```
   */
  get lastCall(): StepCall | null {
    return this.#prepared?.steps.lastCall() ?? null;
  }

  /**
   * Updates the weights with gradients: see `Model.applyGradients`. As soon as the call has returned its promise, the
   * model has the weights from after the update.
   *
   * @throws ManabiError `argument` for paths that are not trainable; `shape` or `dtype` for tensors that do not match
   */
  async applyGradients(step: AppliedGradients): Promise<void> {
    const { gradients, updates = {} } = readArgument('applyGradients', 'step', step, appliedKind);
    const { layout } = this;
    checkPaths('gradients', layout.trainable, gradients);
    checkPaths('updates', layout.state, updates);
    this.#applying ??= runUpdates(this.model, this.compilation);
    const apply = this.#applying;
    const { result, done } = this.update((own, isUpdate, before) =>
      apply({
        carried: { trainable: give(layout.trainable), updates: own },
        before: { trainable: read(layout.trainable), updates: before },
        gradients,
        isUpdate,
      }),
    );
    take(layout.trainable, result.trainable);
    for (const { path, variable } of layout.state) if (path in updates) variable.assign(updates[path]);
    await done;
  }

  /** Keeps the current weights valid for an evaluation of several batches. */
  leaseValues(): ValuesLease {
    return leaseValues(this.model);
  }

  /**
   * Evaluates a batch, and returns the sums of losses and metrics including this batch. The passed sums are donated.
   *
   * @param padding number of samples to pad the batch to, if padding provably does not change the results
   */
  test(
    totals: Totals,
    batch: Batch,
    values: ModelValues = presentValues(this.model),
    padding: Padding = 'series',
  ): Promise<Totals> {
    this.#batch = batch;
    return this.#ready.steps.test(totals, values, batch, padding);
  }

  /** Computes losses and metrics from their sums and reads them to the host: one number for each name. */
  async values(totals: Totals): Promise<readonly number[]> {
    const values = await this.#ready.steps.values(totals);
    const numbers = Array.from(await values.data());
    values.dispose();
    return numbers;
  }

  /** Returns whether larger (`up`) or smaller (`down`) values of a loss or metric are better; null if unknown. */
  directionOf(name: string): Direction {
    readArgument('directionOf', 'name', name, text);
    if (sameName(name, 'loss')) return 'down';
    return this.#prepared?.objective.directionOf(name) ?? null;
  }
}

async function readToHost(tensor: Tensor): Promise<HostArray> {
  return hostArray(tensor.dtype, tensor.shape, await tensor.data());
}

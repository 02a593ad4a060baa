import { type Exportable, type HostArray, ManabiError, type ProgramFamily, type Tensor } from '@manabi/core';
import { functionOf, type KindsOf, objectOf, optional, readArgument, readOptions, recordOf } from '@manabi/errors';
import { callKinds } from '../call/call-options.ts';
import type { CallContext, CalledLayer } from '../call/context.ts';
import type { TrainingArrays } from '../data/named-arrays.ts';
import type { TrainingStream } from '../data/stream-source.ts';
import { Layer, type LayerOptions } from '../layer/layer.ts';
import { BASE_OPTIONS, classNameOf } from '../layer/layer-kinds.ts';
import { exportModel } from '../networks/exportable-model.ts';
import { findLayer } from '../networks/find-layer.ts';
import type { LayerInput } from '../networks/index-extents.ts';
import type { Network } from '../networks/network.ts';
import { type ModelValues, type RunOptions, type RunResult, runLayer } from '../networks/run.ts';
import { seedWeights } from '../networks/seed-weights.ts';
import { type ProbedTypes, probeTypes, Signature } from '../networks/signature.ts';
import { type SummaryOptions, summaryOf } from '../networks/summary.ts';
import { assignValues, constrained, valuesOf } from '../networks/values.ts';
import { tensorKind } from '../structure/check-tensor.ts';
import { mapEach, type OneOrMany, type PartialType, type Tensors, toList } from '../structure/nested.ts';
import { seedKind } from '../structure/option-kinds.ts';
import { typesKind } from '../structure/type-kind.ts';
import type { EvaluateOptions } from '../training/fit/evaluate.ts';
import type { FitOptions } from '../training/fit/fit-options.ts';
import type { GradientsOptions, TestOnBatchOptions, TrainOnBatchOptions } from '../training/fit/on-batch.ts';
import type { Logs } from '../training/listeners/batch-logs.ts';
import type { History } from '../training/listeners/history.ts';
import type { TrainedModel } from '../training/listeners/trained-model.ts';
import { type Compilation, type CompileOptions, compilation } from '../training/objective/compile.ts';
import type { StepGradients } from '../training/objective/step-gradients.ts';
import type { AppliedGradients } from '../training/steps/applied-gradients.ts';
import type { StepBatch } from '../training/steps/gradients.ts';
import type { StepLogs, TrainStep } from '../training/steps/train-step.ts';
import type { Trainer } from '../training/steps/trainer.ts';
import { trainingRuns } from '../training/steps/training-runs.ts';
import { nextSeedPlace } from '../variables/seed.ts';
import { type PredictOptions, predict, predictOne } from './predict.ts';
import { predictOnBatch } from './predictor.ts';
import { splitArguments } from './split-arguments.ts';
import { loadTrainingCode, trainingCode } from './training-code.ts';

/** What every model takes. */
export interface ModelOptions extends LayerOptions {
  /** Makes the first weights repeatable, whatever was drawn before; else `setRandomSeed` does. */
  readonly seed?: number | null;
}

const tensorsKind = recordOf(tensorKind);

const runKinds = { ...callKinds, intercept: optional(functionOf()) } satisfies KindsOf<RunOptions>;

const valuesKind = objectOf({ trainable: tensorsKind, state: tensorsKind } satisfies KindsOf<ModelValues>);

const someValuesKind = objectOf({
  trainable: optional(tensorsKind, {}),
  state: optional(tensorsKind, {}),
} satisfies KindsOf<ModelValues>);

const kinds = { seed: optional(seedKind, null) } satisfies KindsOf<Pick<ModelOptions, 'seed'>>;

/** Names of the options that all models have. */
export const MODEL_OPTIONS: readonly string[] = [...Object.keys(kinds), ...BASE_OPTIONS];

/**
 * A layer made of layers, which can be trained. `sequential` and `model` make most; one of your own extends this class,
 * keeps its layers in fields, and calls them.
 *
 * @example
 * ```ts
 * class TwoLayers extends Model {
 *   hidden = layers.dense({ units: 64, activation: 'relu' });
 *   scores = layers.dense({ units: 10 });
 *
 *   override call(x: Tensor, context: CallContext) {
 *     return this.scores.apply(this.hidden.apply(x, context), context);
 *   }
 * }
 * const model = new TwoLayers();
 * model.build([null, 784]);
 * ```
 */
export abstract class Model extends Layer implements Network, TrainedModel, Exportable {
  static override readonly className: string = 'Model';
  /** The option `seed`. */
  readonly seed: number | null;
  /** Set by callbacks, and by whoever else wants `fit` to end after this batch. */
  stopTraining = false;
  /** Names of the logs that `trainStep` returns, for models that override it. */
  readonly stepLogs: readonly string[] = [];
  readonly #signature = new Signature();
  #compilation: Compilation | null = null;
  #trainer: Trainer | null = null;
  /** Calls of `fit` that wait for the code that trains. */
  #waiting = 0;

  /**
   * @param config the options that a model of your own has beside those of all models, by their names
   * @throws ManabiError `argument` for options that do not fit, and for unknown names
   */
  constructor(given: ModelOptions = {}, config: object = {}) {
    const others = [...BASE_OPTIONS, ...Object.keys(config)];
    const { seed } = readOptions(classNameOf(new.target), given, kinds, { others });
    const { seed: _, ...options } = given;
    super(options, config);
    this.seed = seed;
  }

  /** The layers right within the model. */
  get layers(): readonly Layer[] {
    return this.sublayers;
  }

  /**
   * A layer by name or place.
   *
   * @throws ManabiError `argument` if there is none, with the nearest names
   * @example `model.getLayer('dense_1').weight('kernel').value`
   */
  getLayer(nameOrIndex: string | number): Layer {
    return findLayer(this, nameOrIndex);
  }

  override ensureBuilt(inputs: OneOrMany<PartialType>): void {
    readArgument('ensureBuilt', 'inputs', inputs, typesKind);
    if (this.built) return;
    this.makeWeights(inputs);
    this.setTypes(inputs, null);
    this.setTypes(inputs, this.probe(inputs));
    this.becomeBuilt();
  }

  /** Says that all weights exist; those that have no value yet are drawn from the seed. */
  protected becomeBuilt(): void {
    this.markBuilt();
    seedWeights(this);
  }

  /** Says what the inputs are, and what comes out: null to find out when it is asked for. */
  protected setTypes(inputs: OneOrMany<PartialType>, found: ProbedTypes | null): void {
    this.#signature.inputs = inputs;
    this.#signature.found = found;
  }

  /** Finds what comes out, by tracing `call`; layers within build themselves on the way. */
  protected probe(inputs: OneOrMany<PartialType>): ProbedTypes {
    return probeTypes(this, inputs);
  }

  protected override buildWithin(inputs: Tensors, context: CallContext): void {
    const types = mapEach(inputs, anyBatchOf);
    if (context.run.probing) {
      this.makeWeights(types);
      this.setTypes(types, null);
      this.markBuilt();
      return;
    }
    if (toList(inputs).some(({ state }) => state === 'traced')) this.checkBuilt('A traced function');
    this.ensureBuilt(types);
  }

  /** Types of the inputs, with null for the batch; null before the model is built. A list if it takes a list. */
  get inputTypes(): OneOrMany<PartialType> | null {
    return this.#signature.inputs;
  }

  /** Types of the outputs, with null for what depends on the batch; null before the model is built. */
  get outputTypes(): readonly PartialType[] | null {
    return this.#found()?.outputs ?? null;
  }

  /** What each layer right within makes, as far as it is known: for summaries. */
  get layerOutputTypes(): ReadonlyMap<CalledLayer, readonly PartialType[]> {
    return this.#found()?.layerOutputs ?? new Map();
  }

  #found(): ProbedTypes | null {
    const { inputs, found } = this.#signature;
    if (this.built && found === null && inputs !== null) this.setTypes(inputs, this.probe(inputs));
    return this.#signature.found;
  }

  /** Names of the inputs, in their order: those under which `fit` finds arrays in a record. */
  get inputNames(): readonly string[] {
    return this.#signature.inputNames;
  }

  /** Names of the outputs, in their order: those under which losses and metrics are given and told. */
  get outputNames(): readonly string[] {
    this.#found();
    return this.#signature.outputNames;
  }

  /**
   * Runs the model as a pure function of its weights: what the training loop traces. Nothing is read from the model but
   * its structure, and nothing in it changes.
   *
   * @throws ManabiError `argument` if the model is not built, values are missing, or a layer draws and there is no key
   * @example `const { outputs, updates, losses } = model.run(model.values(), x, { training: true, key })`
   */
  run(values: ModelValues, inputs: Tensors, options: RunOptions = {}): RunResult {
    this.checkBuilt('run');
    readArgument('run', 'values', values, valuesKind);
    readOptions('run', options, runKinds);
    return runLayer(this, values, inputs, options);
  }

  /** The present values of the weights, by path. */
  values(): ModelValues {
    this.checkBuilt('values');
    return valuesOf(this);
  }

  /**
   * Sets weights by path; others stay.
   *
   * @throws ManabiError `argument` for a path that the model does not have; `shape` or `dtype` for a value that does not
   * fit
   */
  assign(values: Partial<ModelValues>): void {
    this.checkBuilt('assign');
    assignValues(this, readArgument('assign', 'values', values, someValuesKind));
  }

  /** Returns the trained weights after their constraints: for after an update. */
  constrain(trainable: ModelValues['trainable']): ModelValues['trainable'] {
    readArgument('constrain', 'trainable', trainable, tensorsKind);
    return constrained(this, trainable);
  }

  /**
   * A table of the layers, with the shapes of their outputs and numbers of weights; printed, and returned.
   *
   * @throws ManabiError `argument` if the model is not built
   */
  summary(options: SummaryOptions = {}): string {
    this.checkBuilt('summary');
    return summaryOf(this, options);
  }

  /**
   * The model as it predicts, with its present weights, for any batch size and whatever other lengths are open: what
   * `exportOnnx` starts from.
   *
   * @throws ManabiError `argument` if the model is not built
   */
  async exportPrograms(): Promise<ProgramFamily> {
    this.checkBuilt('exportPrograms');
    return exportModel(this);
  }

  /** The layers right within that are given an input of the model as it is, as far as that is known. */
  consumersOf(_position: number): readonly LayerInput[] {
    return [];
  }

  /** Where a layer's inputs come from, for summaries: `dense[0][0]`; nothing where it is plain. */
  connectionsOf(_layer: Layer): readonly string[] {
    return [];
  }

  /**
   * The outputs for one batch, computed at once, as at inference. Batches of any size share a few plans: they are padded,
   * and the outputs cut back, where it is proven that no sample depends on others. The outputs for a sample are then the
   * same in any batch, up to rounding. Other models are compiled for each size.
   *
   * @throws ManabiError as `apply`
   */
  async predictOnBatch(inputs: OneOrMany<Tensor | HostArray>): Promise<Tensors> {
    return predictOnBatch(this, inputs);
  }

  /**
   * The outputs for samples, as at inference: computed batch by batch, read, and joined. The tensor is in host memory.
   * Any number of samples is as good as another: see `predictOnBatch`. All batches see the weights of one moment, even
   * while the model trains.
   *
   * @throws ManabiError `argument` for a model of several outputs (see `predictAll`); as `fit`
   * @example `const probabilities = await (await model.predict(images)).array();`
   */
  async predict(x: TrainingArrays | TrainingStream, options: PredictOptions = {}): Promise<Tensor> {
    return predictOne(this, x, options);
  }

  /**
   * As `predict`, for any number of outputs: a list in the order of `outputNames`, which is sorted by name where the model
   * was made with a record of outputs, as in Keras.
   *
   * @example
   * ```ts
   * const outputs = await model.predictAll(x);
   * const score = outputs[model.outputNames.indexOf('score')];
   * ```
   */
  async predictAll(x: TrainingArrays | TrainingStream, options: PredictOptions = {}): Promise<readonly Tensor[]> {
    return predict(this, x, options);
  }

  /**
   * Says how the model is to be trained: anew, with a fresh optimizer. What is frozen now stays so until the next call.
   * What trains is loaded when it is first needed.
   *
   * @throws ManabiError `argument` for unknown names, with the nearest ones, and while `fit` trains the model
   * @example `model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] })`
   */
  compile(options: CompileOptions = {}): void {
    this.checkMayChange('compile');
    this.#compilation = compilation(options);
    this.#trainer = null;
  }

  /** @throws ManabiError `argument` while `fit` trains the model: its layers cannot change then */
  protected checkMayChange(op: string): void {
    if (this.#waiting > 0) throw trainingRuns(op, this.name);
    this.#trainer?.checkIdle(op);
  }

  /** Whether `compile` was called. */
  get compiled(): boolean {
    return this.#compilation !== null;
  }

  /**
   * What `compile` was told, checked and complete.
   *
   * @throws ManabiError `argument` if the model is not compiled
   */
  get compilation(): Compilation {
    return this.#compiled('compilation');
  }

  /** Whether `trainer` is there: the model is compiled, and what trains is loaded. */
  get isTrainerLoaded(): boolean {
    return this.#loaded() !== null;
  }

  /**
   * What `compile` made: the state of the optimizer, the learning rate. It is there once a model was trained or evaluated;
   * before, `await model.loadTrainer()`.
   *
   * @throws ManabiError `argument` if the model is not compiled, or the trainer is not loaded yet
   */
  get trainer(): Trainer {
    return this.#ready('trainer', this.#loaded());
  }

  /**
   * Loads what trains the model, and returns it: for whoever needs `trainer` before the first training.
   *
   * @throws ManabiError `argument` if the model is not compiled
   */
  async loadTrainer(): Promise<Trainer> {
    return this.#ready('loadTrainer', this.#loaded() ?? (await this.#load('loadTrainer')));
  }

  /** What trains the model, if that is loaded, and all that `compile` was told by name. */
  #loaded(): ReturnType<typeof trainingCode> {
    return this.#compilation?.isLoaded === true ? trainingCode() : null;
  }

  /** Loads what trains the model, and what `compile` was told by name. */
  async #load(op: string): Promise<Awaited<ReturnType<typeof loadTrainingCode>>> {
    const compilation = this.#compiled(op);
    // One after the other: Jest cannot load modules at once that import the same ones.
    const code = await loadTrainingCode();
    await compilation.load(op);
    // It may have been compiled anew meanwhile.
    return compilation === this.#compilation ? code : this.#load(op);
  }

  #compiled(op: string): Compilation {
    if (this.#compilation !== null) return this.#compilation;
    throw new ManabiError(
      'argument',
      `'${this.name}' is not compiled. Call model.compile({ optimizer: 'adam', loss: 'mse' }) first.`,
      { op, data: { model: this.name, compiled: false } },
    );
  }

  #ready(op: string, code: ReturnType<typeof trainingCode>): Trainer {
    const options = this.#compiled(op);
    if (code !== null) {
      this.#trainer ??= new code.Trainer(this, options);
      return this.#trainer;
    }
    throw new ManabiError(
      'argument',
      `The trainer of '${this.name}' is not loaded yet. Call await model.loadTrainer() first; fit() and evaluate() load it.`,
      { op, data: { model: this.name, loaded: false } },
    );
  }

  /**
   * Trains the model, epoch after epoch, with Keras's rules. `x` is a host array, tensor, typed array or nested arrays,
   * or a list or record of them for several inputs, and so is `y`; or `x` is a data set of batches `[x, y]` or
   * `[x, y, sampleWeight]`.
   *
   * Logs and history are called `loss`, `accuracy`, `valLoss`, `valAccuracy`: Keras's names in camelCase. They are means
   * over the samples of an epoch, while the weights move. In Node, Ctrl-C ends the training after the present step, and
   * `history.interrupted` is true; the epoch that it interrupts has no `onEpochEnd` and no row in the history. A second
   * one ends the program.
   *
   * @throws ManabiError `argument` if the model is not compiled, or for unknown options and names; `shape` for
   * data that do not fit one another or the model; `value` for labels that are no classes; `index` for numbers
   * beyond an embedding; `data` for data that are empty or fail; `aborted` by `options.signal`, with the weights of the last
   * step
   * @example `const { history } = await model.fit(train.images, train.labels, { epochs: 5, validationSplit: 0.1 });`
   */
  fit(x: TrainingArrays, y?: TrainingArrays | null, options?: FitOptions): Promise<History>;
  fit(x: TrainingStream, options?: FitOptions): Promise<History>;
  async fit(
    x: TrainingArrays | TrainingStream,
    second?: TrainingArrays | FitOptions | null,
    third?: FitOptions,
  ): Promise<History> {
    const { y, options } = splitArguments(x, second, third, {});
    this.#compiled('fit');
    const loaded = this.#loaded();
    if (loaded !== null) return loaded.fit(this, this.#ready('fit', loaded), x, y, options, null);
    // Random numbers are those of the moment of the call, and the model must not change, however long the code takes.
    const place = this.seed === null ? nextSeedPlace() : null;
    this.#waiting++;
    const code = await this.#load('fit').finally(() => this.#waiting--);
    return code.fit(this, this.#ready('fit', code), x, y, options, place);
  }

  /**
   * Losses and metrics on samples, as at inference: means over all of them, by the names that `fit` logs.
   *
   * @throws ManabiError as `fit`
   * @example `const { loss, accuracy } = await model.evaluate(test.images, test.labels);`
   */
  evaluate(x: TrainingArrays, y?: TrainingArrays | null, options?: EvaluateOptions): Promise<Logs>;
  evaluate(x: TrainingStream, options?: EvaluateOptions): Promise<Logs>;
  async evaluate(
    x: TrainingArrays | TrainingStream,
    second?: TrainingArrays | EvaluateOptions | null,
    third?: EvaluateOptions,
  ): Promise<Logs> {
    const { y, options } = splitArguments(x, second, third, {});
    const code = this.#loaded() ?? (await this.#load('evaluate'));
    return code.evaluate(this, this.#ready('evaluate', code), x, y, options);
  }

  /**
   * One training step. Returns losses and metrics of this batch alone.
   *
   * @throws ManabiError as `fit`
   */
  async trainOnBatch(
    x: TrainingArrays,
    y: TrainingArrays | null = null,
    options: TrainOnBatchOptions = {},
  ): Promise<Logs> {
    const code = this.#loaded() ?? (await this.#load('trainOnBatch'));
    return code.trainOnBatch(this, this.#ready('trainOnBatch', code), x, y, options);
  }

  /**
   * One training step of your own, in place of the one of `fit` and `trainOnBatch`, as Keras's `train_step`: GANs,
   * distillation, several passes. It is traced like `call`: a pure function of the batch and of what `step` hands out. It
   * returns the logs that `stepLogs` names.
   *
   * @param step calls layers, differentiates, and updates; see `TrainStep`
   * @param batch inputs, labels and weights, in the order of the model's inputs and outputs
   * @example
   * ```ts
   * override trainStep(step: TrainStep, batch: StepBatch) {
   *   const { gradients } = step.gradients(() => step.loss(batch)); // these two lines are what fit does by itself
   *   step.applyGradients(gradients);
   *   return {};
   * }
   * ```
   */
  trainStep?(step: TrainStep, batch: StepBatch): StepLogs;

  /**
   * Computes the compiled loss of a batch and its gradients by the paths of the trained weights, as a training step would;
   * nothing changes. For training loops of your own, with `applyGradients`.
   *
   * @throws ManabiError as `fit`
   * @example
   * ```ts
   * const step = await model.gradients(x, y);
   * await model.applyGradients({ ...step, gradients: await meanOverProcesses(step.gradients) });
   * ```
   */
  async gradients(
    x: TrainingArrays,
    y: TrainingArrays | null = null,
    options: GradientsOptions = {},
  ): Promise<StepGradients> {
    const code = this.#loaded() ?? (await this.#load('gradients'));
    return code.gradientsOfBatch(this, this.#ready('gradients', code), x, y, options);
  }

  /**
   * Updates the weights that there are gradients for with the compiled optimizer, and sets the state in `updates`. Where
   * several batches make an update, it counts as a batch.
   *
   * @throws ManabiError `argument` for paths that are not trained, with the nearest ones; `shape` or `dtype` for tensors that
   * do not fit
   */
  async applyGradients(step: AppliedGradients): Promise<void> {
    const code = this.#loaded() ?? (await this.#load('applyGradients'));
    await this.#ready('applyGradients', code).applyGradients(step);
  }

  /**
   * Losses and metrics of a batch, as at inference.
   *
   * @throws ManabiError as `fit`
   */
  async testOnBatch(
    x: TrainingArrays,
    y: TrainingArrays | null = null,
    options: TestOnBatchOptions = {},
  ): Promise<Logs> {
    const code = this.#loaded() ?? (await this.#load('testOnBatch'));
    return code.testOnBatch(this, this.#ready('testOnBatch', code), x, y, options);
  }
}

/** The type of tensors like this one, for batches of any size. */
function anyBatchOf({ shape, dtype }: PartialType): PartialType {
  return { dtype, shape: [null, ...shape.slice(1)] };
}

import { type Exportable, type HostArray, ManabiError, type ProgramFamily, type Tensor, tree } from '@manabi/core';
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
import { nextSeedPosition } from '../variables/seed.ts';
import { moveModel } from './move-model.ts';
import { type PredictOptions, predict, predictOne } from './predict.ts';
import { predictOnBatch } from './predictor.ts';
import { splitArguments } from './split-arguments.ts';
import { loadTrainingCode, trainingCode } from './training-code.ts';

/** Options common to all models. */
export interface ModelOptions extends LayerOptions {
  /**
   * Seed of the initial weights, which makes them independent of random numbers drawn before; null to use the seed of
   * `setRandomSeed` (default: null).
   */
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

/** Names of the options common to all models. */
export const MODEL_OPTIONS: readonly string[] = [...Object.keys(kinds), ...BASE_OPTIONS];

/**
 * A layer made of layers, which can be trained. Create most models with `sequential` or `model`; a custom model extends this
 * class, keeps its layers in fields and calls them in `call`.
 *
 * @throws ManabiError `argument` for invalid options
 * @example
 * ```ts
 * import { CallContext, layers, Model, Tensor } from 'manabi';
 *
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
 * console.log(model.countParams()); // 50890
 * ```
 */
export abstract class Model extends Layer implements Network, TrainedModel, Exportable {
  static override readonly className: string = 'Model';
  /** The layers of a model cast its inputs. */
  override readonly autocast = false;
  /** Seed of the initial weights; null to use the seed of `setRandomSeed`. */
  readonly seed: number | null;
  /** Whether `fit` should end after the current batch. Callbacks may set it. */
  stopTraining = false;
  /** Names of the logs that `trainStep` returns; set by models that override `trainStep`. */
  readonly stepLogs: readonly string[] = [];
  readonly #signature = new Signature();
  #compilation: Compilation | null = null;
  #trainer: Trainer | null = null;
  /** Number of calls of `fit` that have not started because the training code is being loaded. */
  #waiting = 0;

  /**
   * @param config the options that a custom model defines in addition to `ModelOptions`, by name
   * @throws ManabiError `argument` for invalid options, and for unknown names
   */
  constructor(given: ModelOptions = {}, config: object = {}) {
    const others = [...BASE_OPTIONS, ...Object.keys(config)];
    const { seed } = readOptions(classNameOf(new.target), given, kinds, { others });
    const { seed: _, ...options } = given;
    super(options, config);
    this.seed = seed;
  }

  /** Direct sublayers of the model. */
  get layers(): readonly Layer[] {
    return this.sublayers;
  }

  /**
   * Returns a layer by name or index.
   *
   * @throws ManabiError `argument` for an unknown name, with the nearest ones; `index` for an index out of range
   * @example
   * ```ts
   * import { layers, sequential } from 'manabi';
   *
   * const model = sequential([layers.dense({ units: 1, name: 'scores', inputShape: [2] })]);
   * console.log(await model.getLayer('scores').weight('bias').value.array()); // [0]
   * ```
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

  /** Sets `built` to true. Weights without a value are initialized from the seed on first use. */
  protected becomeBuilt(): void {
    this.markBuilt();
    seedWeights(this);
  }

  /** Stores the types of inputs and outputs; null for output types, which are then inferred when requested. */
  protected setTypes(inputs: OneOrMany<PartialType>, found: ProbedTypes | null): void {
    this.#signature.inputs = inputs;
    this.#signature.found = found;
  }

  /** Infers the output types by tracing `call`, which also creates the weights of the sublayers. */
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

  /**
   * Types of the inputs, with null for the batch size; null before the model is built. A list if the model takes a list
   * of inputs.
   */
  get inputTypes(): OneOrMany<PartialType> | null {
    return this.#signature.inputs;
  }

  /** Types of the outputs, with null for lengths that depend on the batch; null before the model is built. */
  get outputTypes(): readonly PartialType[] | null {
    return this.#found()?.outputs ?? null;
  }

  /** Output types of the direct sublayers whose types are known; used by summaries. */
  get layerOutputTypes(): ReadonlyMap<CalledLayer, readonly PartialType[]> {
    return this.#found()?.layerOutputs ?? new Map();
  }

  #found(): ProbedTypes | null {
    const { inputs, found } = this.#signature;
    if (this.built && found === null && inputs !== null) this.setTypes(inputs, this.probe(inputs));
    return this.#signature.found;
  }

  /** Names of the inputs, in order; `fit` accepts an object of arrays with these keys. */
  get inputNames(): readonly string[] {
    return this.#signature.inputNames;
  }

  /** Names of the outputs, in order; losses and metrics can be given by these names, and logs use them. */
  get outputNames(): readonly string[] {
    this.#found();
    return this.#signature.outputNames;
  }

  /**
   * Runs the model as a pure function of its weights, as the training loop does. Reads only which layers the model has,
   * and changes nothing in it.
   *
   * @throws ManabiError `argument` if the model is not built, `values` lacks weights of the model, or a layer draws
   * random numbers without a key
   * @example
   * ```ts
   * import { layers, random, sequential, tensor, tree } from 'manabi';
   *
   * const model = sequential([layers.dropout({ rate: 0.5, inputShape: [2] })]);
   * const { outputs } = model.run(model.values(), tensor([[1, 2]]), { training: true, key: random.key(0) });
   * const [y] = tree.leaves(outputs);
   * console.log(await y.array()); // [[2, 4]]
   * ```
   */
  run(values: ModelValues, inputs: Tensors, options: RunOptions = {}): RunResult {
    this.checkBuilt('run');
    readArgument('run', 'values', values, valuesKind);
    readOptions('run', options, runKinds);
    return runLayer(this, values, inputs, options);
  }

  /** Returns the current values of the weights, by path. */
  values(): ModelValues {
    this.checkBuilt('values');
    return valuesOf(this);
  }

  /**
   * Sets the weights with the given paths, and keeps all others.
   *
   * @throws ManabiError `argument` for an unknown path; `shape` or `dtype` for a value that does not match its weight
   */
  assign(values: Partial<ModelValues>): void {
    this.checkBuilt('assign');
    assignValues(this, readArgument('assign', 'values', values, someValuesKind));
  }

  /**
   * Applies the constraints of the trainable weights to the given values, and returns the results. Training does this
   * after each update.
   */
  constrain(trainable: ModelValues['trainable']): ModelValues['trainable'] {
    readArgument('constrain', 'trainable', trainable, tensorsKind);
    return constrained(this, trainable);
  }

  /**
   * Prints and returns a table of the layers, with their output shapes, numbers of parameters and, unless the layers
   * form a chain, their inputs: `dense[0][0]` is output 0 of call 0 of the layer `dense`. After a training step, the
   * total includes the state of the optimizer.
   *
   * @throws ManabiError `argument` if the model is not built
   */
  summary(options: SummaryOptions = {}): string {
    this.checkBuilt('summary');
    return summaryOf(this, options, tree.leaves(this.#trainer?.state().optimizer ?? []));
  }

  /**
   * Exports the model in inference mode with its current weights. The batch size and all other unknown lengths of its
   * inputs stay variable. `exportOnnx` converts the result.
   *
   * @throws ManabiError `argument` if the model is not built
   */
  async exportPrograms(): Promise<ProgramFamily> {
    this.checkBuilt('exportPrograms');
    return exportModel(this);
  }

  /** Returns the direct sublayers to which an input of the model is passed directly; empty if they are unknown. */
  consumersOf(_position: number): readonly LayerInput[] {
    return [];
  }

  /**
   * Returns where the inputs of a layer come from, for summaries: `dense[0][0]` is output 0 of call 0 of the layer
   * `dense`. Empty for sequential models.
   */
  connectionsOf(_layer: Layer): readonly string[] {
    return [];
  }

  /**
   * Computes the outputs of one batch in inference mode. If the outputs for a sample provably do not depend on the
   * other samples, batches are padded to one of a few sizes, which share compiled plans; the outputs for a sample are
   * then the same in batches of any size, up to rounding. All other models are compiled for each batch size.
   *
   * @throws ManabiError as documented at `apply`
   */
  async predictOnBatch(inputs: OneOrMany<Tensor | HostArray>): Promise<Tensors> {
    return predictOnBatch(this, inputs);
  }

  /**
   * Computes the outputs of samples in inference mode, batch by batch, and returns them as one tensor in host memory.
   * All batches use the weights at the time of the call, even while the model trains. Batches are padded as in
   * `predictOnBatch`.
   *
   * @throws ManabiError `argument` for a model with several outputs (see `predictAll`); as documented at `fit`
   * @example
   * ```ts
   * import { layers, sequential, tensor } from 'manabi';
   *
   * const model = sequential([layers.dense({ units: 1, kernelInitializer: 'ones', inputShape: [2] })]);
   * console.log(await (await model.predict(tensor([[1, 2], [3, 4]]))).array()); // [[3], [7]]
   * ```
   */
  async predict(x: TrainingArrays | TrainingStream, options: PredictOptions = {}): Promise<Tensor> {
    return predictOne(this, x, options);
  }

  /**
   * Computes the outputs of samples like `predict`, for any number of outputs. Returns them in the order of
   * `outputNames`; for a model created with an object of outputs, these names are sorted, as in Keras.
   *
   * @throws ManabiError as documented at `fit`
   * @example
   * ```ts
   * import { input, layers, model, tensor } from 'manabi';
   *
   * const x = input({ shape: [2] });
   * const twins = model({ inputs: x, outputs: { same: x, flat: layers.flatten().apply(x) } });
   * const outputs = await twins.predictAll(tensor([[1, 2]]));
   * console.log(await outputs[twins.outputNames.indexOf('same')].array()); // [[1, 2]]
   * ```
   */
  async predictAll(x: TrainingArrays | TrainingStream, options: PredictOptions = {}): Promise<readonly Tensor[]> {
    return predict(this, x, options);
  }

  /**
   * Configures the model for training, and creates a new optimizer state. Layers that are frozen at this call stay
   * frozen until `compile` is called again. The training code is loaded when training starts.
   *
   * @throws ManabiError `argument` for unknown names, with the nearest ones, and while `fit` runs
   * @example
   * ```ts
   * import { layers, sequential, tensor } from 'manabi';
   *
   * const model = sequential([layers.dense({ units: 3, activation: 'softmax', inputShape: [4] })]);
   * model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });
   * const logs = await model.evaluate(tensor([[1, 0, 0, 0]]), tensor([2]), { verbose: 0 });
   * console.log(Object.keys(logs)); // ['loss', 'accuracy']
   * ```
   */
  compile(options: CompileOptions = {}): void {
    this.checkMayChange('compile');
    this.#compilation = compilation(options, this.dtypePolicy);
    this.#trainer = null;
  }

  /**
   * Moves the model to another backend, without changing a bit: its weights, the state of its optimizer, and all other
   * state of its training. Inputs in host memory follow the weights, so that the model then computes on that backend.
   *
   * @param backend name of a registered backend, such as `webgpu`
   * @returns the model itself
   * @throws ManabiError `backend` if the backend is not registered or cannot start, `dtype` if it does not support the
   * dtype of a weight, `argument` while `fit` runs or if a step changes the weights; the model then stays where it is
   * @example
   * ```ts
   * import { layers, sequential, tensor } from 'manabi';
   *
   * const model = sequential([layers.dense({ units: 1, kernelInitializer: 'ones', inputShape: [2] })]);
   * await model.to('cpu'); // or 'webgpu'
   * console.log(await (await model.predict(tensor([[1, 2]]))).array()); // [[3]]
   * ```
   */
  async to(backend: string): Promise<this> {
    await moveModel(this, this.#trainer, backend, () => this.checkMayChange('to'));
    return this;
  }

  /** Checks that layers may be added and removed. @throws ManabiError `argument` while `fit` trains the model */
  protected checkMayChange(op: string): void {
    if (this.#waiting > 0) throw trainingRuns(op, this.name);
    this.#trainer?.checkIdle(op);
  }

  /** Whether `compile` was called. */
  get compiled(): boolean {
    return this.#compilation !== null;
  }

  /**
   * The options of `compile`, checked and with defaults.
   *
   * @throws ManabiError `argument` if the model is not compiled
   */
  get compilation(): Compilation {
    return this.#compiled('compilation');
  }

  /** Whether `trainer` is available, that is, whether the model is compiled and the training code is loaded. */
  get isTrainerLoaded(): boolean {
    return this.#loaded() !== null;
  }

  /**
   * The state of training: optimizer state and learning rate. Available after training or evaluating a model; before that,
   * call `await model.loadTrainer()`.
   *
   * @throws ManabiError `argument` if the model is not compiled, or the trainer is not loaded
   */
  get trainer(): Trainer {
    return this.#ready('trainer', this.#loaded());
  }

  /**
   * Loads and returns the trainer; required only to use `trainer` before the first training.
   *
   * @throws ManabiError `argument` if the model is not compiled
   */
  async loadTrainer(): Promise<Trainer> {
    return this.#ready('loadTrainer', this.#loaded() ?? (await this.#load('loadTrainer')));
  }

  /**
   * Returns the training code if it is loaded, together with the optimizer, losses and metrics that `compile` received
   * as names; otherwise null.
   */
  #loaded(): ReturnType<typeof trainingCode> {
    return this.#compilation?.isLoaded === true ? trainingCode() : null;
  }

  /** Loads the training code, and the classes of the optimizer, losses and metrics that `compile` received as names. */
  async #load(op: string): Promise<Awaited<ReturnType<typeof loadTrainingCode>>> {
    const compilation = this.#compiled(op);
    // Loads one after the other, because Jest cannot load modules in parallel if they import the same modules.
    const code = await loadTrainingCode();
    await compilation.load(op);
    // Another call of `compile` may have replaced the options meanwhile.
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
   * Trains the model for a number of epochs, with the rules of Keras. `x` is a host array, tensor, typed array or
   * nested array, or an array or object of them for several inputs; `y` likewise. Alternatively, `x` is a dataset of
   * batches `[x, y]` or `[x, y, sampleWeight]`.
   *
   * Logs and history have Keras's names in camelCase: `loss`, `accuracy`, `valLoss`, `valAccuracy`. Their values are
   * means over the samples of an epoch, computed while the weights change. In Node, Ctrl-C ends the training after the
   * current step and sets `history.interrupted`; the interrupted epoch has no `onEpochEnd` and no entry in the history.
   * A second Ctrl-C ends the program.
   *
   * @throws ManabiError `argument` if the model is not compiled, or for unknown options and names; `shape` for arrays
   * that do not match each other or the model; `value` for labels that are not classes; `index` for indices outside
   * an embedding; `data` for a dataset that is empty or fails; `aborted` through `options.signal`, with the weights
   * after the last step
   * @example
   * ```ts
   * import { layers, sequential, tensor } from 'manabi';
   *
   * const model = sequential([layers.dense({ units: 1, kernelInitializer: 'zeros', inputShape: [1] })]);
   * model.compile({ optimizer: 'sgd', loss: 'mse' });
   * const { history } = await model.fit(tensor([[1], [2]]), tensor([[1], [2]]), { epochs: 2, verbose: 0 });
   * console.log(history.loss); // [2.5, 2.1716]
   * ```
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
    // Random numbers are drawn now, and the model must not be changed while the training code is loaded.
    const position = this.seed === null ? nextSeedPosition() : null;
    this.#waiting++;
    const code = await this.#load('fit').finally(() => this.#waiting--);
    return code.fit(this, this.#ready('fit', code), x, y, options, position);
  }

  /**
   * Computes losses and metrics of samples in inference mode: means over all samples, with the names that `fit` logs.
   *
   * @throws ManabiError as documented at `fit`
   * @example
   * ```ts
   * import { layers, sequential, tensor } from 'manabi';
   *
   * const model = sequential([layers.dense({ units: 1, kernelInitializer: 'ones', inputShape: [1] })]);
   * model.compile({ loss: 'mse', metrics: ['mae'] });
   * const result = await model.evaluate(tensor([[1], [2]]), tensor([[1], [4]]), { verbose: 0 });
   * console.log(result); // { loss: 2, mae: 1 }
   * ```
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
   * Runs one training step, and returns the losses and metrics of this batch.
   *
   * @throws ManabiError as documented at `fit`
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
   * Defines a custom training step, which `fit` and `trainOnBatch` then run, as in Keras's `train_step`: for example
   * for GANs, distillation, or several forward passes. Like `call`, it is traced, and must be a pure function of the
   * batch and of the values that `step` provides. It returns the logs named in `stepLogs`.
   *
   * @param step calls layers, computes gradients and applies updates; see `TrainStep`
   * @param batch inputs, labels and weights, in the order of the model's inputs and outputs
   * @example
   * ```ts
   * import { layers, Sequential, type StepBatch, tensor, type TrainStep } from 'manabi';
   *
   * class Custom extends Sequential {
   *   override trainStep(step: TrainStep, batch: StepBatch) {
   *     const { gradients } = step.gradients(() => step.loss(batch)); // these two lines are the default step
   *     step.applyGradients(gradients);
   *     return {};
   *   }
   * }
   * const model = new Custom([layers.dense({ units: 1, inputShape: [1] })]);
   * model.compile({ optimizer: 'sgd', loss: 'mse' });
   * const { history } = await model.fit(tensor([[1]]), tensor([[2]]), { epochs: 2, verbose: 0 });
   * console.log(history.loss[1] < history.loss[0]); // true
   * ```
   */
  trainStep?(step: TrainStep, batch: StepBatch): StepLogs;

  /**
   * Computes the compiled loss of a batch and its gradients with respect to the trainable weights, as a training step
   * does, without changing the model. Returns the gradients by path. Use it with `applyGradients` in custom training
   * loops.
   *
   * @throws ManabiError as documented at `fit`
   * @example
   * ```ts
   * import { layers, sequential, tensor } from 'manabi';
   *
   * const model = sequential([layers.dense({ units: 1, useBias: false, name: 'y', inputShape: [1] })]);
   * model.compile({ optimizer: 'sgd', loss: 'mse' });
   * const step = await model.gradients(tensor([[1]]), tensor([[2]]));
   * console.log(Object.keys(step.gradients)); // ['y/kernel']
   * await model.applyGradients(step);
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
   * Updates weights by their gradients with the compiled optimizer, and sets the state in `updates`. With
   * `gradientAccumulationSteps`, each call counts as one batch.
   *
   * @throws ManabiError `argument` for paths that are not trainable weights, with the nearest ones; `shape` or `dtype`
   * for tensors that do not match
   */
  async applyGradients(step: AppliedGradients): Promise<void> {
    const code = this.#loaded() ?? (await this.#load('applyGradients'));
    await this.#ready('applyGradients', code).applyGradients(step);
  }

  /**
   * Computes the losses and metrics of one batch in inference mode.
   *
   * @throws ManabiError as documented at `fit`
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

/** Returns the dtype and shape of a tensor, with null for the batch size. */
function anyBatchOf({ shape, dtype }: PartialType): PartialType {
  return { dtype, shape: [null, ...shape.slice(1)] };
}

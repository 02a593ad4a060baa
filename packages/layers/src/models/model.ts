import { type HostArray, type Jitted, jit, ManabiError, type Tensor } from '@manabi/core';
import type { History } from '../callbacks/history.ts';
import type { CallContext } from '../context.ts';
import { inferOutputs, mergedTypes } from '../infer-outputs.ts';
import { Layer, type LayerOptions } from '../layer.ts';
import {
  isList,
  isShape,
  mapEach,
  type OneOrMany,
  type PartialShape,
  type PartialType,
  type Tensors,
  toList,
} from '../nested.ts';
import { probingRun } from '../runs.ts';
import { checkSeed } from '../seed.ts';
import type { Logs } from '../training/batch-logs.ts';
import type { CompileOptions } from '../training/compile.ts';
import { type EvaluateOptions, evaluate } from '../training/evaluate.ts';
import { fit } from '../training/fit.ts';
import type { FitOptions } from '../training/fit-options.ts';
import type { TrainingArrays } from '../training/named-arrays.ts';
import { type TestOnBatchOptions, type TrainOnBatchOptions, testOnBatch, trainOnBatch } from '../training/on-batch.ts';
import { type PredictOptions, predict, predictOne } from '../training/predict.ts';
import { splitArguments } from '../training/split-arguments.ts';
import type { TrainingStream } from '../training/stream-source.ts';
import { Trainer } from '../training/trainer.ts';
import { findLayer } from './find-layer.ts';
import { keyedVariables } from './keyed-variables.ts';
import { type ModelValues, type RunOptions, type RunResult, runLayer, valuesOf } from './run.ts';
import { type SummaryOptions, summaryOf } from './summary.ts';

/** What every model takes. */
export interface ModelOptions extends LayerOptions {
  /** Makes the first weights repeatable, whatever was drawn before; else `setRandomSeed` does. */
  readonly seed?: number | null;
}

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
export abstract class Model extends Layer {
  static override readonly className: string = 'Model';
  /** The option `seed`. */
  readonly seed: number | null;
  /** Set by callbacks, and by whoever else wants `fit` to end after this batch. */
  stopTraining = false;
  #trainer: Trainer | null = null;
  #inputs: OneOrMany<PartialType> | null = null;
  #outputs: readonly PartialType[] | null = null;
  #layerOutputs: ReadonlyMap<Layer, readonly PartialType[]> = new Map();
  #building = false;
  #predict: Jitted<[ModelValues, Tensors], Tensors> | null = null;

  /** @throws ManabiError `argument` for a seed that is no whole number, or unknown options */
  constructor({ seed = null, ...options }: ModelOptions = {}, config: object = {}) {
    super(options, config);
    if (seed !== null) checkSeed(this.className, seed);
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

  /**
   * Makes all weights, for inputs of a shape.
   *
   * @param inputShape with the batch, null for what is not known; a list for several inputs
   */
  override build(inputShape: OneOrMany<PartialShape>): void {
    if (this.#building || this.built) return;
    const { dtype } = this;
    const shapes: OneOrMany<PartialShape> = inputShape;
    this.ensureBuilt(isShape(shapes) ? { shape: shapes, dtype } : shapes.map((shape) => ({ shape, dtype })));
  }

  override ensureBuilt(inputs: OneOrMany<PartialType>): void {
    if (this.built) return;
    this.#buildOwn(inputs);
    this.probe(inputs);
    this.becomeBuilt();
  }

  /** Says that all weights exist; those that have no value yet are drawn from the seed. */
  protected becomeBuilt(): void {
    this.markBuilt();
    seedWeights(this);
  }

  /** Says what the inputs are. */
  protected setInputTypes(inputs: OneOrMany<PartialType>): void {
    this.#inputs = inputs;
  }

  /** Says what comes out, of the model and of the layers right within. */
  protected setOutputTypes(
    outputs: readonly PartialType[],
    layerOutputs: ReadonlyMap<Layer, readonly PartialType[]>,
  ): void {
    this.#outputs = outputs;
    this.#layerOutputs = layerOutputs;
  }

  protected override buildWithin(inputs: Tensors, context: CallContext): void {
    if (context.run.probing) {
      this.#buildOwn(mapEach(inputs, ({ shape, dtype }) => ({ dtype, shape: [null, ...shape.slice(1)] })));
      this.markBuilt();
      return;
    }
    if (toList(inputs).some(({ state }) => state === 'traced')) this.checkBuilt('A traced function');
    this.ensureBuilt(mapEach(inputs, ({ shape, dtype }) => ({ dtype, shape: [null, ...shape.slice(1)] })));
  }

  /** Types of the inputs, with null for the batch; null before the model is built. A list if it takes a list. */
  get inputTypes(): OneOrMany<PartialType> | null {
    return this.#inputs;
  }

  /** Types of the outputs, with null for what depends on the batch; null before the model is built. */
  get outputTypes(): readonly PartialType[] | null {
    this.#probeIfNeeded();
    return this.#outputs;
  }

  /** Names of the inputs, in their order: those under which `fit` finds arrays in a record. */
  get inputNames(): readonly string[] {
    const count = this.#inputs === null || !isList(this.#inputs) ? 1 : this.#inputs.length;
    return Array.from({ length: count }, (_, i) => (i === 0 ? 'input' : `input_${i}`));
  }

  /** Names of the outputs, in their order: those under which losses and metrics are given and told. */
  get outputNames(): readonly string[] {
    const count = this.outputTypes?.length ?? 1;
    return Array.from({ length: count }, (_, i) => (i === 0 ? 'output' : `output_${i}`));
  }

  /** What each layer right within makes, as far as it is known: for summaries. */
  get layerOutputTypes(): ReadonlyMap<Layer, readonly PartialType[]> {
    this.#probeIfNeeded();
    return this.#layerOutputs;
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
  assign({ trainable = {}, state = {} }: Partial<ModelValues>): void {
    this.checkBuilt('assign');
    const keyed = keyedVariables(this);
    for (const [path, value] of Object.entries({ ...state, ...trainable })) {
      const variable = keyed.get(path);
      if (variable === undefined) throw strangePath(this.name, path);
      variable.assign(value);
    }
  }

  /** The trained weights after their constraints: for after an update. */
  constrain(trainable: ModelValues['trainable']): ModelValues['trainable'] {
    const keyed = keyedVariables(this);
    return Object.fromEntries(
      Object.entries(trainable).map(([path, value]) => [path, keyed.get(path)?.constraint?.constrain(value) ?? value]),
    );
  }

  /**
   * The outputs for one batch, computed at once, as at inference. Compiled once for each shape of batch.
   *
   * @throws ManabiError as `apply`
   */
  async predictOnBatch(inputs: OneOrMany<Tensor | HostArray>): Promise<Tensors> {
    const given = mapEach(inputs, (input) => input);
    if (!this.built) {
      this.ensureBuilt(mapEach(given, ({ shape, dtype }) => ({ dtype, shape: [null, ...shape.slice(1)] })));
    }
    this.#predict ??= jit((values: ModelValues, x: Tensors) => this.run(values, x).outputs, { name: 'predictOnBatch' });
    return this.#predict(this.values(), given);
  }

  /**
   * Says how the model is to be trained: anew, with a fresh optimizer. What is frozen now stays so until the next call.
   *
   * @throws ManabiError `argument` for names that nobody knows, with the nearest ones
   * @example `model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] })`
   */
  compile(options: CompileOptions = {}): void {
    this.#trainer = new Trainer(this, options);
  }

  /** Whether `compile` was called. */
  get compiled(): boolean {
    return this.#trainer !== null;
  }

  /**
   * What `compile` made: the state of the optimizer, the learning rate.
   *
   * @throws ManabiError `argument` if the model is not compiled
   */
  get trainer(): Trainer {
    if (this.#trainer !== null) return this.#trainer;
    throw new ManabiError(
      'argument',
      `The model '${this.name}' is not compiled. Say first how to train it: ` +
        "model.compile({ optimizer: 'adam', loss: 'mse' }).",
      { op: 'compile', data: { model: this.name, compiled: false } },
    );
  }

  /**
   * Trains the model, epoch after epoch, with Keras's rules. `x` is a host array, tensor, typed array or nested arrays,
   * or a list or record of them for several inputs, and so is `y`; or `x` is a data set of batches `[x, y]` or
   * `[x, y, sampleWeight]`.
   *
   * Logs and history are called `loss`, `accuracy`, `valLoss`, `valAccuracy`: Keras's names in camelCase. They are means
   * over the samples of an epoch, while the weights move. In Node, Ctrl-C ends the training after the present step, and
   * `history.interrupted` is true; a second one ends the program.
   *
   * @throws ManabiError `argument` if the model is not compiled, or for options and names that nobody knows; `shape` for
   * data that do not fit one another or the model; `value` for labels that are no classes; `data` for data that are empty
   * or fail; `aborted` by `options.signal`, with the weights of the last step
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
    return fit(this, this.trainer, x, y, options);
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
    return evaluate(this, this.trainer, x, y, options);
  }

  /**
   * The outputs for samples, as at inference: computed batch by batch, read, and joined. The tensor is in host memory.
   *
   * @throws ManabiError `argument` for a model of several outputs (see `predictAll`); as `fit`
   * @example `const probabilities = await (await model.predict(images)).array();`
   */
  async predict(x: TrainingArrays | TrainingStream, options: PredictOptions = {}): Promise<Tensor> {
    return predictOne(this, x, options);
  }

  /** As `predict`, for any number of outputs: a list in their order. */
  async predictAll(x: TrainingArrays | TrainingStream, options: PredictOptions = {}): Promise<readonly Tensor[]> {
    return predict(this, x, options);
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
    return trainOnBatch(this, this.trainer, x, y, options);
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
    return testOnBatch(this, this.trainer, x, y, options);
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

  /** Where a layer's inputs come from, for summaries: `dense[0][0]`; nothing where it is plain. */
  connectionsOf(_layer: Layer): readonly string[] {
    return [];
  }

  #buildOwn(inputs: OneOrMany<PartialType>): void {
    this.#building = true;
    try {
      this.build(mapEach(inputs, ({ shape }) => shape));
    } finally {
      this.#building = false;
    }
    this.setInputTypes(inputs);
  }

  #probeIfNeeded(): void {
    if (this.built && this.#outputs === null && this.#inputs !== null) this.probe(this.#inputs);
  }

  /** Finds what comes out, by tracing `call`; layers within build themselves on the way. */
  protected probe(inputs: OneOrMany<PartialType>): void {
    const seen: { readonly layer: Layer; readonly outputs: readonly Tensor[] }[][] = [];
    const run = {
      ...probingRun(),
      intercept: (layer: Layer, outputs: readonly Tensor[], path: readonly string[]) => {
        if (path.length === 2) seen.at(-1)?.push({ layer, outputs });
        return outputs;
      },
    };
    const outputs = inferOutputs(
      this.name,
      inputs,
      {},
      (stand, context) => {
        seen.push([]);
        return this.call(stand, context);
      },
      run,
    );
    const [first, second = first] = seen;
    const found = new Map<Layer, readonly PartialType[]>();
    first.forEach(({ layer, outputs }, i) => {
      if (!found.has(layer)) found.set(layer, mergedTypes(layer.name, outputs, second[i].outputs));
    });
    this.setOutputTypes(outputs, found);
  }
}

/** Lets the weights of models with a seed be drawn from it, those within others from their own. */
function seedWeights(layer: Layer): void {
  if (layer instanceof Model && layer.seed !== null) {
    const { seed } = layer;
    layer.weights.forEach((weight, count) => {
      weight.seed({ seed, count });
    });
  }
  for (const inner of layer.sublayers) seedWeights(inner);
}

function strangePath(model: string, path: string): ManabiError {
  return new ManabiError(
    'argument',
    `Model '${model}' has no weight '${path}': the values are those of another model.`,
    {
      op: 'assign',
      data: { model, path },
    },
  );
}

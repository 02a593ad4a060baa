import { type HostArray, ManabiError, type Tensor } from '@manabi/core';
import type { History } from '../callbacks/history.ts';
import { Network } from '../networks/network.ts';
import { mapEach, type OneOrMany, type Tensors } from '../structure/nested.ts';
import type { Logs } from '../training/batch-logs.ts';
import { readInputs } from '../training/check-inputs.ts';
import type { CompileOptions } from '../training/compile.ts';
import { type EvaluateOptions, evaluate } from '../training/evaluate.ts';
import { fit } from '../training/fit.ts';
import type { FitOptions } from '../training/fit-options.ts';
import { namingTables } from '../training/index-errors.ts';
import type { TrainingArrays } from '../training/named-arrays.ts';
import { type TestOnBatchOptions, type TrainOnBatchOptions, testOnBatch, trainOnBatch } from '../training/on-batch.ts';
import { type PredictOptions, predict, predictOne } from '../training/predict.ts';
import { predictorOf } from '../training/predictor.ts';
import { splitArguments } from '../training/split-arguments.ts';
import type { TrainingStream } from '../training/stream-source.ts';
import { Trainer } from '../training/trainer.ts';

export type { ModelOptions } from '../networks/network.ts';

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
export abstract class Model extends Network {
  static override readonly className: string = 'Model';
  /** Set by callbacks, and by whoever else wants `fit` to end after this batch. */
  stopTraining = false;
  #trainer: Trainer | null = null;

  /**
   * The outputs for one batch, computed at once, as at inference. Batches of any size share a few plans: they are padded,
   * and the outputs cut back, where it is proven that no sample depends on others. The outputs for a sample are then the
   * same in any batch, up to rounding. Other models are compiled for each size.
   *
   * @throws ManabiError as `apply`
   */
  async predictOnBatch(inputs: OneOrMany<Tensor | HostArray>): Promise<Tensors> {
    const checking = readInputs('predictOnBatch', this, inputs);
    if (!this.built) {
      this.ensureBuilt(mapEach(inputs, ({ shape, dtype }) => ({ dtype, shape: [null, ...shape.slice(1)] })));
    }
    const predictor = predictorOf(this);
    if (checking === null) return namingTables('predictOnBatch', this, () => predictor.predict(inputs));
    // The weights are those of the moment of the call, however long the inputs take to be read.
    const weights = predictor.lease();
    try {
      await checking;
      return await namingTables('predictOnBatch', this, () => predictor.predictWith(weights.values, inputs, 'series'));
    } finally {
      weights.release();
    }
  }

  /**
   * Says how the model is to be trained: anew, with a fresh optimizer. What is frozen now stays so until the next call.
   *
   * @throws ManabiError `argument` for unknown names, with the nearest ones, and while `fit` trains the model
   * @example `model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] })`
   */
  compile(options: CompileOptions = {}): void {
    this.#trainer?.checkIdle('compile');
    this.#trainer = new Trainer(this, options);
  }

  /** @throws ManabiError `argument` while `fit` trains the model: its layers cannot change then */
  protected checkMayChange(op: string): void {
    this.#trainer?.checkIdle(op);
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
    return this.#compiled('trainer');
  }

  #compiled(op: string): Trainer {
    if (this.#trainer !== null) return this.#trainer;
    throw new ManabiError(
      'argument',
      `'${this.name}' is not compiled. Call model.compile({ optimizer: 'adam', loss: 'mse' }) first.`,
      { op, data: { model: this.name, compiled: false } },
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
   * @throws ManabiError `argument` if the model is not compiled, or for options and names that nobody knows; `shape` for
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
    return fit(this, this.#compiled('fit'), x, y, options);
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
    return evaluate(this, this.#compiled('evaluate'), x, y, options);
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
   * One training step. Returns losses and metrics of this batch alone.
   *
   * @throws ManabiError as `fit`
   */
  async trainOnBatch(
    x: TrainingArrays,
    y: TrainingArrays | null = null,
    options: TrainOnBatchOptions = {},
  ): Promise<Logs> {
    return trainOnBatch(this, this.#compiled('trainOnBatch'), x, y, options);
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
    return testOnBatch(this, this.#compiled('testOnBatch'), x, y, options);
  }
}

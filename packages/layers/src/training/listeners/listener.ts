import type { BatchLogs, Logs } from './batch-logs.ts';
import type { CallbackState } from './state-reader.ts';
import type { TrainedModel } from './trained-model.ts';

/** Parameters of a training, evaluation or prediction, which callbacks receive. */
export interface RunParams {
  /** Number of epochs, including those before `initialEpoch`; 1 for evaluations and predictions. */
  readonly epochs: number;
  /** Number of steps per epoch; for data of unknown length, null until the first epoch has ended. */
  readonly steps: number | null;
  /** What is printed: 0 for nothing, 1 for a progress bar, 2 for a line per epoch. */
  readonly verbose: number;
}

/** A point between two steps at which a training can be saved. */
export interface SavePoint {
  /** Index of the current epoch; after an epoch, of the one that has just ended. */
  readonly epoch: number;
  /** Number of completed batches of the epoch. */
  readonly step: number;
  /** Whether the epoch has ended, including its validation. */
  readonly epochEnded: boolean;
  /** Whether Ctrl-C has stopped the training, so that this is its last call of `onSavePoint`. */
  readonly interrupted: boolean;
}

/** Result of a hook: nothing, or a promise that is awaited before training continues. */
export type HookResult = void | Promise<void>;

/**
 * Hooks that are called while a model is trained, evaluated or used for prediction. A callback is an object with any of
 * them, or an instance of a class that has them. Epochs and batches count from 0. Batch hooks receive logs that are read on
 * access, `await logs.loss`; epoch hooks receive numbers, and may add to them.
 *
 * Set `model.stopTraining = true` to end the training after the current batch.
 *
 * @example
 * ```ts
 * import { type CallbackHooks, layers, sequential, tensor } from 'manabi';
 *
 * const model = sequential([layers.dense({ units: 1, inputShape: [1] })]);
 * model.compile({ optimizer: 'sgd', loss: 'mse' });
 * const stop: CallbackHooks = { onEpochEnd: (epoch) => void (model.stopTraining = epoch === 1) };
 * const { epoch } = await model.fit(tensor([[1]]), tensor([[2]]), { epochs: 5, verbose: 0, callbacks: [stop] });
 * console.log(epoch); // [0, 1]
 * ```
 */
export interface CallbackHooks {
  /** Called once, before all other hooks. */
  setModel?(model: TrainedModel): void;
  /** Called at the start of a training, evaluation or prediction. */
  setParams?(params: RunParams): void;
  /** Called at the start of a training. */
  onTrainBegin?(): HookResult;
  /** Called at the end of a training, with the logs of the last completed epoch. */
  onTrainEnd?(logs: Logs): HookResult;
  /**
   * Called instead of `onTrainEnd` if an error or an `AbortSignal` ends a training that has begun, before `fit` rejects
   * with the error. Errors in this hook are ignored.
   */
  onTrainError?(error: unknown): HookResult;
  /** Called at the start of each epoch. */
  onEpochBegin?(epoch: number): HookResult;
  /** Called at the end of each epoch, except one that Ctrl-C interrupts. */
  onEpochEnd?(epoch: number, logs: Logs): HookResult;
  /** The same as `onTrainBatchBegin`; called after it. */
  onBatchBegin?(batch: number): HookResult;
  /** The same as `onTrainBatchEnd`; called after it. */
  onBatchEnd?(batch: number, logs: BatchLogs): HookResult;
  /** Called before each batch of a training. */
  onTrainBatchBegin?(batch: number): HookResult;
  /** Called after each batch of a training. */
  onTrainBatchEnd?(batch: number, logs: BatchLogs): HookResult;
  /** Called at the start of an evaluation, also of the validation after an epoch. */
  onTestBegin?(): HookResult;
  /** Called at the end of an evaluation. */
  onTestEnd?(logs: Logs): HookResult;
  /** Called before each batch of an evaluation. */
  onTestBatchBegin?(batch: number): HookResult;
  /** Called after each batch of an evaluation. */
  onTestBatchEnd?(batch: number, logs: BatchLogs): HookResult;
  /** Called at the start of a prediction. */
  onPredictBegin?(): HookResult;
  /** Called at the end of a prediction. */
  onPredictEnd?(): HookResult;
  /** Called before each batch of a prediction. */
  onPredictBatchBegin?(batch: number): HookResult;
  /** Called after each batch of a prediction. */
  onPredictBatchEnd?(batch: number): HookResult;
  /**
   * Called after each batch and each epoch, after all other hooks. Here, `model.trainer.progress()` returns the
   * progress for saving the training.
   */
  onSavePoint?(point: SavePoint): HookResult;
  /** Name under which a checkpoint stores the state of this callback. */
  readonly stateName?: string;
  /** Returns the state that this callback needs in a resumed training. */
  getState?(): CallbackState | Promise<CallbackState>;
  /** Restores the result of `getState` in a resumed training, after `onTrainBegin`. */
  setState?(state: CallbackState): HookResult;
}

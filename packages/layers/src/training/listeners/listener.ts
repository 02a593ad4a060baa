import type { BatchLogs, Logs } from './batch-logs.ts';
import type { CallbackState } from './state-reader.ts';
import type { TrainedModel } from './trained-model.ts';

/** What a run is, for callbacks. */
export interface RunParams {
  /** The number of the last epoch; 1 for evaluations and predictions. */
  readonly epochs: number;
  /** Steps of an epoch; null until the first epoch has ended, for data of unknown length. */
  readonly steps: number | null;
  /** 0 silent, 1 a progress bar, 2 a line for each epoch. */
  readonly verbose: number;
}

/** A place between two steps, from which a training can go on. */
export interface SavePoint {
  /** The present epoch, from 0, or the one that has just ended. */
  readonly epoch: number;
  /** Batches of it that are done. */
  readonly step: number;
  /** Whether the epoch has ended, with its validation. */
  readonly epochEnded: boolean;
  /** Whether somebody stopped the training, by Ctrl-C: the last chance to save. */
  readonly interrupted: boolean;
}

/** What a hook may return: nothing, at once or later. The run waits. */
export type HookResult = void | Promise<void>;

/**
 * Something that is told what happens while a model is trained, evaluated or run: an object with any of these hooks, or
 * an instance of a class that has them. Epochs and batches count from 0. Hooks of batches see logs that are read when
 * they are awaited, `await logs.loss`; those of epochs get numbers, and may add to them.
 *
 * Setting `model.stopTraining = true` ends the training after this batch.
 *
 * @example
 * ```ts
 * await model.fit(x, y, {
 *   callbacks: [{ onEpochEnd: (epoch, logs) => { if (logs.loss < 0.01) model.stopTraining = true; } }],
 * });
 * ```
 */
export interface CallbackHooks {
  /** Told once, before anything else. */
  setModel?(model: TrainedModel): void;
  /** Told when a run begins. */
  setParams?(params: RunParams): void;
  onTrainBegin?(): HookResult;
  /** Logs are those of the last epoch that ended. */
  onTrainEnd?(logs: Logs): HookResult;
  onEpochBegin?(epoch: number): HookResult;
  /** Not told of an epoch that Ctrl-C interrupts: it has no end. */
  onEpochEnd?(epoch: number, logs: Logs): HookResult;
  /** As `onTrainBatchBegin`. */
  onBatchBegin?(batch: number): HookResult;
  /** As `onTrainBatchEnd`. */
  onBatchEnd?(batch: number, logs: BatchLogs): HookResult;
  onTrainBatchBegin?(batch: number): HookResult;
  onTrainBatchEnd?(batch: number, logs: BatchLogs): HookResult;
  onTestBegin?(): HookResult;
  onTestEnd?(logs: Logs): HookResult;
  onTestBatchBegin?(batch: number): HookResult;
  onTestBatchEnd?(batch: number, logs: BatchLogs): HookResult;
  onPredictBegin?(): HookResult;
  onPredictEnd?(): HookResult;
  onPredictBatchBegin?(batch: number): HookResult;
  onPredictBatchEnd?(batch: number): HookResult;
  /** Told after each batch and epoch, when all other hooks were: whatever is saved now, with
   * `model.trainer.progress()`, is complete. */
  onSavePoint?(point: SavePoint): HookResult;
  /** Under which name a checkpoint keeps what this callback remembers. */
  readonly stateName?: string;
  /** What this callback has to remember from epoch to epoch, for a training that is resumed. */
  getState?(): CallbackState | Promise<CallbackState>;
  /** Takes what `getState` gave in the training that is resumed, after `onTrainBegin`. */
  setState?(state: CallbackState): HookResult;
}

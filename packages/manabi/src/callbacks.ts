/**
 * All callbacks, of whatever package: those that save models are in `@manabi/serialization`, the others in
 * `@manabi/layers`.
 *
 * @packageDocumentation
 */
import { callbacks } from '@manabi/layers';

export {
  Callback,
  type CallbackHooks,
  type CallbackState,
  History,
  Monitor,
  type MonitorMode,
  type MonitorOptions,
  type RunParams,
  type SavePoint,
  StateReader,
  type StateValue,
} from '@manabi/layers';
export {
  type BackupAndRestoreOptions,
  backupAndRestore,
  type ModelCheckpointOptions,
  modelCheckpoint,
} from '@manabi/serialization';

// One by one: `export *` takes modules, and `callbacks` is a namespace within one.
export const csvLogger = callbacks.csvLogger;
export const earlyStopping = callbacks.earlyStopping;
export const lambdaCallback = callbacks.lambdaCallback;
export const learningRateScheduler = callbacks.learningRateScheduler;
export const progbarLogger = callbacks.progbarLogger;
export const reduceLROnPlateau = callbacks.reduceLROnPlateau;
export const remoteMonitor = callbacks.remoteMonitor;
export const swapEMAWeights = callbacks.swapEMAWeights;
export const tensorBoard = callbacks.tensorBoard;
export const terminateOnNaN = callbacks.terminateOnNaN;
export type CsvLoggerOptions = callbacks.CsvLoggerOptions;
export type EarlyStoppingOptions = callbacks.EarlyStoppingOptions;
export type HookResult = callbacks.HookResult;
export type LogFiles = callbacks.LogFiles;
export type ProgbarLoggerOptions = callbacks.ProgbarLoggerOptions;
export type ProgressOutput = callbacks.ProgressOutput;
export type ReduceLROnPlateauOptions = callbacks.ReduceLROnPlateauOptions;
export type RemoteMonitorOptions = callbacks.RemoteMonitorOptions;
export type SwapEMAWeightsOptions = callbacks.SwapEMAWeightsOptions;
export type TensorBoardOptions = callbacks.TensorBoardOptions;

import { boolean, type KindsOf, optional, readArgument, readOptions } from '@manabi/errors';
import type { Model } from '@manabi/layers';
import { keyedVariables } from '@manabi/layers/internal';
import { modelKind } from '../arguments.ts';
import { type Source, type SourceOptions, sourceKinds, sourceName } from '../stores/index.ts';
import { matchPaths } from '../weights/match-paths.ts';
import { checkTrainer } from './check-trainer.ts';
import { buildFor } from './input-type.ts';
import { readCheckpoint } from './read-checkpoint.ts';

/** Options of `restoreCheckpoint`. */
export interface RestoreOptions extends SourceOptions {
  /** Whether to restore only the weights and start a new training (default false). */
  readonly weightsOnly?: boolean;
  /**
   * Whether the next `fit` continues at the saved epoch and batch, with the saved history (default true). If false, the
   * optimizer's state is restored, and `fit` starts at its first epoch.
   */
  readonly progress?: boolean;
}

/** Position of a training when its checkpoint was saved. */
export interface RestoredCheckpoint {
  /** Index of the epoch that starts or continues next, from 0; null if `fit` was not running. */
  readonly epoch: number | null;
  /** Number of finished batches of that epoch. */
  readonly step: number;
}

const kinds = {
  ...sourceKinds,
  weightsOnly: optional(boolean, false),
  progress: optional(boolean, true),
} satisfies KindsOf<RestoreOptions>;

/**
 * Restores a model to the state saved by `saveCheckpoint`: weights and other state, the optimizer's state, random
 * numbers. The next `fit` with the same data and options continues there, even in the middle of an epoch, with results
 * that are bit-identical to those of an uninterrupted training. The model must be created and compiled like the saved
 * one. If any part of the checkpoint does not fit, the model is left unchanged.
 *
 * @throws ManabiError `argument` for a checkpoint of another model or optimizer, with the names; for a model that is
 * not compiled, or is being trained by `fit`; `shape` or `dtype` for weights of other types
 * @throws FileError `corrupt` for a file that is not a checkpoint; the codes of `readBytes` of `@manabi/files`
 * @example
 * ```ts node-only
 * import { layers, restoreCheckpoint, saveCheckpoint, sequential } from 'manabi';
 *
 * const model = sequential([layers.dense({ units: 1, inputShape: [2] })]);
 * model.compile({ optimizer: 'adam', loss: 'mse' });
 * await saveCheckpoint(model, 'run-3.checkpoint');
 * console.log(await restoreCheckpoint(model, 'run-3.checkpoint')); // { epoch: null, step: 0 }
 * ```
 */
export async function restoreCheckpoint(
  model: Model,
  source: Source,
  options: RestoreOptions = {},
): Promise<RestoredCheckpoint> {
  readArgument('restoreCheckpoint', 'model', model, modelKind);
  const { weightsOnly, progress, ...reading } = readOptions('restoreCheckpoint', options, kinds);
  const name = sourceName(source);
  const state = await readCheckpoint(source, reading, (paths, inputs) => {
    buildFor(model, inputs);
    return matchPaths(name, paths, [...keyedVariables(model).keys()]);
  });
  const variables = keyedVariables(model);
  for (const [path, variable] of variables) variable.check(state.values[path]);
  if (!weightsOnly && state.trainer !== null) {
    if (!model.isTrainerLoaded) await model.loadTrainer();
    checkTrainer(model, name, state.optimizer, state.trainer);
    if (progress && state.progress !== null) model.trainer.checkResumable('restoreCheckpoint');
  }
  for (const [path, variable] of variables) variable.assign(state.values[path]);
  const { epoch, step } = state.progress ?? { epoch: null, step: 0 };
  if (weightsOnly || state.trainer === null) return { epoch, step };
  model.trainer.setState(state.trainer);
  if (progress && state.progress !== null) model.trainer.resume(state.progress);
  return { epoch, step };
}

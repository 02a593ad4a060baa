import { boolean, type KindsOf, optional, readArgument, readOptions } from '@manabi/errors';
import { keyedVariables, type Model } from '@manabi/layers';
import { modelKind } from '../arguments.ts';
import { type Source, type SourceOptions, sourceKinds, sourceName } from '../stores/index.ts';
import { matchPaths } from '../weights/match-paths.ts';
import { checkTrainer } from './check-trainer.ts';
import { buildFor } from './input-type.ts';
import { readCheckpoint } from './read-checkpoint.ts';

/** What is taken from a checkpoint. */
export interface RestoreOptions extends SourceOptions {
  /** Whether the weights come alone, and the training begins anew; by default no. */
  readonly weightsOnly?: boolean;
  /**
   * Whether the next `fit` goes on where the training stood, with its history; by default yes. Without, the optimizer goes
   * on, and `fit` begins with its first epoch.
   */
  readonly progress?: boolean;
}

/** Where a training stood when its checkpoint was saved. */
export interface RestoredCheckpoint {
  /** The epoch that comes next, or goes on, from 0; null if nothing was being trained by `fit`. */
  readonly epoch: number | null;
  /** How many of its batches are done. */
  readonly step: number;
}

const kinds = {
  ...sourceKinds,
  weightsOnly: optional(boolean, false),
  progress: optional(boolean, true),
} satisfies KindsOf<RestoreOptions>;

/**
 * Takes a model to where `saveCheckpoint` found it: weights and state, the optimizer's state, random numbers. The next
 * `fit` with the same data and options goes on there, in the middle of an epoch if need be, and ends with the same bits as
 * one that never stopped. The model is made and compiled as it was; nothing changes unless everything fits.
 *
 * @throws ManabiError `argument` for a checkpoint of another model or optimizer, with the names; `shape` or `dtype` for
 * weights of other types; if the model is not compiled, or `fit` is training it already
 * @throws FileError `corrupt` for what is no checkpoint; as `readBytes` of `@manabi/files`
 * @example
 * ```ts
 * await restoreCheckpoint(model, 'run-3.checkpoint');
 * await model.fit(x, y, { epochs: 20 }); // goes on, say, with the twelfth
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

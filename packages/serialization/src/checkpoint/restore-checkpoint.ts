import { checkOptions, ManabiError } from '@manabi/core';
import { keyedVariables, type Model, type TrainerState } from '@manabi/layers';
import { type Source, type SourceOptions, sourceName } from '../stores/index.ts';
import type { CheckpointState } from './checkpoint-state.ts';
import { buildFor } from './input-type.ts';
import { matchPaths } from './match-paths.ts';
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

/**
 * Takes a model to where `saveCheckpoint` found it: weights and state, the optimizer's state, random numbers. The next
 * `fit` with the same data and options goes on there, in the middle of an epoch if need be, and ends with the same bits as
 * one that never stopped. The model is made and compiled as it was; nothing changes unless everything fits.
 *
 * @throws ManabiError `argument` for a checkpoint of another model or optimizer, with the names; `shape` or `dtype` for
 * weights of other types; if the model is not compiled
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
  checkOptions('restoreCheckpoint', options, {
    weightsOnly: true,
    progress: true,
    headers: true,
    signal: true,
    maxBytes: true,
  });
  const { weightsOnly = false, progress = true, ...reading } = options;
  const name = sourceName(source);
  const state = await readCheckpoint(source, reading, (paths, inputs) => {
    buildFor(model, inputs);
    return matchPaths(name, paths, [...keyedVariables(model).keys()]);
  });
  const variables = keyedVariables(model);
  for (const [path, variable] of variables) variable.check(state.values[path]);
  if (!weightsOnly && state.trainer !== null) checkTrainer(model, name, state, state.trainer);
  for (const [path, variable] of variables) variable.assign(state.values[path]);
  const { epoch, step } = state.progress ?? { epoch: null, step: 0 };
  if (weightsOnly || state.trainer === null) return { epoch, step };
  model.trainer.setState(state.trainer);
  if (progress && state.progress !== null) model.trainer.resume(state.progress);
  return { epoch, step };
}

/** @throws ManabiError unless the model is compiled as the one that was saved */
function checkTrainer(model: Model, source: string, { optimizer: saved }: CheckpointState, state: TrainerState): void {
  const { optimizer } = model.trainer.compilation;
  const other = (problem: string, facts: object): ManabiError =>
    new ManabiError(
      'argument',
      `${source} holds the training of another model: ${problem}. Compile the model as it was compiled then, or restore ` +
        'weightsOnly.',
      { op: 'restoreCheckpoint', data: { source, ...facts } },
    );
  if (optimizer.name !== saved) {
    throw other(`its optimizer is ${saved}, and that of '${model.name}' is ${optimizer.name}`, {
      expected: optimizer.name,
      optimizer: saved,
    });
  }
  if (state.optimizer === null) return;
  const { slots } = optimizer.init(model.values().trainable);
  const expected = namesOfSlots(slots);
  const given = namesOfSlots(state.optimizer.slots);
  const missing = [...expected].filter(([name, type]) => given.get(name) !== type).map(([name]) => name);
  const unexpected = [...given.keys()].filter((name) => !expected.has(name));
  if (missing.length + unexpected.length > 0) {
    throw other(`its optimizer remembers other things: ${[...missing, ...unexpected].join(', ')}`, {
      missing,
      unexpected,
    });
  }
}

/** Names of what an optimizer remembers, with shapes and dtypes. */
function namesOfSlots(slots: NonNullable<TrainerState['optimizer']>['slots']): Map<string, string> {
  const entries = Object.entries(slots).flatMap(([slot, values]) =>
    Object.entries(values).map(([path, { dtype, shape }]) => [`${slot}/${path}`, `${dtype}[${shape}]`] as const),
  );
  return new Map(entries);
}

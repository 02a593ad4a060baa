import { ManabiError, type Tensor } from '@manabi/core';
import { optional, readArgument, readOptions, signal as signalKind } from '@manabi/errors';
import type { WriteOptions } from '@manabi/files';
import type { Model } from '@manabi/layers';
import { modelKind } from '../arguments.ts';
import { writeSafetensors } from '../safetensors/index.ts';
import type { Destination } from '../stores/index.ts';
import { stateOf, toTree } from './checkpoint-state.ts';
import { CHECKPOINT } from './read-checkpoint.ts';
import { encodeTree } from './state-tree.ts';

/**
 * Saves all that a training needs to go on exactly where it stands: weights and state, the optimizer's state, random
 * numbers, and, within `fit`, the epoch, the batch, losses and metrics so far, the history and what callbacks remember.
 * Within `fit`, it is called from the hook `onSavePoint`, as `backupAndRestore` does, or from outside, as from a timer: it
 * then saves the state after the present step. The layers themselves are not in it:
 * `restoreCheckpoint` takes a model that is made and compiled as this one.
 *
 * The file is a single one, which is replaced at once: whenever the program is killed, there is the old checkpoint or the
 * new one. It is a safetensors file, so that other programs find the weights in it, under `values/`.
 *
 * @throws ManabiError `argument` for a model without weights yet, unknown options, or within `fit` from another hook
 * @throws FileError as a destination does; the old checkpoint then stays
 * @example `await saveCheckpoint(model, 'run-3.checkpoint')`
 */
export async function saveCheckpoint(
  model: Model,
  destination: Destination,
  options: WriteOptions = {},
): Promise<void> {
  readArgument('saveCheckpoint', 'model', model, modelKind);
  const { signal } = readOptions('saveCheckpoint', options, { signal: optional(signalKind) });
  if (!model.built) {
    throw new ManabiError(
      'argument',
      `The model '${model.name}' has no weights yet: give the first layer an inputShape, or call build([null, …]).`,
      { op: 'saveCheckpoint', data: { model: model.name, built: false } },
    );
  }
  const tensors = new Map<string, Tensor>();
  const state = JSON.stringify(encodeTree(toTree(await stateOf(model)), tensors));
  const metadata = { ...CHECKPOINT, state };
  await writeSafetensors(destination, Object.fromEntries(tensors), { metadata, signal });
}

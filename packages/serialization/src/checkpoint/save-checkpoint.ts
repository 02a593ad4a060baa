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
 * Saves everything that a training needs to continue exactly: weights and other state, the optimizer's state, random
 * numbers, and, within `fit`, the epoch, the batch, losses and metrics so far, the history, and the state of callbacks.
 * Within `fit`, call it from the hook `onSavePoint`, as `backupAndRestore` does. Called from elsewhere, such as a timer, it
 * saves the state after the current step. The layers themselves are not saved: `restoreCheckpoint` requires a model that is
 * created and compiled like this one.
 *
 * The checkpoint is a single file that is replaced atomically: even if the process is killed, it is the old checkpoint or
 * the new one. It is a safetensors file, in which other programs find the weights under `values/`.
 *
 * @throws ManabiError `argument` for a model without weights yet, unknown options, or, within `fit`, in another hook
 * @throws FileError the codes of writing to the destination; the old checkpoint is then unchanged
 * @example
 * ```ts node-only
 * import { layers, restoreCheckpoint, saveCheckpoint, sequential } from 'manabi';
 *
 * const create = () => sequential([layers.dense({ units: 1, inputShape: [2], name: 'dense' })]);
 * const model = create();
 * await saveCheckpoint(model, 'run-3.checkpoint');
 * const restored = create();
 * await restoreCheckpoint(restored, 'run-3.checkpoint');
 * console.log(String(await restored.getWeights()) === String(await model.getWeights())); // true
 * ```
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
      `Model '${model.name}' has no weights yet. Set inputShape of its first layer, or call build([null, …]).`,
      { op: 'saveCheckpoint', data: { model: model.name, built: false } },
    );
  }
  const tensors = new Map<string, Tensor>();
  const state = JSON.stringify(encodeTree(toTree(await stateOf(model)), tensors));
  const metadata = { ...CHECKPOINT, state };
  await writeSafetensors(destination, Object.fromEntries(tensors), { metadata, signal });
}

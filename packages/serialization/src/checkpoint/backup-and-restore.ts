import { ManabiError } from '@manabi/core';
import {
  anyOf,
  boolean,
  type KindsOf,
  name,
  type OptionValues,
  oneOf,
  optional,
  positiveInteger,
  readOptions,
  withMethods,
} from '@manabi/errors';
import { FileError, makeFolder, removeFile } from '@manabi/files';
import { Callback, type CallbackHooks, type Model, type SavePoint } from '@manabi/layers';
import { readSource, type Store, writeTo } from '../stores/index.ts';
import { restoreCheckpoint } from './restore-checkpoint.ts';
import { saveCheckpoint } from './save-checkpoint.ts';

/** Options of `backupAndRestore`. */
export interface BackupAndRestoreOptions {
  /** Folder of the backup, created if missing; use one per training. In pages, a store: `indexedDb('app', 'backup')`. */
  readonly backupDir: string | Store;
  /** When to save: after each epoch (default), or after this number of batches. */
  readonly saveFreq?: 'epoch' | number;
  /** Whether to keep the previous backup too, in case the latest one gets damaged (default false). Requires a folder. */
  readonly doubleCheckpoint?: boolean;
  /** Whether to remove the backup when training ends (default true). */
  readonly deleteCheckpoint?: boolean;
}

/** Paths or stores of the latest and the previous backup. */
interface BackupLocations {
  readonly latest: string | Store;
  readonly previous: string | null;
}

class BackupAndRestore extends Callback<Model> {
  readonly #dir: string | Store;
  readonly #everyBatches: number | null;
  readonly #double: boolean;
  readonly #deletes: boolean;
  #sinceSaved = 0;
  #isInterrupted = false;

  constructor({ backupDir, saveFreq, doubleCheckpoint, deleteCheckpoint }: OptionValues<typeof kinds>) {
    super();
    this.#dir = backupDir;
    this.#everyBatches = saveFreq === 'epoch' ? null : saveFreq;
    this.#double = doubleCheckpoint;
    this.#deletes = deleteCheckpoint;
    if (doubleCheckpoint && typeof backupDir !== 'string') {
      throw new ManabiError(
        'argument',
        '`doubleCheckpoint` requires a folder, but `backupDir` is a store, which holds one file. Pass a folder.',
        {
          op: 'backupAndRestore',
          data: { name: 'doubleCheckpoint' },
        },
      );
    }
  }

  get #locations(): BackupLocations {
    const dir = this.#dir;
    if (typeof dir !== 'string') return { latest: dir, previous: null };
    const folder = dir.replace(/[/\\]+$/, '');
    return {
      latest: `${folder}/latest.checkpoint`,
      previous: this.#double ? `${folder}/previous.checkpoint` : null,
    };
  }

  async onTrainBegin(): Promise<void> {
    this.#sinceSaved = 0;
    this.#isInterrupted = false;
    if (typeof this.#dir === 'string') await makeFolder(this.#dir);
    const { latest, previous } = this.#locations;
    if ((await this.#restore(latest)) || previous === null) return;
    await this.#restore(previous);
  }

  /** Restores a backup. Returns false if it is missing, or if it is damaged and there is a previous one. */
  async #restore(location: string | Store): Promise<boolean> {
    try {
      await restoreCheckpoint(this.model, location);
      return true;
    } catch (error) {
      const isMissing = error instanceof FileError && error.code === 'notFound';
      const isDamaged = error instanceof FileError && error.code === 'corrupt';
      if (isMissing || (isDamaged && location !== this.#locations.previous && this.#double)) return false;
      throw error;
    }
  }

  async onSavePoint({ epochEnded, interrupted }: SavePoint): Promise<void> {
    if (!epochEnded && !interrupted) this.#sinceSaved++;
    this.#isInterrupted = interrupted;
    const isDue = this.#everyBatches === null ? epochEnded : this.#sinceSaved >= this.#everyBatches;
    if (!isDue && !interrupted) return;
    this.#sinceSaved = 0;
    const { latest, previous } = this.#locations;
    if (previous !== null && typeof latest === 'string') await copyIfThere(latest, previous);
    await saveCheckpoint(this.model, latest);
  }

  async onTrainEnd(): Promise<void> {
    // An interrupted training may be continued later.
    if (!this.#deletes || this.#isInterrupted) return;
    const { latest, previous } = this.#locations;
    if (typeof latest === 'string') await removeFile(latest);
    else await latest.remove();
    if (previous !== null) await removeFile(previous);
  }
}

/** Validator for save frequencies: after each epoch, or after a number of batches. */
export const saveFreqKind = anyOf(oneOf('epoch'), positiveInteger);

const kinds = {
  backupDir: anyOf(name, withMethods<Store>('read', 'write', 'remove')),
  saveFreq: optional(saveFreqKind, 'epoch'),
  doubleCheckpoint: optional(boolean, false),
  deleteCheckpoint: optional(boolean, true),
} satisfies KindsOf<BackupAndRestoreOptions>;

async function copyIfThere(from: string, to: string): Promise<void> {
  try {
    await writeTo(to, await readSource(from));
  } catch (error) {
    if (!(error instanceof FileError) || error.code !== 'notFound') throw error;
  }
}

/**
 * Creates a callback that backs up the training, so that it can continue if the process ends. It saves a checkpoint
 * after each epoch or after a number of batches. When the same program is started again, `fit` continues from the
 * backup. Its results, history included, are then bit-identical to those of an uninterrupted training. Ctrl-C also
 * saves a checkpoint. The backup is removed when training ends.
 *
 * The restarted program must create and compile the same model, and pass the same data, options and callbacks to `fit`.
 * Arrays are shuffled in the same order; a dataset requires a seed in its `shuffle`.
 *
 * @throws ManabiError `argument` for invalid options; during training, the codes of `restoreCheckpoint`
 * @throws FileError (during training) if the backup cannot be read or written
 * @example
 * ```ts node-only
 * import { callbacks, layers, sequential, tensor } from 'manabi';
 *
 * const model = sequential([layers.dense({ units: 1, inputShape: [2] })]);
 * model.compile({ optimizer: 'adam', loss: 'mse' });
 * const backup = [callbacks.backupAndRestore({ backupDir: 'backups/run-3' })];
 * const [x, y] = [tensor([[0, 1], [1, 0]]), tensor([[1], [0]])];
 * // If the process is killed, running the same program again continues at the last epoch.
 * const { history } = await model.fit(x, y, { epochs: 3, verbose: 0, callbacks: backup });
 * console.log(history.loss.length); // 3
 * ```
 */
export function backupAndRestore(options: BackupAndRestoreOptions): CallbackHooks {
  return new BackupAndRestore(readOptions('backupAndRestore', options, kinds));
}

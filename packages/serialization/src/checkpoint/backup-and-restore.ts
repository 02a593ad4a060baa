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

/** What `backupAndRestore` takes. */
export interface BackupAndRestoreOptions {
  /** Folder of the backup, which is made; one for each training. In pages a store: `indexedDb('app', 'backup')`. */
  readonly backupDir: string | Store;
  /** Saves after each epoch, by default, or after every so many batches. */
  readonly saveFreq?: 'epoch' | number;
  /**
   * Whether the backup before the last is kept too, for when a disk damages the last one; by default no. For folders.
   */
  readonly doubleCheckpoint?: boolean;
  /** Whether the backup is removed when the training has ended; by default yes. */
  readonly deleteCheckpoint?: boolean;
}

/** Where backups are. */
interface Places {
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
      throw new ManabiError('argument', 'Two checkpoints need a folder, and backupDir is a store of one file.', {
        op: 'backupAndRestore',
        data: { name: 'doubleCheckpoint' },
      });
    }
  }

  get #places(): Places {
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
    const { latest, previous } = this.#places;
    if ((await this.#restore(latest)) || previous === null) return;
    await this.#restore(previous);
  }

  /** Goes on from a backup; false if there is none, or, where there is another one, it is damaged. */
  async #restore(place: string | Store): Promise<boolean> {
    try {
      await restoreCheckpoint(this.model, place);
      return true;
    } catch (error) {
      const isGone = error instanceof FileError && error.code === 'notFound';
      const isDamaged = error instanceof FileError && error.code === 'corrupt';
      if (isGone || (isDamaged && place !== this.#places.previous && this.#double)) return false;
      throw error;
    }
  }

  async onSavePoint({ epochEnded, interrupted }: SavePoint): Promise<void> {
    if (!epochEnded && !interrupted) this.#sinceSaved++;
    this.#isInterrupted = interrupted;
    const isDue = this.#everyBatches === null ? epochEnded : this.#sinceSaved >= this.#everyBatches;
    if (!isDue && !interrupted) return;
    this.#sinceSaved = 0;
    const { latest, previous } = this.#places;
    if (previous !== null && typeof latest === 'string') await copyIfThere(latest, previous);
    await saveCheckpoint(this.model, latest);
  }

  async onTrainEnd(): Promise<void> {
    // Whoever pressed Ctrl-C may want to go on.
    if (!this.#deletes || this.#isInterrupted) return;
    const { latest, previous } = this.#places;
    if (typeof latest === 'string') await removeFile(latest);
    else await latest.remove();
    if (previous !== null) await removeFile(previous);
  }
}

/** When to save: after each epoch, or after every so many batches. */
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
 * Makes a training outlive its process: it saves a checkpoint after each epoch, or after every so many batches, and when
 * the same program is started again, `fit` goes on where it stood and ends with the same bits, history included, as one
 * that never stopped. Ctrl-C saves, too. The backup is removed when the training has ended.
 *
 * The program that is started again makes and compiles the same model, and gives `fit` the same data, options and
 * callbacks. Arrays are shuffled as they were; a data set, where its `shuffle` has a seed.
 *
 * @throws ManabiError `argument` for options that make no sense; in the training, as `restoreCheckpoint`
 * @throws FileError (in the training) if the backup cannot be read or written
 * @example
 * ```ts
 * await model.fit(x, y, { epochs: 100, callbacks: [backupAndRestore({ backupDir: 'backups/run-3' })] });
 * ```
 */
export function backupAndRestore(options: BackupAndRestoreOptions): CallbackHooks {
  return new BackupAndRestore(readOptions('backupAndRestore', options, kinds));
}

import { ManabiError } from '@manabi/core';
import type { Batch, BatchSource } from '../../data/batch.ts';
import type { Interruption } from './interruption.ts';

/** A position in the training data, between two batches. */
export interface DataPosition {
  /** Index of the pass over the data. */
  readonly pass: number;
  /** Number of completed batches in this pass. */
  readonly batches: number;
}

/**
 * Reads the batches of one epoch after another, as Keras counts epochs. An epoch is one pass over the data. With
 * `stepsPerEpoch`, it is that number of batches, and the next epoch continues with the batch that follows.
 */
export class Epochs {
  readonly #source: BatchSource;
  readonly #stepsPerEpoch: number | null;
  readonly #controller = new AbortController();
  readonly #unlink: () => void;
  #iterator: AsyncIterator<Batch> | null = null;
  /** Seed that, together with the index of a pass, determines the order of samples. */
  #seed = 0;
  /** Number of passes started. */
  #passes = 0;
  /** Number of batches returned in the current pass. */
  #seen = 0;
  /** Number of batches returned in the current epoch. */
  #step = 0;
  #ended = false;
  #isWithin = false;
  /** Number of batches in a pass; if the source does not know it, the number found in the first pass. */
  #batches: number | null;

  /**
   * @param seed determines the order of samples in a shuffling source
   * @throws ManabiError `argument` for endless data without `stepsPerEpoch`
   */
  constructor(source: BatchSource, stepsPerEpoch: number | null, signal: AbortSignal, seed = 0) {
    this.#seed = seed;
    this.#source = source;
    this.#stepsPerEpoch = stepsPerEpoch;
    const stop = (): void => this.#controller.abort(signal.reason);
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    this.#unlink = () => signal.removeEventListener('abort', stop);
    this.#batches = source.batches;
    if (this.steps === Number.POSITIVE_INFINITY) throw withoutEnd();
  }

  /** Number of steps per epoch; null while it is unknown. */
  get steps(): number | null {
    return this.#stepsPerEpoch ?? this.#batches;
  }

  /** Position after the last batch that `next` returned. Valid until `next` is called again. */
  get position(): DataPosition {
    return { pass: this.#passes - 1, batches: this.#seen };
  }

  /** Position at which the next epoch starts. */
  get nextEpoch(): DataPosition {
    const continues = this.#stepsPerEpoch !== null && this.#iterator !== null;
    return continues ? this.position : { pass: this.#passes, batches: 0 };
  }

  /**
   * Sets the position in the data at which the first epoch starts.
   *
   * @param step number of completed batches in the epoch that is continued
   * @param seed as in the constructor
   */
  resumeAt({ pass, batches }: DataPosition, step: number, seed = this.#seed): void {
    this.#seed = seed;
    this.#passes = pass;
    if (batches > 0) this.#open(batches);
    this.#step = step;
    this.#isWithin = step > 0;
  }

  /** Starts an epoch; after `resumeAt`, continues the epoch at that position. */
  begin(): void {
    this.#ended = false;
    if (this.#isWithin) {
      this.#isWithin = false;
      return;
    }
    this.#step = 0;
    if (this.#iterator === null || this.#stepsPerEpoch === null || this.#seen === this.#batches) this.#open();
  }

  /** Returns the next batch of the epoch; null after the last one. */
  async next(): Promise<Batch | null> {
    if (this.#iterator === null || this.#ended || this.#step === this.steps) return null;
    this.#step++;
    const { done, value } = await this.#iterator.next();
    if (!done) {
      this.#seen++;
      return value;
    }
    this.#ended = true;
    this.#iterator = null;
    if (this.#stepsPerEpoch !== null) warnOfMissing(this.#stepsPerEpoch, this.#step - 1);
    this.#batches ??= this.#seen;
    return null;
  }

  /** Closes the data source and ignores batches that it is still reading. */
  async close(): Promise<void> {
    this.#unlink();
    this.#controller.abort();
    const iterator = this.#iterator;
    this.#iterator = null;
    await iterator?.return?.().catch(() => undefined);
  }

  #open(skip = 0): void {
    // After the known number of batches, the end of the source has not been read, so the source must be closed
    // explicitly.
    this.#iterator?.return?.().catch(() => undefined);
    const pass = { number: this.#passes, seed: this.#seed, skip };
    this.#iterator = this.#source.open(pass, this.#controller.signal);
    this.#passes++;
    this.#seen = skip;
  }
}

/** Warns that the data ended before an epoch had all its steps. */
export function warnOfMissing(steps: number, found: number): void {
  console.warn(
    `The data ended after ${found} of ${steps} steps of an epoch. Provide stepsPerEpoch × epochs batches, for example with ` +
      'repeat().',
  );
}

/** Returns the next batch; null at the end of the data, or if Ctrl-C was pressed meanwhile. */
export async function nextBatch(upcoming: Promise<Batch | null>, interruption: Interruption): Promise<Batch | null> {
  try {
    return await upcoming;
  } catch (error) {
    interruption.throwIfAborted();
    if (interruption.interrupted) return null;
    throw error;
  }
}

/** Creates the error for data without batches. */
export function noBatches(op: string): ManabiError {
  return new ManabiError('data', 'The dataset is empty. Check the file or the split.', { op, data: {} });
}

function withoutEnd(): ManabiError {
  return new ManabiError(
    'argument',
    'The dataset is endless. Limit it: pass stepsPerEpoch (or steps), or use dataset.take(n).',
    { op: 'fit', data: {} },
  );
}

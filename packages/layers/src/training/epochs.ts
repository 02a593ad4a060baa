import { ManabiError } from '@manabi/core';
import type { Batch, BatchSource } from './batch.ts';
import type { Interruption } from './interruption.ts';

/**
 * The batches of one epoch after another, as Keras counts them: each epoch is a pass over the data; with
 * `stepsPerEpoch`, so many batches, and the next epoch goes on where the last one ended.
 */
export class Epochs {
  readonly #source: BatchSource;
  readonly #stepsPerEpoch: number | null;
  readonly #controller = new AbortController();
  readonly #unlink: () => void;
  #iterator: AsyncIterator<Batch> | null = null;
  /** Batches of this pass, and of this epoch. */
  #seen = 0;
  #step = 0;
  #ended = false;
  /** Number of batches of a pass, known from the source or from the first pass. */
  #batches: number | null;

  /** @throws ManabiError `argument` for data without end, if nobody says how many batches to take */
  constructor(source: BatchSource, stepsPerEpoch: number | null, signal: AbortSignal) {
    this.#source = source;
    this.#stepsPerEpoch = stepsPerEpoch;
    const stop = (): void => this.#controller.abort(signal.reason);
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    this.#unlink = () => signal.removeEventListener('abort', stop);
    this.#batches = source.batches;
    if (this.steps === Number.POSITIVE_INFINITY) throw withoutEnd();
  }

  /** Number of steps of an epoch; null if nobody knows yet. */
  get steps(): number | null {
    return this.#stepsPerEpoch ?? this.#batches;
  }

  /** Starts an epoch. */
  begin(): void {
    this.#step = 0;
    this.#ended = false;
    if (this.#iterator === null || this.#stepsPerEpoch === null || this.#seen === this.#batches) this.#open();
  }

  /** The next batch of the epoch; null after the last one. */
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

  /** Closes the data; what is still awaited of them is given up. */
  async close(): Promise<void> {
    this.#unlink();
    this.#controller.abort();
    const iterator = this.#iterator;
    this.#iterator = null;
    await iterator?.return?.().catch(() => undefined);
  }

  #open(): void {
    // A pass of known length is not read to its end: it must be told.
    this.#iterator?.return?.().catch(() => undefined);
    this.#iterator = this.#source.open(this.#controller.signal);
    this.#seen = 0;
  }
}

function warnOfMissing(steps: number, found: number): void {
  console.warn(
    `The data ended after ${found} of ${steps} steps of an epoch. Give stepsPerEpoch times epochs batches, for instance ` +
      'with repeat().',
  );
}

/** The next batch; null also if the wait for it was interrupted. */
export async function nextBatch(upcoming: Promise<Batch | null>, interruption: Interruption): Promise<Batch | null> {
  try {
    return await upcoming;
  } catch (error) {
    interruption.throwIfAborted();
    if (interruption.interrupted) return null;
    throw error;
  }
}

/** The error of data without batches. */
export function noBatches(op: string): ManabiError {
  return new ManabiError('data', 'The data set gave no batch. Was the right file or split taken?', { op, data: {} });
}

function withoutEnd(): ManabiError {
  return new ManabiError(
    'argument',
    'The data set has no end: say how many batches to take, with stepsPerEpoch (or steps), or take(n) of it.',
    { op: 'fit', data: {} },
  );
}

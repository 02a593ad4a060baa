import { ManabiError } from '@manabi/core';
import type { Batch, BatchSource } from '../../data/batch.ts';
import type { Interruption } from './interruption.ts';

/** A place in the data. */
export interface DataPosition {
  /** Number of the pass, from 0. */
  readonly pass: number;
  /** How many of its batches are done. */
  readonly batches: number;
}

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
  /** Decides, with the number of a pass, its order. */
  #seed = 0;
  /** Passes that were begun. */
  #passes = 0;
  /** Batches of this pass, and of this epoch. */
  #seen = 0;
  #step = 0;
  #ended = false;
  #isWithin = false;
  /** Number of batches of a pass, known from the source or from the first pass. */
  #batches: number | null;

  /**
   * @param seed decides the order of samples, where the source shuffles them
   * @throws ManabiError `argument` for data without end, if `stepsPerEpoch` is missing
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

  /** Number of steps of an epoch; null as long as it is unknown. */
  get steps(): number | null {
    return this.#stepsPerEpoch ?? this.#batches;
  }

  /** Where the batch that `next` gave last ends; right after it is given, and before the next one is asked for. */
  get position(): DataPosition {
    return { pass: this.#passes - 1, batches: this.#seen };
  }

  /** Where the next epoch begins. */
  get nextEpoch(): DataPosition {
    const goesOn = this.#stepsPerEpoch !== null && this.#iterator !== null;
    return goesOn ? this.position : { pass: this.#passes, batches: 0 };
  }

  /**
   * Goes to another place of the data before the first epoch begins.
   *
   * @param step how many batches of the epoch that begins next are done
   * @param seed as of the constructor
   */
  resumeAt({ pass, batches }: DataPosition, step: number, seed = this.#seed): void {
    this.#seed = seed;
    this.#passes = pass;
    if (batches > 0) this.#open(batches);
    this.#step = step;
    this.#isWithin = step > 0;
  }

  /** Starts an epoch, or goes on with the one that `resumeAt` led into. */
  begin(): void {
    this.#ended = false;
    if (this.#isWithin) {
      this.#isWithin = false;
      return;
    }
    this.#step = 0;
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

  #open(skip = 0): void {
    // A pass of known length is not read to its end: it must be told.
    this.#iterator?.return?.().catch(() => undefined);
    const pass = { number: this.#passes, seed: this.#seed, skip };
    this.#iterator = this.#source.open(pass, this.#controller.signal);
    this.#passes++;
    this.#seen = skip;
  }
}

/** Says that the data ended early. */
export function warnOfMissing(steps: number, found: number): void {
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

import {
  boolean,
  functionOf,
  type KindsOf,
  listOf,
  ManabiError,
  notNegative,
  nullable,
  optional,
  positive,
  positiveInteger,
  readArgument,
  readOptions,
  signal,
  withMethods,
  wrongArgument,
} from '@manabi/errors';
import { checkHostArray, type HostArray } from '@manabi/ir';
import { ServeError } from '../serve-error.ts';
import { bucketsUpTo } from './buckets.ts';
import { type Clock, machineClock } from './clock.ts';
import { Job } from './job.ts';
import { BatchQueue, type Part } from './queue.ts';
import { joinRows, rowKey, rowsOf } from './rows.ts';

/** A batch that a batcher has run. */
export interface BatchReport {
  /** Number of rows of requests. */
  readonly rows: number;
  /** Number of rows with padding: the size of the bucket. */
  readonly size: number;
  /** Number of requests of which the batch contains rows. */
  readonly requests: number;
  readonly milliseconds: number;
}

/** Options of `batcher`. */
export interface BatcherOptions {
  /** Largest number of rows in a batch (default 32). Larger requests are split. */
  readonly maxBatchSize?: number;
  /**
   * Milliseconds for which a batch that is not full waits for further requests while the model is idle (default 0). While
   * the model computes, requests always wait and are then taken together, so that more than 0 rarely helps.
   */
  readonly maxWaitMs?: number;
  /** Batch sizes to which batches are padded, ascending. Default: 1, 2, 4, 8, … `maxBatchSize`. */
  readonly buckets?: readonly number[];
  /** Largest number of rows that wait; further requests are rejected with code `overloaded` (default 1024). */
  readonly maxQueueRows?: number;
  /** Milliseconds after which a request that is not answered is rejected with code `deadline`; null: none (default 30,000). */
  readonly timeoutMs?: number | null;
  /** Number of batches that run at the same time (default 1). */
  readonly concurrency?: number;
  /**
   * Whether each row of the results depends on the same row of the inputs only (default true). Otherwise, every request
   * runs as a batch of its own, without padding.
   */
  readonly independentRows?: boolean;
  /** Receives a report after each batch. */
  readonly onBatch?: (report: BatchReport) => void;
  /** Clock that replaces that of the machine in tests. */
  readonly clock?: Clock;
}

/** Options of a request. */
export interface BatcherRequestOptions {
  /** Signal that withdraws the request. Rows that no batch has taken yet are never computed. */
  readonly signal?: AbortSignal;
  /** Replaces `timeoutMs` of the batcher for this request. */
  readonly timeoutMs?: number | null;
}

/** Combines requests into batches. */
export interface Batcher {
  /** Number of rows that wait. */
  readonly queuedRows: number;
  /** Number of accepted requests without an answer. */
  readonly pending: number;
  /**
   * Computes the outputs of some rows.
   *
   * @param inputs one array per input of the model, with the same number of rows, at least 1
   * @returns one array per output of the model, with the same number of rows
   * @throws ServeError `overloaded`, `closed`, `deadline`, `aborted`; `invalid` if the arrays do not match each other;
   * errors of the model
   */
  predict(inputs: readonly HostArray[], options?: BatcherRequestOptions): Promise<readonly HostArray[]>;
  /** Rejects further requests with code `closed`, and resolves when all accepted ones have been answered. */
  close(): Promise<void>;
  /** Rejects all requests that have not been answered, and further ones, with code `closed`. */
  abort(): void;
}

const kinds = {
  maxBatchSize: optional(positiveInteger, 32),
  maxWaitMs: optional(notNegative, 0),
  buckets: optional(listOf(positiveInteger)),
  maxQueueRows: optional(positiveInteger, 1024),
  timeoutMs: optional(nullable(positive), 30_000),
  concurrency: optional(positiveInteger, 1),
  independentRows: optional(boolean, true),
  onBatch: optional(functionOf<NonNullable<BatcherOptions['onBatch']>>()),
  clock: optional(withMethods<Clock>('now', 'after'), machineClock),
} satisfies KindsOf<BatcherOptions>;

const requestKinds = {
  signal: optional(signal),
  timeoutMs: optional(nullable(positive)),
} satisfies KindsOf<BatcherRequestOptions>;

type Predict = (inputs: readonly HostArray[]) => Promise<readonly HostArray[]>;

/**
 * Creates a function that combines concurrent requests into batches. A batch is padded to one of a few sizes, so that a
 * model is compiled for these sizes only. Each request gets the outputs of its own rows, in order. Requests whose rows have
 * different shapes are never in the same batch. Requests that are larger than a batch are split, and take turns with the
 * others. If a batch with several requests fails, each of them runs again on its own, so that an invalid request does not
 * fail the others.
 *
 * @param predict computes the outputs of a batch
 * @throws ManabiError `argument` for invalid options
 * @example
 * ```ts
 * import { batcher } from '@manabi/serve';
 * import { type HostArray, hostArray } from 'manabi';
 *
 * const double = async ([x]: readonly HostArray[]) => [hostArray(x.dtype, x.shape, x.data.map((value) => 2 * value))];
 * const { predict } = batcher(double, { maxBatchSize: 8 });
 * const [y] = await predict([hostArray('float32', [3, 1], Float32Array.of(1, 2, 3))]);
 * console.log(y.data[2]); // 6
 * ```
 */
export function batcher(predict: Predict, options: BatcherOptions = {}): Batcher {
  readArgument('batcher', 'predict', predict, functionOf<Predict>('a function of a list of host arrays'));
  const { maxBatchSize, buckets = bucketsUpTo(maxBatchSize), ...settings } = readOptions('batcher', options, kinds);
  const isAscending = buckets.every((size, i) => i === 0 || size > buckets[i - 1]);
  if (!isAscending || buckets.at(-1) !== maxBatchSize) {
    throw wrongArgument(
      { op: 'batcher', name: 'buckets' },
      `an ascending array that ends with maxBatchSize, ${maxBatchSize}`,
      buckets,
    );
  }
  const running = new RunningBatcher(predict, { maxBatchSize, buckets, ...settings });
  return {
    get queuedRows() {
      return running.queue.rows;
    },
    get pending() {
      return running.pending;
    },
    predict: (inputs, requestOptions = {}) => running.accept(inputs, requestOptions),
    close: () => running.close(),
    abort: () => running.abort(),
  };
}

type Settings = {
  readonly [K in Exclude<keyof BatcherOptions, 'onBatch'>]-?: Exclude<BatcherOptions[K], undefined>;
} & Pick<BatcherOptions, 'onBatch'>;

class RunningBatcher {
  readonly queue: BatchQueue;
  readonly #predict: Predict;
  readonly #settings: Settings;
  readonly #jobs = new Set<Job>();
  #running = 0;
  #isClosing = false;
  /** Stops the timer that runs a batch which waits for more requests. */
  #cancelTimer: (() => void) | null = null;
  #whenIdle: (() => void)[] = [];
  /** Exponential average of the milliseconds per row, to estimate when the queue has room again. */
  #perRow = 1;

  constructor(predict: Predict, settings: Settings) {
    this.#predict = predict;
    this.#settings = settings;
    this.queue = new BatchQueue(settings);
  }

  get pending(): number {
    return this.#jobs.size;
  }

  async accept(inputs: readonly HostArray[], given: BatcherRequestOptions): Promise<readonly HostArray[]> {
    const { signal: abort, timeoutMs = this.#settings.timeoutMs } = readOptions('predict', given, requestKinds);
    const rows = rowCount(inputs);
    this.#checkRoom(rows);
    if (abort?.aborted) throw aborted(abort.reason);
    const { clock } = this.#settings;
    const job = new Job(inputs, rows, rowKey(inputs), clock.now());
    this.#jobs.add(job);
    this.queue.add(job);
    const cancelTimeout = timeoutMs === null ? null : clock.after(timeoutMs, () => this.#drop(job, late(timeoutMs)));
    const onAbort = (): void => this.#drop(job, aborted(abort?.reason));
    abort?.addEventListener('abort', onAbort);
    this.#pump();
    try {
      return await job.result;
    } finally {
      cancelTimeout?.();
      abort?.removeEventListener('abort', onAbort);
      this.#jobs.delete(job);
      if (this.#jobs.size === 0) for (const call of this.#whenIdle.splice(0)) call();
    }
  }

  close(): Promise<void> {
    this.#isClosing = true;
    this.#pump();
    if (this.#jobs.size === 0) return Promise.resolve();
    return new Promise((resolve) => this.#whenIdle.push(resolve));
  }

  abort(): void {
    this.#isClosing = true;
    for (const job of this.#jobs) this.#drop(job, closed());
  }

  #checkRoom(rows: number): void {
    if (this.#isClosing) throw closed();
    const { maxQueueRows, maxBatchSize, independentRows } = this.#settings;
    const most = independentRows ? maxQueueRows : Math.min(maxQueueRows, maxBatchSize);
    if (rows > most) {
      throw new ServeError('tooLarge', `A request may have up to ${most} rows; got ${rows}. Split the request.`, {
        data: { rows, most },
      });
    }
    if (this.queue.rows + rows <= maxQueueRows) return;
    const retryAfter = Math.max(1, Math.ceil((this.queue.rows * this.#perRow) / 1000));
    throw new ServeError(
      'overloaded',
      `The queue is full: ${this.queue.rows} of ${maxQueueRows} rows wait. Try again in ${retryAfter} s.`,
      { retryAfter, data: { queued: this.queue.rows, most: maxQueueRows } },
    );
  }

  #drop(job: Job, error: ServeError): void {
    job.reject(error);
    this.queue.remove(job);
  }

  /** Starts as many batches as may run now, and sets a timer for the next one. */
  #pump(): void {
    const { clock, concurrency, maxWaitMs } = this.#settings;
    this.#cancelTimer?.();
    this.#cancelTimer = null;
    while (this.#running < concurrency) {
      const due = this.#isClosing ? Number.POSITIVE_INFINITY : clock.now() - maxWaitMs;
      const parts = this.queue.take(due);
      if (parts === null) break;
      this.#running++;
      void this.#run(parts).finally(() => {
        this.#running--;
        this.#pump();
      });
    }
    if (this.#running === concurrency) return;
    const { oldest } = this.queue;
    if (oldest === null) return;
    this.#cancelTimer = clock.after(Math.max(0, oldest + maxWaitMs - clock.now()), () => this.#pump());
  }

  async #run(parts: readonly Part[]): Promise<void> {
    try {
      const outputs = await this.#compute(parts);
      let from = 0;
      for (const { job, index, rows } of parts) {
        const start = from;
        job.deliver(
          index,
          outputs.map((array) => rowsOf(array, start, rows)),
        );
        from += rows;
      }
    } catch (error) {
      if (parts.length === 1) this.#fail(parts[0].job, error);
      // One of the requests may be invalid.
      else for (const part of parts) if (!part.job.isSettled) await this.#run([part]);
    }
  }

  async #compute(parts: readonly Part[]): Promise<readonly HostArray[]> {
    const { clock, buckets, independentRows, onBatch } = this.#settings;
    const rows = parts.reduce((sum, part) => sum + part.rows, 0);
    const size = independentRows ? (buckets.find((bucket) => bucket >= rows) ?? rows) : rows;
    const started = clock.now();
    const ranges = parts.map(({ job, from, rows: count }) => ({ arrays: job.inputs, from, rows: count }));
    const outputs = await this.#predict(joinRows(ranges, size));
    checkOutputs(outputs, size);
    const milliseconds = clock.now() - started;
    this.#perRow = 0.8 * this.#perRow + 0.2 * (milliseconds / rows);
    onBatch?.({ rows, size, requests: parts.length, milliseconds });
    return outputs;
  }

  #fail(job: Job, error: unknown): void {
    job.reject(error);
    this.queue.remove(job);
  }
}

function rowCount(inputs: readonly HostArray[]): number {
  for (const input of inputs) checkHostArray('predict', input);
  const counts = new Set(inputs.map(({ shape }) => shape.at(0) ?? 0));
  const [rows] = counts;
  if (counts.size === 1 && rows > 0) return rows;
  throw new ServeError(
    'invalid',
    `All inputs must have the same number of rows, at least 1; got ${inputs.map(({ shape }) => `[${shape.join(', ')}]`).join(' and ')}.`,
    { data: { shapes: inputs.map(({ shape }) => shape) } },
  );
}

function checkOutputs(outputs: readonly HostArray[], rows: number): void {
  const wrong = outputs.find(({ shape }) => shape[0] !== rows);
  if (wrong === undefined) return;
  throw new ManabiError(
    'shape',
    `The model returned shape [${wrong.shape.join(', ')}] for ${rows} rows; expected one row of output per row of input. ` +
      'Pass independentRows: false for such a model.',
    { op: 'predict', data: { shape: wrong.shape, rows } },
  );
}

function closed(): ServeError {
  return new ServeError('closed', 'The server is shutting down. Send the request to another server.', {
    retryAfter: 1,
  });
}

function late(milliseconds: number): ServeError {
  return new ServeError(
    'deadline',
    `The prediction took longer than ${milliseconds} ms. Send fewer rows, or try again.`,
    {
      data: { milliseconds },
    },
  );
}

function aborted(reason: unknown): ServeError {
  return new ServeError('aborted', 'The request was cancelled.', { cause: reason });
}

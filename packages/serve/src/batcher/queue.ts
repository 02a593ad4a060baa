import type { Job } from './job.ts';

/** Rows of a request that one batch computes. */
export interface Part {
  readonly job: Job;
  /** Index among the parts of the request. */
  readonly index: number;
  /** Index of the first row. */
  readonly from: number;
  readonly rows: number;
}

/** Options of a queue. */
interface QueueOptions {
  readonly maxBatchSize: number;
  /** Whether a batch may contain several requests, or a part of one. */
  readonly independentRows: boolean;
}

/** Requests that wait, in one line for each shape of rows. */
export class BatchQueue {
  readonly #options: QueueOptions;
  readonly #lines = new Map<string, Job[]>();
  /** Number of rows that wait. */
  rows = 0;

  constructor(options: QueueOptions) {
    this.#options = options;
  }

  /** Time at which the oldest request arrived; null if the queue is empty. */
  get oldest(): number | null {
    let oldest: number | null = null;
    for (const line of this.#lines.values()) {
      for (const { arrived } of line) oldest = oldest === null ? arrived : Math.min(oldest, arrived);
    }
    return oldest;
  }

  add(job: Job): void {
    const line = this.#lines.get(job.key);
    if (line === undefined) this.#lines.set(job.key, [job]);
    else line.push(job);
    this.rows += job.rows;
  }

  /** Removes the rows of a request that no batch has taken. */
  remove(job: Job): void {
    const line = this.#lines.get(job.key);
    const index = line?.indexOf(job) ?? -1;
    if (line === undefined || index < 0) return;
    line.splice(index, 1);
    this.rows -= job.rows - job.taken;
    if (line.length === 0) this.#lines.delete(job.key);
  }

  /**
   * Takes the rows of the next batch. A request with more rows than fit goes to the end of its line, so that small requests
   * need not wait for all of a large one.
   *
   * @param due latest time of arrival of requests that need not wait until a batch is full
   * @returns null if there is no full batch, and no request has arrived early enough
   */
  take(due: number): readonly Part[] | null {
    const line = this.#next(due);
    if (line === null) return null;
    const { maxBatchSize, independentRows } = this.#options;
    const parts: Part[] = [];
    const unfinished: Job[] = [];
    let room = independentRows ? maxBatchSize : line[0].rows;
    while (room > 0 && line.length > 0) {
      const [job] = line;
      const rows = Math.min(room, job.rows - job.taken);
      parts.push({ job, index: job.parts++, from: job.taken, rows });
      job.taken += rows;
      room -= rows;
      line.shift();
      if (job.taken < job.rows) unfinished.push(job);
    }
    line.push(...unfinished);
    if (line.length === 0) this.#lines.delete(parts[0].job.key);
    this.rows -= parts.reduce((sum, { rows }) => sum + rows, 0);
    return parts;
  }

  /** Returns the line that has waited longest among those whose next batch is full or due. */
  #next(due: number): Job[] | null {
    const { maxBatchSize, independentRows } = this.#options;
    let found: Job[] | null = null;
    for (const line of this.#lines.values()) {
      const rows = line.reduce((sum, job) => sum + job.rows - job.taken, 0);
      const isReady = !independentRows || rows >= maxBatchSize || line.some(({ arrived }) => arrived <= due);
      if (isReady && (found === null || line[0].arrived < found[0].arrived)) found = line;
    }
    return found;
  }
}

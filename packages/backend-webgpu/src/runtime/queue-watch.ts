import { ManabiError } from '@manabi/errors';

/** Number of submissions after which the queue is asked to report its progress. */
const SUBMISSIONS_PER_REPORT = 8;

/**
 * Watches the progress of a GPU queue, so that waiting for a queue that hangs ends with an error. A queue hangs if it
 * completes nothing for a given time; many short runs in a queue do not count as one long run.
 */
export class QueueWatch {
  readonly #queue: Pick<GPUQueue, 'onSubmittedWorkDone'>;
  readonly #timeout: number;
  #submissions = 0;
  #progressAt = 0;
  #work: (() => string) | null = null;

  /** @param timeout longest time without progress, in milliseconds; infinite for no limit */
  constructor(queue: Pick<GPUQueue, 'onSubmittedWorkDone'>, timeout: number) {
    this.#queue = queue;
    this.#timeout = timeout;
  }

  /** Notes what is submitted next, for the message of the error. */
  begin(work: () => string): void {
    this.#work = work;
  }

  /** Notes that commands were submitted. */
  submitted(): void {
    if (++this.#submissions % SUBMISSIONS_PER_REPORT !== 0) return;
    this.#queue.onSubmittedWorkDone().then(
      () => this.#noteProgress(),
      // Rejects only if the device is lost, which the backend reports.
      () => {},
    );
  }

  /** Waits until the queue has completed all submitted work. */
  finished(op: string): Promise<void> {
    return this.wait(this.#queue.onSubmittedWorkDone(), op);
  }

  /**
   * Waits for a result of the queue.
   *
   * @throws ManabiError `backend` with `hung: true` in its data if the queue makes no progress within the time limit
   */
  wait<T>(result: Promise<T>, op: string): Promise<T> {
    if (this.#timeout === Number.POSITIVE_INFINITY) return result;
    const begin = performance.now();
    return new Promise((resolve, reject) => {
      const check = (): void => {
        const left = this.#timeout - (performance.now() - Math.max(begin, this.#progressAt));
        if (left > 0) timer = setTimeout(check, left);
        else reject(this.#hungError(op));
      };
      let timer = setTimeout(check, this.#timeout);
      result.then(
        (value) => {
          clearTimeout(timer);
          this.#noteProgress();
          resolve(value);
        },
        (error: unknown) => {
          clearTimeout(timer);
          reject(error);
        },
      );
    });
  }

  #noteProgress(): void {
    this.#progressAt = performance.now();
  }

  #hungError(op: string): ManabiError {
    const work = this.#work?.() ?? null;
    const last = work === null ? '' : ` The last submitted work is ${work}.`;
    return new ManabiError(
      'backend',
      `The GPU completed nothing for ${this.#timeout / 1000} s: a shader does not end, or the driver hangs.${last} If a ` +
        'single run needs longer, raise the option `timeout` of createWebGpuBackend(). Otherwise restart the program, and ' +
        'resume from the last checkpoint.',
      { op, data: { hung: true, timeout: this.#timeout, work } },
    );
  }
}

import { ManabiError } from '@manabi/errors';

/** Work whose results are unknown since the device reported an error: that after `after`, up to `until`. */
interface Doubt {
  readonly after: number;
  until: number;
  readonly error: ManabiError;
}

/**
 * Errors that the device reports outside of any call, some time after the call that caused them. Uploads and runs are
 * numbered. A read that completes without an error proves that all work before it was done; an error casts doubt on all work
 * since the last such read, whose results can then not be read or used.
 */
export class DeviceErrors {
  #started = 0;
  #done = 0;
  readonly #doubts: Doubt[] = [];

  /** Number of the latest work. */
  get started(): number {
    return this.#started;
  }

  /** Starts the next work and returns its number. */
  start(): number {
    return ++this.#started;
  }

  /** Notes an error that the device reported. */
  report(message: string): void {
    const last = this.#doubts.at(-1);
    if (last !== undefined && last.after === this.#done) {
      last.until = this.#started;
      return;
    }
    const error = new ManabiError(
      'backend',
      `WebGPU reported an error, so results since the last read are unknown: ${message} Restore them from a checkpoint, or ` +
        'compute them again on another backend. Please report this as a bug of manabi.',
      { op: 'webgpu', data: { reason: message } },
    );
    this.#doubts.push({ after: this.#done, until: this.#started, error });
  }

  /**
   * Checks that the device reported no error that may concern some work.
   *
   * @throws ManabiError `backend` with the message of the device
   */
  check(work: number): void {
    for (const { after, until, error } of this.#doubts) if (after < work && work <= until) throw error;
  }

  /** Notes that a read which began after some work has completed; call it after `check`. */
  confirm(work: number): void {
    this.#done = Math.max(this.#done, work);
  }
}

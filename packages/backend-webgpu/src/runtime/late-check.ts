import type { ManabiError } from '@manabi/errors';

/** A check of a run whose outcome arrives after the run. Values that the run computed, or that depend on them, carry it. */
export class LateCheck {
  /** The error; null as long as none was found. */
  error: ManabiError | null = null;
  /** Resolves once the outcome is known. */
  readonly settled: Promise<void>;
  #isSettled = false;

  /** @param outcome resolves with the error, or null; it does not reject */
  constructor(outcome: Promise<ManabiError | null>) {
    this.settled = outcome.then((error) => {
      this.error = error;
      this.#isSettled = true;
    });
  }

  /** Whether it is known that there is no error. */
  get hasPassed(): boolean {
    return this.#isSettled && this.error === null;
  }
}

/**
 * Waits for checks.
 *
 * @throws ManabiError the error of the first check that failed
 */
export async function awaitChecks(checks: readonly LateCheck[]): Promise<void> {
  for (const check of checks) {
    await check.settled;
    if (check.error !== null) throw check.error;
  }
}

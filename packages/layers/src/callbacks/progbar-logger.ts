import { checkOptions } from '../check-options.ts';
import type { BatchLogs, Logs } from '../training/batch-logs.ts';
import { readLogs } from '../training/batch-logs.ts';
import { Callback, type CallbackHooks } from './callback.ts';
import { inOneRow, type ProgressOutput, standardOutput } from './terminal.ts';

/** Options of `progbarLogger`. */
export interface ProgbarLoggerOptions {
  /**
   * Where to print, whatever `verbose` says: a bar if it is a terminal, a line for each epoch otherwise. By default
   * `process.stdout`, or the console.
   */
  readonly output?: ProgressOutput;
}

/** Least time between two reads of the logs, in milliseconds. */
const INTERVAL = 100;
const WIDTH = 30;

/**
 * Prints how far a run has come: a bar in a terminal with `verbose: 1`, a line for each epoch otherwise. `fit`,
 * `evaluate` and `predict` add one themselves unless they are silent. Values are read at most ten times a second.
 */
class ProgbarLogger extends Callback {
  #epoch = 0;
  #start = 0;
  #lastRead = 0;
  #training = false;
  #seen = 0;
  /** Whether a bar stands in a line that is not ended. */
  #isOpen = false;
  readonly #given: ProgressOutput | null;

  constructor({ output }: ProgbarLoggerOptions) {
    super();
    this.#given = output ?? null;
  }

  get #output(): ProgressOutput {
    return this.#given ?? standardOutput();
  }

  get #hasBar(): boolean {
    return (this.#given !== null || this.params.verbose === 1) && this.#output.isTTY === true;
  }

  onTrainBegin(): void {
    this.#training = true;
  }

  onEpochBegin(epoch: number): void {
    this.#epoch = epoch;
    this.#begin();
    if (this.#hasBar) this.#output.write(`Epoch ${epoch + 1}/${this.params.epochs}\n`);
  }

  onTrainBatchEnd(batch: number, logs: BatchLogs): Promise<void> | undefined {
    return this.#show(batch, logs);
  }

  async onEpochEnd(_epoch: number, logs: Logs): Promise<void> {
    this.#finish(logs);
  }

  onTrainEnd(): void {
    // The bar of an epoch that was interrupted.
    if (this.#isOpen) this.#output.write('\n');
    this.#isOpen = false;
    this.#training = false;
  }

  onTestBegin(): void {
    if (!this.#training) this.#begin();
  }

  onTestBatchEnd(batch: number, logs: BatchLogs): Promise<void> | undefined {
    return this.#training ? undefined : this.#show(batch, logs);
  }

  onTestEnd(logs: Logs): void {
    if (!this.#training) this.#finish(logs);
  }

  onPredictBegin(): void {
    this.#begin();
  }

  onPredictBatchEnd(batch: number): Promise<void> | undefined {
    return this.#show(batch, {});
  }

  onPredictEnd(): void {
    this.#finish({});
  }

  #begin(): void {
    this.#start = performance.now();
    this.#lastRead = this.#start;
    this.#seen = 0;
  }

  #show(batch: number, logs: BatchLogs): Promise<void> | undefined {
    this.#seen = batch + 1;
    if (!this.#hasBar) return undefined;
    const now = performance.now();
    if (now - this.#lastRead < INTERVAL) return undefined;
    this.#lastRead = now;
    this.#isOpen = true;
    return readLogs(logs).then((values) => {
      this.#output.write(`\r${inOneRow(this.#line(values), this.#output)}\u001b[K`);
    });
  }

  #finish(logs: Logs): void {
    this.#isOpen = false;
    if (this.#hasBar) {
      this.#output.write(`\r${this.#line(logs)}\u001b[K\n`);
      return;
    }
    const epoch = this.#training ? `Epoch ${this.#epoch + 1}/${this.params.epochs} - ` : '';
    this.#output.write(`${epoch}${this.#seconds()}${textOf(logs)}\n`);
  }

  #line(logs: Logs): string {
    const { steps } = this.params;
    const seen = this.#seen;
    if (steps === null) return `${seen} - ${this.#seconds()}${textOf(logs)}`;
    const done = Math.min(WIDTH, Math.floor((WIDTH * seen) / steps));
    const bar = `${'━'.repeat(done)}${' '.repeat(WIDTH - done)}`;
    return `${seen}/${steps} ${bar} ${this.#seconds()}${textOf(logs)}`;
  }

  #seconds(): string {
    return `${((performance.now() - this.#start) / 1000).toFixed(1)}s`;
  }
}

/** ` - loss: 0.1234 - accuracy: 0.9876` */
function textOf(logs: Logs): string {
  return Object.entries(logs)
    .map(([name, value]) => ` - ${name}: ${shortNumber(value)}`)
    .join('');
}

/** A number in few characters. */
function shortNumber(value: number): string {
  const size = Math.abs(value);
  return size !== 0 && (size < 1e-3 || size >= 1e6) ? value.toExponential(4) : value.toFixed(4);
}

const KNOWN: { readonly [K in keyof Required<ProgbarLoggerOptions>]: true } = { output: true };

/**
 * Prints how far a run has come; `fit`, `evaluate` and `predict` add it themselves unless they are silent.
 *
 * @throws ManabiError `argument` for options that nobody knows
 * @example `await model.fit(x, y, { verbose: 0, callbacks: [callbacks.progbarLogger({ output: process.stderr })] });`
 */
export function progbarLogger(options: ProgbarLoggerOptions = {}): CallbackHooks {
  checkOptions('progbarLogger', options, KNOWN);
  return new ProgbarLogger(options);
}

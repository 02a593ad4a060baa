import { type KindsOf, optional, readOptions, withMethods } from '@manabi/errors';
import type { BatchLogs, Logs } from '../training/listeners/batch-logs.ts';
import { readLogs } from '../training/listeners/batch-logs.ts';
import type { CallbackHooks } from '../training/listeners/listener.ts';
import { inOneRow, type ProgressOutput, standardOutput } from '../training/listeners/terminal.ts';
import { Callback } from './callback.ts';

/** Options of `progbarLogger`. */
export interface ProgbarLoggerOptions {
  /**
   * Where to print (default: `process.stdout`, or the console if there is none). On a terminal, a bar is printed, and
   * elsewhere a line per epoch, whatever `verbose` is.
   */
  readonly output?: ProgressOutput;
}

/** Minimum time between two reads of the logs' values, in milliseconds. */
const INTERVAL = 100;
const WIDTH = 30;

/**
 * Prints the progress of `fit`, `evaluate` or `predict`: on a terminal with `verbose: 1`, a bar with the remaining
 * time; otherwise, a line per epoch. They add this callback themselves unless `verbose` is 0. Values are read at most
 * ten times a second.
 */
class ProgbarLogger extends Callback {
  /** Label of the current line: `Epoch 1/5`, `Evaluate`, `Predict`. */
  #label = '';
  #start = 0;
  /** Time at which the first step ended; it also traces and compiles, so that the time per step leaves it out. */
  #firstEnd = 0;
  /** Number of steps at that time: more than 1 if an interrupted epoch was resumed. */
  #firstSeen = 0;
  /** Time at which the steps ended and validation began; 0 before. */
  #stepsEnd = 0;
  #lastRead = 0;
  #training = false;
  #seen = 0;
  /** Whether the last line of the terminal contains an unfinished bar. */
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
    this.#begin(`Epoch ${epoch + 1}/${this.params.epochs}`);
    if (this.#hasBar) this.#output.write(`${this.#label}\n`);
  }

  onTrainBatchEnd(batch: number, logs: BatchLogs): Promise<void> | undefined {
    return this.#show(batch, logs);
  }

  async onEpochEnd(_epoch: number, logs: Logs): Promise<void> {
    this.#finish(logs);
  }

  onTrainEnd(): void {
    // If the epoch was interrupted, starts a new line after its unfinished bar.
    if (this.#isOpen) this.#output.write('\n');
    this.#isOpen = false;
    this.#training = false;
  }

  onTestBegin(): void {
    if (this.#training) this.#stepsEnd = performance.now();
    else this.#begin('Evaluate');
  }

  onTestBatchEnd(batch: number, logs: BatchLogs): Promise<void> | undefined {
    return this.#training ? undefined : this.#show(batch, logs);
  }

  onTestEnd(logs: Logs): void {
    if (!this.#training) this.#finish(logs);
  }

  onPredictBegin(): void {
    this.#begin('Predict');
  }

  onPredictBatchEnd(batch: number): Promise<void> | undefined {
    return this.#show(batch, {});
  }

  onPredictEnd(): void {
    this.#finish({});
  }

  #begin(label: string): void {
    this.#label = label;
    this.#start = performance.now();
    this.#lastRead = this.#start;
    this.#seen = 0;
    this.#firstSeen = 0;
    this.#stepsEnd = 0;
  }

  #show(batch: number, logs: BatchLogs): Promise<void> | undefined {
    this.#seen = batch + 1;
    const now = performance.now();
    if (this.#firstSeen === 0) [this.#firstSeen, this.#firstEnd] = [this.#seen, now];
    if (!this.#hasBar || now - this.#lastRead < INTERVAL) return undefined;
    this.#lastRead = now;
    this.#isOpen = true;
    return readLogs(logs).then((values) => {
      this.#output.write(`\r${inOneRow(this.#bar(values, false), this.#output)}\u001b[K`);
    });
  }

  #finish(logs: Logs): void {
    this.#isOpen = false;
    const steps = `${this.#seen} step${this.#seen === 1 ? '' : 's'}`;
    const line = this.#hasBar
      ? `\r${this.#bar(logs, true)}\u001b[K`
      : `${this.#label} - ${steps} - ${this.#pace(true)}${textOf(logs)}`;
    this.#output.write(`${line}\n`);
  }

  /** Returns the text of a progress bar, with the number of steps, the time and the logs. */
  #bar(logs: Logs, isDone: boolean): string {
    const { steps } = this.params;
    const seen = this.#seen;
    const label = this.#training ? '' : `${this.#label} `;
    if (steps === null) return `${label}${seen} - ${this.#pace(true)}${textOf(logs)}`;
    const done = Math.min(WIDTH, Math.floor((WIDTH * seen) / steps));
    const bar = `${'━'.repeat(done)}${' '.repeat(WIDTH - done)}`;
    return `${label}${seen}/${steps} ${bar} ${this.#pace(isDone)}${textOf(logs)}`;
  }

  /**
   * Returns the elapsed time of a finished epoch with its validation, or the remaining time of a running one, and the
   * time per training step: `3.2s 6ms/step`, `ETA 12s 6ms/step`.
   */
  #pace(isDone: boolean): string {
    const now = performance.now();
    const passed = (now - this.#start) / 1000;
    const further = this.#seen - this.#firstSeen;
    const end = this.#stepsEnd || now;
    const perStep = (further > 0 ? (end - this.#firstEnd) / further : end - this.#start) / 1000;
    const left = ((this.params.steps ?? 0) - this.#seen) * perStep;
    return `${isDone ? duration(passed) : `ETA ${duration(left)}`} ${shortTime(perStep)}/step`;
  }
}

/** Formats seconds as `0.4s`, `75s`, `12m 5s` or `2h 10m`. */
function duration(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(1)}s`;
  const whole = Math.round(seconds);
  if (whole < 120) return `${whole}s`;
  if (whole < 7200) return `${Math.floor(whole / 60)}m ${whole % 60}s`;
  return `${Math.floor(whole / 3600)}h ${Math.floor((whole % 3600) / 60)}m`;
}

/** Formats a short time in seconds as `840us`, `6ms` or `1.5s`. */
function shortTime(seconds: number): string {
  if (seconds < 1e-3) return `${Math.round(seconds * 1e6)}us`;
  return seconds < 1 ? `${Math.round(seconds * 1e3)}ms` : `${seconds.toFixed(1)}s`;
}

/** Formats logs as ` - loss: 0.1234 - accuracy: 0.9876`. */
function textOf(logs: Logs): string {
  return Object.entries(logs)
    .map(([name, value]) => ` - ${name}: ${shortNumber(value)}`)
    .join('');
}

/** Formats a number with few digits, in scientific notation if it is very small or large. */
function shortNumber(value: number): string {
  const size = Math.abs(value);
  return size !== 0 && (size < 1e-3 || size >= 1e6) ? value.toExponential(4) : value.toFixed(4);
}

const kinds = {
  output: optional(withMethods<ProgressOutput>('write')),
} satisfies KindsOf<ProgbarLoggerOptions>;

/**
 * Creates a callback that prints the progress of `fit`, `evaluate` or `predict`. They add it themselves unless
 * `verbose` is 0.
 *
 * @throws ManabiError `argument` for invalid options
 * @example
 * ```ts
 * import { callbacks, layers, sequential, tensor } from 'manabi';
 *
 * const model = sequential([layers.dense({ units: 1, inputShape: [1] })]);
 * model.compile({ optimizer: 'sgd', loss: 'mse' });
 * let output = '';
 * const logger = callbacks.progbarLogger({ output: { write: (text) => (output += text) } });
 * await model.fit(tensor([[1]]), tensor([[2]]), { epochs: 2, verbose: 0, callbacks: [logger] });
 * console.log(output.split(' - ')[0], output.includes('loss: ')); // Epoch 1/2 true
 * ```
 */
export function progbarLogger(options: ProgbarLoggerOptions = {}): CallbackHooks {
  return new ProgbarLogger(readOptions('progbarLogger', options, kinds));
}

import {
  boolean,
  type Kind,
  type KindsOf,
  kind,
  name,
  type OptionValues,
  optional,
  readArgument,
  readOptions,
} from '@manabi/errors';
import type { Logs } from '../training/listeners/batch-logs.ts';
import type { CallbackHooks } from '../training/listeners/listener.ts';
import { prefixedName } from '../training/listeners/log-names.ts';
import { type CallbackState, StateReader } from '../training/listeners/state-reader.ts';
import { Callback } from './callback.ts';
import { type LogFiles, logFilesKind } from './log-files.ts';

/** Options of `csvLogger`. */
export interface CsvLoggerOptions {
  /** Separator of the columns (default: a comma). */
  readonly separator?: string;
  /**
   * Whether to append rows to an existing file, without a second header, rather than to replace the file (default:
   * false).
   */
  readonly append?: boolean;
  /** Where to write the file (default: Node's file system). */
  readonly files?: LogFiles;
}

const separatorKind: Kind<string> = kind(
  'a non-empty string without quotes and line breaks',
  (given): given is string => typeof given === 'string' && given !== '' && !/["\r\n]/.test(given),
);

const kinds = {
  separator: optional(separatorKind, ','),
  append: optional(boolean, false),
  files: logFilesKind,
} satisfies KindsOf<CsvLoggerOptions>;

class CsvLogger extends Callback {
  readonly #path: string;
  readonly #separator: string;
  readonly #append: boolean;
  readonly #files: LogFiles;
  #names: readonly string[] | null = null;
  #hasHeader = false;
  /** All text that the callback has written to the file during this training. */
  #text = '';
  readonly stateName = 'csvLogger';

  constructor(path: string, { separator, append, files }: OptionValues<typeof kinds>) {
    super();
    this.#path = path;
    this.#separator = separator;
    this.#append = append;
    this.#files = files;
  }

  getState(): CallbackState {
    return { names: this.#names ?? [], text: this.#text };
  }

  /**
   * Restores the file to the rows that it had when the state was saved. Rows of later epochs are removed; the resumed
   * training writes them again.
   */
  async setState(state: CallbackState): Promise<void> {
    const reader = new StateReader(this.stateName, state);
    const names = reader.texts('names');
    this.#text = reader.text('text');
    if (this.#text === '') return;
    this.#names = names;
    this.#hasHeader = true;
    if (!this.#append) await this.#files.write(this.#path, new TextEncoder().encode(this.#text));
  }

  async onTrainBegin(): Promise<void> {
    this.#names = null;
    this.#text = '';
    this.#hasHeader = this.#append && (await this.#files.size(this.#path)) > 0;
    if (!this.#append) await this.#files.write(this.#path, new Uint8Array());
  }

  async onEpochEnd(epoch: number, logs: Logs): Promise<void> {
    this.#names ??= columnsOf(logs);
    const rows = [[String(epoch), ...this.#names.map((name) => (name in logs ? String(logs[name]) : 'NA'))]];
    if (!this.#hasHeader) rows.unshift(['epoch', ...this.#names]);
    this.#hasHeader = true;
    const text = rows.map((row) => `${row.map((field) => this.#quoted(field)).join(this.#separator)}\r\n`).join('');
    this.#text += text;
    await this.#files.append(this.#path, new TextEncoder().encode(text));
  }

  /** Quotes a field that contains a separator, quote or line break, and doubles the quotes in it (RFC 4180). */
  #quoted(field: string): string {
    const needed = field.includes(this.#separator) || /["\r\n]/.test(field);
    return needed ? `"${field.replaceAll('"', '""')}"` : field;
  }
}

/**
 * Returns the names of the columns: the sorted names in the logs of the first epoch. If these logs lack validation
 * values, also reserves columns for them.
 */
function columnsOf(logs: Logs): readonly string[] {
  const names = Object.keys(logs).sort();
  if (names.some((name) => /^val[A-Z]/.test(name))) return names;
  return [...names, ...names.map((name) => prefixedName('val', name))];
}

/**
 * Creates a callback that writes the logs of each epoch to a CSV file (RFC 4180): a column with the epoch, from 0, then
 * one column per value, sorted by name, with `NA` for missing values. Each row is appended in one operation, so the
 * last line is complete even if the process is killed.
 *
 * @throws ManabiError `argument` for invalid options; during training, `file` if the file cannot be written
 * @example
 * ```ts node-only
 * import { readFile } from 'node:fs/promises';
 * import { callbacks, layers, sequential, tensor } from 'manabi';
 *
 * const model = sequential([layers.dense({ units: 1, inputShape: [1] })]);
 * model.compile({ optimizer: 'sgd', loss: 'mse' });
 * const x = tensor([[1], [2]]);
 * await model.fit(x, x, { epochs: 2, verbose: 0, callbacks: [callbacks.csvLogger('training.csv')] });
 * const [head, ...rows] = (await readFile('training.csv', 'utf8')).trim().split('\r\n');
 * console.log(head, rows.length); // epoch,loss,valLoss 2
 * ```
 */
export function csvLogger(filename: string, options: CsvLoggerOptions = {}): CallbackHooks {
  const path = readArgument('csvLogger', 'filename', filename, name);
  return new CsvLogger(path, readOptions('csvLogger', options, kinds));
}

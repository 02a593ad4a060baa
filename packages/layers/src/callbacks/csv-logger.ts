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

/** What `csvLogger` takes beside the name of the file. */
export interface CsvLoggerOptions {
  /** By default a comma. */
  readonly separator?: string;
  /** Whether to go on with a file that is there, without a second header; by default it is replaced. */
  readonly append?: boolean;
  /** Where to write; by default the file system, in Node. */
  readonly files?: LogFiles;
}

const separatorKind: Kind<string> = kind(
  'a string without quotes and line breaks that is not empty',
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
  /** What this training wrote. */
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

  /** Rows of epochs after those that were saved are written again. */
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

  /** RFC 4180: quotes around fields with a separator, quote or line break in them, and quotes doubled. */
  #quoted(field: string): string {
    const needed = field.includes(this.#separator) || /["\r\n]/.test(field);
    return needed ? `"${field.replaceAll('"', '""')}"` : field;
  }
}

/** The names in the logs of the first epoch, sorted; those of a validation follow later, if there is none now. */
function columnsOf(logs: Logs): readonly string[] {
  const names = Object.keys(logs).sort();
  if (names.some((name) => /^val[A-Z]/.test(name))) return names;
  return [...names, ...names.map((name) => prefixedName('val', name))];
}

/**
 * Writes the logs of each epoch to a CSV file (RFC 4180): the epoch, from 0, then the values in the order of their names.
 * What an epoch lacks is `NA`. Each epoch is one append, so that a program that is killed leaves whole lines.
 *
 * @throws ManabiError `argument` for options that do not fit; in the training, `file` if it cannot be written
 * @example `callbacks: [csvLogger('training.csv', { append: true })]`
 */
export function csvLogger(filename: string, options: CsvLoggerOptions = {}): CallbackHooks {
  const path = readArgument('csvLogger', 'filename', filename, name);
  return new CsvLogger(path, readOptions('csvLogger', options, kinds));
}

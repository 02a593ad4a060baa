import { isTensor, ManabiError, type Tensor } from '@manabi/core';
import { anything, name as nameKind, readArgument, recordOf, text } from '@manabi/errors';

/** What a callback may remember: numbers, texts, tensors, and lists and records of them. */
export type StateValue =
  | null
  | boolean
  | number
  | string
  | Tensor
  | readonly StateValue[]
  | { readonly [name: string]: StateValue };

/** What a callback remembers, by names of its choice. */
export type CallbackState = Readonly<Record<string, StateValue>>;

/**
 * Reads what a callback remembered, as it comes from a checkpoint.
 *
 * @param callback the callback's name, for messages
 */
export class StateReader {
  readonly #callback: string;
  readonly #state: CallbackState;

  /** @throws ManabiError `argument` for what is not an object */
  constructor(callback: string, state: CallbackState) {
    this.#callback = readArgument('StateReader', 'callback', callback, nameKind);
    this.#state = readArgument(callback, 'state', state, recordOf(anything<StateValue>()));
  }

  /** @throws ManabiError `argument` if it is no number */
  number(name: string): number {
    const value = this.#at(name);
    return typeof value === 'number' ? value : this.#fail(name, 'a number');
  }

  /** @throws ManabiError `argument` if it is no whole number from 0 */
  count(name: string): number {
    const value = this.number(name);
    return Number.isSafeInteger(value) && value >= 0 ? value : this.#fail(name, 'a whole number from 0');
  }

  /** @throws ManabiError `argument` if it is neither a number nor null */
  numberOrNull(name: string): number | null {
    return this.#at(name) === null ? null : this.number(name);
  }

  /** @throws ManabiError `argument` if it is neither true nor false */
  boolean(name: string): boolean {
    const value = this.#at(name);
    return typeof value === 'boolean' ? value : this.#fail(name, 'true or false');
  }

  /** @throws ManabiError `argument` if it is no list of numbers */
  numbers(name: string): number[] {
    const value = this.#at(name);
    return isNumbers(value) ? [...value] : this.#fail(name, 'a list of numbers');
  }

  /** @throws ManabiError `argument` if it is no list of texts */
  texts(name: string): string[] {
    const value = this.#at(name);
    return isTexts(value) ? [...value] : this.#fail(name, 'a list of texts');
  }

  /** @throws ManabiError `argument` if it is no record; its own values are not checked */
  record(name: string): StateReader {
    const value = this.#at(name);
    return isRecord(value) ? new StateReader(`${this.#callback}.${name}`, value) : this.#fail(name, 'a record');
  }

  /** @throws ManabiError `argument` if it is neither a record nor null */
  recordOrNull(name: string): StateReader | null {
    return this.#at(name) === null ? null : this.record(name);
  }

  /** @throws ManabiError `argument` if it is no list; its own values are not checked */
  list(name: string): readonly StateValue[] {
    const value = this.#at(name);
    return isList(value) ? value : this.#fail(name, 'a list');
  }

  /** @throws ManabiError `argument` if it is no list of records */
  records(name: string): StateReader[] {
    return this.list(name).map((entry, i) =>
      isRecord(entry) ? new StateReader(`${this.#callback}.${name}`, entry) : this.#fail(`${name}.${i}`, 'a record'),
    );
  }

  /** All values, as they are. */
  get state(): CallbackState {
    return this.#state;
  }

  /** Names of all values. */
  get names(): readonly string[] {
    return Object.keys(this.#state);
  }

  /** @throws ManabiError `argument` if it is no text */
  text(name: string): string {
    const value = this.#at(name);
    return typeof value === 'string' ? value : this.#fail(name, 'a text');
  }

  /** @throws ManabiError `argument` if it is neither a text nor null */
  textOrNull(name: string): string | null {
    return this.#at(name) === null ? null : this.text(name);
  }

  /** @throws ManabiError `argument` if it is no tensor */
  tensor(name: string): Tensor {
    const value = this.#at(name);
    return isTensorValue(value) ? value : this.#fail(name, 'a tensor');
  }

  /** @throws ManabiError `argument` if it is neither a tensor nor null */
  tensorOrNull(name: string): Tensor | null {
    return this.#at(name) === null ? null : this.tensor(name);
  }

  /** @throws ManabiError `argument` if it is no record of tensors */
  tensors(name: string): Record<string, Tensor> {
    const record = this.record(name);
    return Object.fromEntries(record.names.map((path) => [path, record.tensor(path)]));
  }

  /** @throws ManabiError `argument` if it is no list of tensors */
  tensorList(name: string): Tensor[] {
    return this.list(name).map((entry) => (isTensorValue(entry) ? entry : this.#fail(name, 'a list of tensors')));
  }

  #at(name: string): StateValue | undefined {
    readArgument(this.#callback, 'name', name, text);
    return Object.hasOwn(this.#state, name) ? this.#state[name] : undefined;
  }

  #fail(name: string, wanted: string): never {
    throw new ManabiError(
      'argument',
      `What ${this.#callback} remembered has no '${name}' that is ${wanted}: it was saved by something else.`,
      { op: this.#callback, data: { name, wanted } },
    );
  }
}

function isNumbers(value: StateValue | undefined): value is readonly number[] {
  return Array.isArray(value) && value.every((entry) => typeof entry === 'number');
}

function isTexts(value: StateValue | undefined): value is readonly string[] {
  return Array.isArray(value) && value.every((entry) => typeof entry === 'string');
}

function isList(value: StateValue | undefined): value is readonly StateValue[] {
  return Array.isArray(value);
}

function isRecord(value: StateValue | undefined): value is { readonly [name: string]: StateValue } {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isTensor(value);
}

function isTensorValue(value: StateValue | undefined): value is Tensor {
  return isTensor(value);
}

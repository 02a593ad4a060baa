import { isTensor, ManabiError, type Tensor } from '@manabi/core';
import { anything, name as nameKind, readArgument, recordOf, text } from '@manabi/errors';

/** Values in the state of a callback: numbers, strings, booleans, tensors, and arrays and objects of them. */
export type StateValue =
  | null
  | boolean
  | number
  | string
  | Tensor
  | readonly StateValue[]
  | { readonly [name: string]: StateValue };

/** State of a callback that is saved with a training; the callback chooses the names. */
export type CallbackState = Readonly<Record<string, StateValue>>;

/**
 * Reads the state of a callback, for example from a checkpoint, and checks the types of its values.
 *
 * @param callback name of the callback, for messages
 * @throws ManabiError `argument` when a method reads a missing entry, or one of another type
 * @example
 * ```ts
 * import { StateReader } from 'manabi';
 *
 * const reader = new StateReader('myCallback', { best: 0.5, epochs: [0, 1] });
 * console.log(reader.number('best')); // 0.5
 * console.log(reader.numbers('epochs')); // [0, 1]
 * reader.text('name'); // throws 'argument'
 * ```
 */
export class StateReader {
  readonly #callback: string;
  readonly #state: CallbackState;

  /** @throws ManabiError `argument` for values that are not objects */
  constructor(callback: string, state: CallbackState) {
    this.#callback = readArgument('StateReader', 'callback', callback, nameKind);
    this.#state = readArgument(callback, 'state', state, recordOf(anything<StateValue>()));
  }

  /** Returns a number. @throws ManabiError `argument` if the value is not a number */
  number(name: string): number {
    const value = this.#at(name);
    return typeof value === 'number' ? value : this.#fail(name, 'a number');
  }

  /** Returns a non-negative integer. @throws ManabiError `argument` if the value is not one */
  count(name: string): number {
    const value = this.number(name);
    return Number.isSafeInteger(value) && value >= 0 ? value : this.#fail(name, 'a non-negative integer');
  }

  /** Returns a number or null. @throws ManabiError `argument` if the value is neither */
  numberOrNull(name: string): number | null {
    return this.#at(name) === null ? null : this.number(name);
  }

  /** Returns a boolean. @throws ManabiError `argument` if the value is not a boolean */
  boolean(name: string): boolean {
    const value = this.#at(name);
    return typeof value === 'boolean' ? value : this.#fail(name, 'true or false');
  }

  /** Returns an array of numbers. @throws ManabiError `argument` if the value is not one */
  numbers(name: string): number[] {
    const value = this.#at(name);
    return isNumbers(value) ? [...value] : this.#fail(name, 'an array of numbers');
  }

  /** Returns an array of strings. @throws ManabiError `argument` if the value is not one */
  texts(name: string): string[] {
    const value = this.#at(name);
    return isTexts(value) ? [...value] : this.#fail(name, 'an array of strings');
  }

  /** Returns a reader of a nested object. @throws ManabiError `argument` if the value is not an object */
  record(name: string): StateReader {
    const value = this.#at(name);
    return isRecord(value) ? new StateReader(`${this.#callback}.${name}`, value) : this.#fail(name, 'an object');
  }

  /** Returns a reader of a nested object, or null. @throws ManabiError `argument` if the value is neither */
  recordOrNull(name: string): StateReader | null {
    return this.#at(name) === null ? null : this.record(name);
  }

  /** Returns an array without checking its elements. @throws ManabiError `argument` if the value is not an array */
  list(name: string): readonly StateValue[] {
    const value = this.#at(name);
    return isList(value) ? value : this.#fail(name, 'an array');
  }

  /** Returns a reader of each object in an array. @throws ManabiError `argument` if the value is no such array */
  records(name: string): StateReader[] {
    return this.list(name).map((entry, i) =>
      isRecord(entry) ? new StateReader(`${this.#callback}.${name}`, entry) : this.#fail(`${name}.${i}`, 'an object'),
    );
  }

  /** The state itself, whose values are not checked. */
  get state(): CallbackState {
    return this.#state;
  }

  /** Names of all values in the state. */
  get names(): readonly string[] {
    return Object.keys(this.#state);
  }

  /** Returns a string. @throws ManabiError `argument` if the value is not a string */
  text(name: string): string {
    const value = this.#at(name);
    return typeof value === 'string' ? value : this.#fail(name, 'a string');
  }

  /** Returns a string or null. @throws ManabiError `argument` if the value is neither */
  textOrNull(name: string): string | null {
    return this.#at(name) === null ? null : this.text(name);
  }

  /** Returns a tensor. @throws ManabiError `argument` if the value is not a tensor */
  tensor(name: string): Tensor {
    const value = this.#at(name);
    return isTensorValue(value) ? value : this.#fail(name, 'a tensor');
  }

  /** Returns a tensor or null. @throws ManabiError `argument` if the value is neither */
  tensorOrNull(name: string): Tensor | null {
    return this.#at(name) === null ? null : this.tensor(name);
  }

  /** Returns an object of tensors. @throws ManabiError `argument` if the value is not one */
  tensors(name: string): Record<string, Tensor> {
    const record = this.record(name);
    return Object.fromEntries(record.names.map((path) => [path, record.tensor(path)]));
  }

  /** Returns an array of tensors. @throws ManabiError `argument` if the value is not one */
  tensorList(name: string): Tensor[] {
    return this.list(name).map((entry) => (isTensorValue(entry) ? entry : this.#fail(name, 'an array of tensors')));
  }

  #at(name: string): StateValue | undefined {
    readArgument(this.#callback, 'name', name, text);
    return Object.hasOwn(this.#state, name) ? this.#state[name] : undefined;
  }

  #fail(name: string, wanted: string): never {
    throw new ManabiError(
      'argument',
      `The state of ${this.#callback} is invalid: '${name}' must be ${wanted}. Restore a state of the same callback.`,
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

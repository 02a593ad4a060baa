import { ServeError } from '../serve-error.ts';
import type { JsonNumbers, JsonObject, JsonValue } from './json-value.ts';

/** An open array of which nothing is known yet, or whose items are numbers or arrays of numbers. */
interface NumberFrame {
  readonly of: 'numbers';
  /** Number of items so far. */
  count: number;
  /** Shape of each item; null before the first item. */
  item: readonly number[] | null;
}

/** An open array whose items are strings, objects, or arrays of them. */
interface ListFrame {
  readonly of: 'list';
  readonly items: JsonValue[];
}

interface ObjectFrame {
  readonly of: 'object';
  readonly entries: Map<string, JsonValue>;
  key: string;
}

type Frame = NumberFrame | ListFrame | ObjectFrame;

/** Builds a JSON value from its tokens. Nested arrays of numbers share one growing typed array. */
export class NestedArrays {
  readonly #frames: Frame[] = [];
  /** Elements of the outermost open array of numbers. */
  #data = new Float64Array(256);
  #length = 0;
  #kind: JsonNumbers['kind'] | null = null;
  #result: JsonValue = null;

  openArray(): void {
    this.#frames.push({ of: 'numbers', count: 0, item: null });
  }

  openObject(): void {
    this.#frames.push({ of: 'object', entries: new Map(), key: '' });
  }

  /** @throws ServeError `invalid` for a key that the object already has */
  key(key: string, position: number): void {
    const frame = this.#frames.at(-1);
    if (frame?.of !== 'object') return;
    if (frame.entries.has(key)) throw invalid(position, `The key '${key}' occurs twice in an object.`);
    frame.key = key;
  }

  number(value: number, position: number): void {
    this.#element(value, 'numbers', position);
  }

  boolean(value: boolean, position: number): void {
    this.#element(value ? 1 : 0, 'booleans', position);
  }

  /** Adds a string, null, list or object. */
  other(value: JsonValue, position: number): void {
    const frame = this.#frames.at(-1);
    if (frame === undefined) this.#result = value;
    else if (frame.of === 'object') frame.entries.set(frame.key, value);
    else if (frame.of === 'list') frame.items.push(value);
    else if (frame.count === 0) this.#frames[this.#frames.length - 1] = { of: 'list', items: [value] };
    else throw mixed(position);
  }

  close(position: number): void {
    const frame = this.#frames.pop();
    if (frame === undefined) return;
    if (frame.of === 'object') this.other(frame.entries satisfies JsonObject, position);
    else if (frame.of === 'list') this.other(frame.items, position);
    else this.#closeNumbers([frame.count, ...(frame.item ?? [])], position);
  }

  result(): JsonValue {
    return this.#result;
  }

  #element(value: number, kind: JsonNumbers['kind'], position: number): void {
    const frame = this.#frames.at(-1);
    if (frame === undefined || frame.of === 'object') {
      this.other({ kind, shape: [], data: Float64Array.of(value) }, position);
      return;
    }
    if (frame.of === 'list') throw mixed(position);
    if (this.#kind !== null && this.#kind !== kind) throw mixed(position);
    this.#kind = kind;
    if (frame.item === null) frame.item = [];
    else if (frame.item.length > 0) throw ragged(position, frame.item, []);
    frame.count++;
    if (this.#length === this.#data.length) {
      const larger = new Float64Array(2 * this.#length);
      larger.set(this.#data);
      this.#data = larger;
    }
    this.#data[this.#length++] = value;
  }

  /** Adds an array of numbers to the array around it, or finishes it if it is the outermost one. */
  #closeNumbers(shape: readonly number[], position: number): void {
    const parent = this.#frames.at(-1);
    if (parent?.of === 'list') throw mixed(position);
    if (parent?.of === 'numbers') {
      if (parent.item === null) parent.item = shape;
      else if (shape.join() !== parent.item.join()) throw ragged(position, parent.item, shape);
      parent.count++;
      return;
    }
    const numbers: JsonNumbers = {
      kind: this.#kind ?? 'numbers',
      shape,
      data: this.#data.slice(0, this.#length),
    };
    this.#length = 0;
    this.#kind = null;
    this.other(numbers, position);
  }
}

function mixed(position: number): ServeError {
  return invalid(
    position,
    'An array contains values of different types. The items of an array must all be numbers, booleans, strings or objects.',
  );
}

function ragged(position: number, expected: readonly number[], given: readonly number[]): ServeError {
  const shown = (shape: readonly number[]) => (shape.length === 0 ? 'a number' : `shape [${shape.join(', ')}]`);
  return invalid(
    position,
    `The items of an array have different shapes: expected ${shown(expected)} as for the items before it; got ${shown(given)}. Pad the shorter arrays.`,
    { expected, given },
  );
}

function invalid(position: number, message: string, data: Readonly<Record<string, unknown>> = {}): ServeError {
  return new ServeError('invalid', `The request body is invalid at byte ${position}: ${message}`, {
    data: { position, ...data },
  });
}

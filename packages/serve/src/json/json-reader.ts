import { ServeError } from '../serve-error.ts';
import type { JsonValue } from './json-value.ts';
import { NestedArrays } from './nested-arrays.ts';
import { numberAt } from './number-at.ts';

/** Deepest nesting of arrays and objects. */
const MOST_DEPTH = 32;

/** Largest number of strings, objects and lists of them in one body; each of them takes some 200 bytes of memory. */
const MOST_VALUES = 200_000;

/** Longest string, and longest spelling of a number, in bytes. */
const LONGEST = 2 ** 20;

/** What may come next. */
type Expectation = 'value' | 'value or ]' | 'key or }' | 'key' | ':' | ', or ]' | ', or }' | 'end';

const [QUOTE, BACKSLASH, COMMA, COLON, MINUS] = [0x22, 0x5c, 0x2c, 0x3a, 0x2d];
const [OPEN_ARRAY, CLOSE_ARRAY, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];

const literals: readonly { readonly text: string; readonly value: boolean | null }[] = [
  { text: 'true', value: true },
  { text: 'false', value: false },
  { text: 'null', value: null },
];

/**
 * Reads JSON from pieces of UTF-8, so that a large body never blocks the event loop for longer than one piece. Nested
 * arrays of numbers are packed into one typed array while they are read. They must have equal lengths on each axis.
 */
export class JsonReader {
  readonly #arrays = new NestedArrays();
  /** Whether each open structure is an object or an array. */
  readonly #open: ('object' | 'array')[] = [];
  #expects: Expectation = 'value';
  /** Bytes of the last piece that are the beginning of a string, number or literal. */
  #rest: Uint8Array = new Uint8Array();
  /** Number of bytes before the current piece. */
  #before = 0;
  #values = 0;

  /**
   * Reads the next piece.
   *
   * @throws ServeError `invalid` for text that is not JSON, with its position; `tooLarge` if it is nested too deeply or
   * contains too many values
   */
  write(piece: Uint8Array): void {
    this.#read(this.#joined(piece), false);
  }

  /**
   * Returns the value after the last piece.
   *
   * @throws ServeError `invalid` if the text ends early
   */
  end(): JsonValue {
    this.#read(this.#joined(new Uint8Array()), true);
    if (this.#expects !== 'end') throw this.#error(0, `The JSON ends where ${named(this.#expects)} is expected.`);
    return this.#arrays.result();
  }

  #joined(piece: Uint8Array): Uint8Array {
    const rest = this.#rest;
    if (rest.length === 0) return piece;
    const joined = new Uint8Array(rest.length + piece.length);
    joined.set(rest);
    joined.set(piece, rest.length);
    return joined;
  }

  #read(bytes: Uint8Array, isLast: boolean): void {
    let i = 0;
    while (i < bytes.length) {
      const byte = bytes[i];
      if (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09) {
        i++;
        continue;
      }
      const next = this.#token(bytes, i, byte, isLast);
      if (next === null) break;
      i = next;
    }
    this.#rest = bytes.slice(i);
    this.#before += i;
    if (this.#rest.length > LONGEST) {
      throw new ServeError('tooLarge', `Strings in JSON may have up to ${LONGEST} bytes. Send a smaller value.`);
    }
  }

  /** Reads one token. Returns the position after it, or null if the token may continue in the next piece. */
  #token(bytes: Uint8Array, i: number, byte: number, isLast: boolean): number | null {
    const expects = this.#expects;
    switch (byte) {
      case COMMA:
        if (expects === ', or ]') this.#expects = 'value';
        else if (expects === ', or }') this.#expects = 'key';
        else throw this.#unexpected(bytes, i);
        return i + 1;
      case COLON:
        if (expects !== ':') throw this.#unexpected(bytes, i);
        this.#expects = 'value';
        return i + 1;
      case CLOSE_ARRAY:
        if (expects !== ', or ]' && expects !== 'value or ]') throw this.#unexpected(bytes, i);
        this.#close(i);
        return i + 1;
      case CLOSE_OBJECT:
        if (expects !== ', or }' && expects !== 'key or }') throw this.#unexpected(bytes, i);
        this.#close(i);
        return i + 1;
      case QUOTE:
        return this.#string(bytes, i, isLast);
    }
    if (expects !== 'value' && expects !== 'value or ]') throw this.#unexpected(bytes, i);
    if (byte === OPEN_ARRAY || byte === OPEN_OBJECT) {
      this.#openAt(i, byte === OPEN_ARRAY);
      return i + 1;
    }
    if (byte === MINUS || (byte >= 0x30 && byte <= 0x39)) return this.#number(bytes, i, isLast);
    return this.#literal(bytes, i, isLast);
  }

  #openAt(i: number, isArray: boolean): void {
    if (this.#open.length === MOST_DEPTH) {
      throw new ServeError(
        'tooLarge',
        `Arrays and objects in JSON may be nested ${MOST_DEPTH} deep; exceeded at byte ${this.#before + i}.`,
        { data: { depth: MOST_DEPTH, position: this.#before + i } },
      );
    }
    this.#open.push(isArray ? 'array' : 'object');
    if (isArray) this.#arrays.openArray();
    else {
      this.#count();
      this.#arrays.openObject();
    }
    this.#expects = isArray ? 'value or ]' : 'key or }';
  }

  #close(i: number): void {
    this.#open.pop();
    this.#arrays.close(this.#before + i);
    this.#afterValue();
  }

  #afterValue(): void {
    const parent = this.#open.at(-1);
    this.#expects = parent === undefined ? 'end' : parent === 'array' ? ', or ]' : ', or }';
  }

  #number(bytes: Uint8Array, i: number, isLast: boolean): number | null {
    const found = numberAt(bytes, i);
    if (found === 'invalid') throw this.#unexpected(bytes, i);
    if (found.end === bytes.length && !isLast) return null;
    if (Number.isNaN(found.value)) throw this.#unexpected(bytes, i);
    if (!Number.isFinite(found.value)) {
      throw this.#error(i, 'The number is out of range of float64.');
    }
    this.#arrays.number(found.value, this.#before + i);
    this.#afterValue();
    return found.end;
  }

  #literal(bytes: Uint8Array, i: number, isLast: boolean): number | null {
    for (const { text, value } of literals) {
      const given = String.fromCharCode(...bytes.subarray(i, i + text.length));
      if (given === text) {
        if (value === null) {
          this.#count();
          this.#arrays.other(null, this.#before + i);
        } else this.#arrays.boolean(value, this.#before + i);
        this.#afterValue();
        return i + text.length;
      }
      if (!isLast && text.startsWith(given)) return null;
    }
    throw this.#unexpected(bytes, i);
  }

  #string(bytes: Uint8Array, i: number, isLast: boolean): number | null {
    const expects = this.#expects;
    const isKey = expects === 'key' || expects === 'key or }';
    if (!isKey && expects !== 'value' && expects !== 'value or ]') throw this.#unexpected(bytes, i);
    let end = i + 1;
    while (end < bytes.length && bytes[end] !== QUOTE) end += bytes[end] === BACKSLASH ? 2 : 1;
    if (end >= bytes.length) {
      if (isLast) throw this.#error(i, 'The string has no end.');
      return null;
    }
    const value = this.#text(bytes.subarray(i, end + 1), i);
    if (isKey) {
      this.#arrays.key(value, this.#before + i);
      this.#expects = ':';
    } else {
      this.#count();
      this.#arrays.other(value, this.#before + i);
      this.#afterValue();
    }
    return end + 1;
  }

  /** Decodes a string with its quotation marks. */
  #text(quoted: Uint8Array, i: number): string {
    try {
      // JSON.parse returns a string for text in quotation marks, or throws.
      return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(quoted)) as string;
    } catch {
      throw this.#error(i, 'The string contains an invalid escape, a control character, or bytes that are not UTF-8.');
    }
  }

  #count(): void {
    if (++this.#values <= MOST_VALUES) return;
    throw new ServeError('tooLarge', `JSON may contain up to ${MOST_VALUES} strings and objects. Send fewer samples.`, {
      data: { values: MOST_VALUES },
    });
  }

  #unexpected(bytes: Uint8Array, i: number): ServeError {
    const text =
      new TextDecoder().decode(bytes.subarray(i, i + 12)).split(/[\s,\]}]/)[0] || String.fromCharCode(bytes[i]);
    const advice = /^[+-]?[NI]/.test(text) ? ' JSON has no NaN and no infinities.' : '';
    return this.#error(i, `Expected ${named(this.#expects)}; got '${text}'.${advice}`);
  }

  #error(i: number, message: string): ServeError {
    const position = this.#before + i;
    return new ServeError('invalid', `The request body is not valid JSON at byte ${position}: ${message}`, {
      data: { position },
    });
  }
}

function named(expects: Expectation): string {
  return expects === 'end'
    ? 'the end'
    : expects.startsWith('value') || expects.startsWith('key')
      ? `a ${expects}`
      : `'${expects}'`;
}

import type { PickleContext } from './pickle-context.ts';
import { latin1, numberIfSafe } from './python-values.ts';

/** Longest integer in bytes; longer ones would take quadratic time to read. */
const LONGEST_INTEGER = 256;

/** Reads the bytes of a pickle in order, and checks that they do not end early. */
export class PickleBytes {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #context: PickleContext;
  readonly #utf8 = new TextDecoder('utf-8', { ignoreBOM: true });
  position: number;

  constructor(bytes: Uint8Array, start: number, context: PickleContext) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.#context = context;
    this.position = start;
  }

  get size(): number {
    return this.#bytes.length;
  }

  /** Returns the position of the next `count` bytes and moves behind them. */
  #advance(count: number): number {
    const from = this.position;
    if (count > this.#bytes.length - from) throw this.#context.corrupt('it is truncated');
    this.position += count;
    return from;
  }

  u8(): number {
    return this.#bytes[this.#advance(1)];
  }

  u16(): number {
    return this.#view.getUint16(this.#advance(2), true);
  }

  i32(): number {
    return this.#view.getInt32(this.#advance(4), true);
  }

  u32(): number {
    return this.#view.getUint32(this.#advance(4), true);
  }

  /** Returns a size in bytes, which cannot exceed the size of the pickle. */
  u64(): number {
    const value = this.#view.getBigUint64(this.#advance(8), true);
    if (value > BigInt(this.#bytes.length)) throw this.#context.corrupt('it is truncated');
    return Number(value);
  }

  f64(): number {
    return this.#view.getFloat64(this.#advance(8), false);
  }

  /** Returns a view of the next `count` bytes. */
  take(count: number): Uint8Array {
    const from = this.#advance(count);
    return this.#bytes.subarray(from, from + count);
  }

  utf8(count: number): string {
    return this.#utf8.decode(this.take(count));
  }

  /** Returns the Latin-1 text up to the next line break, and moves behind the line break. */
  line(): string {
    const end = this.#bytes.indexOf(0x0a, this.position);
    if (end < 0) throw this.#context.corrupt('a line has no end');
    const text = latin1(this.take(end - this.position));
    this.position++;
    return text;
  }

  /** Reads an integer in two's complement; returns a bigint if a number cannot represent it. */
  integer(count: number): number | bigint {
    if (count > LONGEST_INTEGER || count < 0) throw this.#context.corrupt(`an integer has ${count} bytes`);
    const bytes = this.take(count);
    let value = 0n;
    for (let i = count - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[i]);
    return numberIfSafe(count === 0 ? 0n : BigInt.asIntN(8 * count, value));
  }
}

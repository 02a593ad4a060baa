import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';
import { FileError } from '@manabi/files';

type Raw = bigint | Uint8Array<ArrayBuffer>;

/** Largest number of fields of one message, which bounds the memory for empty fields. */
const MOST_FIELDS = 1 << 22;

/**
 * Protobuf message whose fields are decoded when they are read. Fields are identified by their numbers in TensorFlow's `.proto`
 * files. Missing fields have the default value of protobuf: 0, an empty text or an empty message.
 */
export class Message {
  readonly #source: string;
  readonly #fields = new Map<number, Raw[]>();

  /**
   * @throws FileError `corrupt`
   */
  constructor(bytes: Uint8Array<ArrayBuffer>, source: string) {
    this.#source = source;
    const reader = new BinaryReader(bytes);
    try {
      for (let count = 0; reader.pos < reader.len; count++) {
        if (count > MOST_FIELDS) throw new Error('it has too many fields');
        const [number, wire] = reader.tag();
        const list = this.#fields.get(number) ?? [];
        if (list.length === 0) this.#fields.set(number, list);
        if (wire === WireType.Varint) list.push(BigInt(reader.uint64()));
        else if (wire === WireType.Bit32) list.push(BigInt(reader.fixed32()));
        else if (wire === WireType.Bit64) list.push(BigInt(reader.fixed64()));
        else if (wire === WireType.LengthDelimited) {
          const length = reader.uint32();
          const start = reader.pos;
          if (start + length > bytes.length) throw new Error('it ends within a field');
          reader.pos += length;
          list.push(bytes.subarray(start, start + length));
        } else reader.skip(wire, number);
      }
    } catch (error) {
      throw this.corrupt(error instanceof Error ? error.message : String(error));
    }
  }

  /** Returns the error for a message with invalid content. */
  corrupt(problem: string): FileError {
    return new FileError(
      'corrupt',
      `Cannot read ${this.#source}: invalid protobuf message, ${problem}. Save or download it again.`,
      {
        data: { source: this.#source },
      },
    );
  }

  has(number: number): boolean {
    return this.#fields.has(number);
  }

  /** Returns the values of a repeated field of type bytes. */
  allBytes(number: number): readonly Uint8Array<ArrayBuffer>[] {
    return this.#all(number).map((raw) => {
      if (typeof raw === 'bigint') throw this.corrupt(`field ${number} is a number`);
      return raw;
    });
  }

  bytes(number: number): Uint8Array<ArrayBuffer> {
    return this.allBytes(number).at(-1) ?? new Uint8Array(0);
  }

  text(number: number): string {
    return new TextDecoder().decode(this.bytes(number));
  }

  texts(number: number): readonly string[] {
    return this.allBytes(number).map((bytes) => new TextDecoder().decode(bytes));
  }

  message(number: number): Message {
    return new Message(this.bytes(number), this.#source);
  }

  messages(number: number): readonly Message[] {
    return this.allBytes(number).map((bytes) => new Message(bytes, this.#source));
  }

  /** Returns the entries of a map with texts as keys. */
  map(number: number): ReadonlyMap<string, Message> {
    return new Map(this.messages(number).map((entry) => [entry.text(1), entry.message(2)]));
  }

  /** Returns a signed integer. */
  integer(number: number): bigint {
    return this.integers(number).at(-1) ?? 0n;
  }

  /** Returns an integer within the range in which numbers are exact. */
  number(number: number): number {
    const value = Number(this.integer(number));
    if (!Number.isSafeInteger(value)) throw this.corrupt(`field ${number} is ${value}`);
    return value;
  }

  /** Returns the signed integers of a repeated field, packed or not. */
  integers(number: number): readonly bigint[] {
    return this.#all(number).flatMap((raw) => {
      if (typeof raw === 'bigint') return [BigInt.asIntN(64, raw)];
      const values: bigint[] = [];
      const reader = new BinaryReader(raw);
      try {
        while (reader.pos < reader.len) values.push(BigInt(reader.int64()));
      } catch (error) {
        throw this.corrupt(error instanceof Error ? error.message : String(error));
      }
      return values;
    });
  }

  /** Returns the 32-bit floats of a repeated field, packed or not. */
  floats(number: number): readonly number[] {
    return this.#numbers(number, 4, (view, at) => view.getFloat32(at, true));
  }

  /** Returns the 64-bit floats of a repeated field, packed or not. */
  doubles(number: number): readonly number[] {
    return this.#numbers(number, 8, (view, at) => view.getFloat64(at, true));
  }

  #numbers(number: number, size: 4 | 8, read: (view: DataView, at: number) => number): readonly number[] {
    const single = new DataView(new ArrayBuffer(8));
    return this.#all(number).flatMap((raw) => {
      if (typeof raw === 'bigint') {
        single.setBigUint64(0, raw, true);
        return [read(single, 0)];
      }
      const view = new DataView(raw.buffer, raw.byteOffset, raw.length);
      return Array.from({ length: Math.floor(raw.length / size) }, (_, i) => read(view, i * size));
    });
  }

  #all(number: number): readonly Raw[] {
    return this.#fields.get(number) ?? [];
  }
}

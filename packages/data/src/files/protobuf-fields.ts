/** A field of a protobuf message: a number of its type, or bytes. */
export interface Field {
  readonly number: number;
  /** Wire type: 0 for integers, 1 and 5 for fixed sizes, 2 for bytes. */
  readonly wire: number;
  readonly bytes: Uint8Array;
  /** Value of an integer. */
  readonly integer: bigint;
}

/**
 * Reads the fields of a protobuf message in order.
 *
 * @throws RangeError if the message is invalid
 */
export function* fieldsOf(message: Uint8Array): Generator<Field, void, undefined> {
  const at = { position: 0 };
  const none = new Uint8Array(0);
  const take = (length: number): Uint8Array => {
    if (length > message.length - at.position) throw new RangeError('a field ends early');
    at.position += length;
    return message.subarray(at.position - length, at.position);
  };
  while (at.position < message.length) {
    const tag = readVarint(message, at);
    const [number, wire] = [Number(tag >> 3n), Number(tag & 7n)];
    if (number === 0) throw new RangeError('a field has the number 0');
    if (wire === 0) yield { number, wire, bytes: none, integer: readVarint(message, at) };
    else if (wire === 1) yield { number, wire, bytes: take(8), integer: 0n };
    else if (wire === 2) yield { number, wire, bytes: take(Number(readVarint(message, at))), integer: 0n };
    else if (wire === 5) yield { number, wire, bytes: take(4), integer: 0n };
    else throw new RangeError(`a field has the wire type ${wire}`);
  }
}

/** Reads an unsigned integer of variable length. */
export function readVarint(bytes: Uint8Array, at: { position: number }): bigint {
  let value = 0n;
  for (let shift = 0n; shift < 70n; shift += 7n) {
    if (at.position >= bytes.length) throw new RangeError('a number ends early');
    const byte = bytes[at.position++];
    value |= BigInt(byte & 0x7f) << shift;
    if (byte < 0x80) return BigInt.asUintN(64, value);
  }
  throw new RangeError('a number is too long');
}

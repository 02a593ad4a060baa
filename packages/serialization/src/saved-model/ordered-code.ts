/**
 * Returns the key under which a checkpoint stores a part of a partitioned variable (TensorFlow's `EncodeTensorNameSlice`, in the
 * encoding OrderedCode, which preserves order).
 *
 * @param name name of the variable as a binary string
 * @param extents start and length along each axis; a length of -1 stands for the whole axis
 */
export function sliceKey(name: string, extents: readonly (readonly [start: number, length: number])[]): string {
  const signed = extents.flatMap(([start, length]) => [increasing(start), increasing(length)]);
  return `${unsigned(0)}${escaped(name)}${unsigned(extents.length)}${signed.join('')}`;
}

/** Encodes an unsigned number: its number of bytes, and the bytes in big-endian order. */
function unsigned(value: number): string {
  let bytes = '';
  for (let rest = value; rest > 0; rest = Math.floor(rest / 256)) bytes = String.fromCharCode(rest % 256) + bytes;
  return String.fromCharCode(bytes.length) + bytes;
}

/** Encodes a text: escapes the bytes 0 and 255, and appends a separator. */
function escaped(text: string): string {
  return `${text.replace(/[\0\xff]/g, (byte) => (byte === '\0' ? '\0\xff' : '\xff\0'))}\0\x01`;
}

/** Encodes a signed number. Numbers of -64 to 63 take one byte; each further byte adds seven bits and one leading bit. */
function increasing(value: number): string {
  const isNegative = value < 0;
  const magnitude = BigInt(isNegative ? -value - 1 : value);
  let length = 1;
  while (magnitude >> BigInt(7 * length - 1) !== 0n) length++;
  // The header of a positive number has as many leading ones as bytes, which a negative number inverts.
  const bits = 8 * length;
  const header = length < 8 ? BigInt(((1 << length) - 1) << (8 - length)) << BigInt(bits - 8) : 0n;
  const positive = header | magnitude;
  const encoded = isNegative ? ~positive & ((1n << BigInt(bits)) - 1n) : positive;
  let result = '';
  for (let i = length - 1; i >= 0; i--) result += String.fromCharCode(Number((encoded >> BigInt(8 * i)) & 0xffn));
  return result;
}

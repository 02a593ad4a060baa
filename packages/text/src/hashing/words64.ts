/**
 * Arithmetic of unsigned 64-bit integers, modulo 2^64. The hash functions of this folder use it to run on numbers, and in
 * compiled models on tensors.
 */
export interface Words64<W> {
  /** Returns the word with the value of a bigint in [0, 2^64). */
  constant(value: bigint): W;
  add(a: W, b: W): W;
  multiply(a: W, b: W): W;
  xor(a: W, b: W): W;
  /** Shifts to the right, with zeros on the left. */
  shiftRight(a: W, bits: number): W;
  rotateRight(a: W, bits: number): W;
}

const wrapped = (value: bigint): bigint => BigInt.asUintN(64, value);

/** Words as bigints. */
export const bigintWords: Words64<bigint> = {
  constant: (value) => value,
  add: (a, b) => wrapped(a + b),
  multiply: (a, b) => wrapped(a * b),
  xor: (a, b) => a ^ b,
  shiftRight: (a, bits) => a >> BigInt(bits),
  rotateRight: (a, bits) => (a >> BigInt(bits)) | wrapped(a << BigInt(64 - bits)),
};

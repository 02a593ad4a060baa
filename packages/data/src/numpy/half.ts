/**
 * Converts bfloat16 numbers, given as their 16 bits, to float32 exactly.
 *
 * @example
 * ```ts
 * import { fromBfloat16 } from '@manabi/data/internal';
 *
 * console.log([...fromBfloat16(Uint16Array.of(0x3f80))]); // [1]
 * ```
 */
export function fromBfloat16(upper: Uint16Array): Float32Array<ArrayBuffer> {
  const floats = new Float32Array(upper.length);
  const bits = new Uint32Array(floats.buffer);
  for (let i = 0; i < upper.length; i++) bits[i] = upper[i] << 16;
  return floats;
}

/**
 * Rounds float32 values to the nearest bfloat16 numbers, ties to even.
 *
 * @example
 * ```ts
 * import { toBfloat16 } from '@manabi/data/internal';
 *
 * console.log([...toBfloat16(Float32Array.of(1))]); // [16256]
 * ```
 */
export function toBfloat16(floats: Float32Array): Uint16Array<ArrayBuffer> {
  const bits = new Uint32Array(floats.slice().buffer);
  const upper = new Uint16Array(floats.length);
  for (let i = 0; i < floats.length; i++) {
    const isNan = (bits[i] & 0x7fffffff) > 0x7f800000;
    upper[i] = isNan ? (bits[i] >>> 16) | 0x40 : (bits[i] + 0x7fff + ((bits[i] >>> 16) & 1)) >>> 16;
  }
  return upper;
}

/** Numbers from here on round to infinity: halfway between the largest float16, 65504, and the next power of two. */
const OVERFLOW = 65520;
/** Distance between float16 numbers near zero, and the smallest positive one. */
const SMALLEST = 2 ** -24;
/** The smallest float16 with all 11 significant bits. */
const SMALLEST_NORMAL = 2 ** -14;

/**
 * Rounds a number to the nearest float16, ties to even. Numbers of at least 65520 in magnitude become infinite, numbers
 * below 2^-14 are rounded to a multiple of 2^-24, and the sign of zero is kept.
 *
 * @example
 * ```ts
 * import { roundToFloat16 } from '@manabi/ir';
 *
 * console.log(roundToFloat16(2049)); // 2048
 * console.log(roundToFloat16(65519)); // 65504
 * console.log(roundToFloat16(70000)); // Infinity
 * ```
 */
export function roundToFloat16(x: number): number {
  const size = Math.abs(x);
  // Zeros, infinities and NaN.
  if (!(size > 0 && size < Number.POSITIVE_INFINITY)) return x;
  if (size >= OVERFLOW) return Math.sign(x) * Number.POSITIVE_INFINITY;
  const unit = size < SMALLEST_NORMAL ? SMALLEST : 2 ** (Math.floor(Math.log2(size)) - 10);
  const units = size / unit;
  const below = Math.floor(units);
  const rest = units - below;
  const isUp = rest > 0.5 || (rest === 0.5 && below % 2 === 1);
  return (x < 0 ? -1 : 1) * (isUp ? below + 1 : below) * unit;
}

/**
 * Converts the bits of float16 numbers to float32 exactly; NaNs keep their payload.
 *
 * @example
 * ```ts
 * import { float16ToFloat32 } from '@manabi/ir';
 *
 * console.log([...float16ToFloat32(Uint16Array.of(0x3c00, 0xc000))]); // [1, -2]
 * ```
 */
export function float16ToFloat32(halves: Uint16Array): Float32Array<ArrayBuffer> {
  const floats = new Float32Array(halves.length);
  const bits = new Uint32Array(floats.buffer);
  for (let i = 0; i < halves.length; i++) {
    const half = halves[i];
    // A float16 times 2^-112 is the float32 with the same bits, shifted to the exponent of float32.
    bits[i] = (half & 0x7fff) << 13;
    floats[i] *= 2 ** 112;
    const special = (half & 0x7c00) === 0x7c00 ? 0x7f800000 : 0;
    bits[i] |= special | ((half & 0x8000) << 16);
  }
  return floats;
}

/**
 * Rounds float32 numbers to float16, ties to even, and returns their bits; too large numbers become infinite.
 *
 * @example
 * ```ts
 * import { float32ToFloat16 } from '@manabi/ir';
 *
 * console.log([...float32ToFloat16(Float32Array.of(1, -2))]); // [15360, 49152]
 * ```
 */
export function float32ToFloat16(floats: Float32Array): Uint16Array<ArrayBuffer> {
  const bits = new Uint32Array(floats.slice().buffer);
  const halves = new Uint16Array(floats.length);
  for (let i = 0; i < floats.length; i++) {
    const sign = (bits[i] >>> 16) & 0x8000;
    const size = bits[i] & 0x7fffffff;
    if (size > 0x7f800000) halves[i] = sign | 0x7e00 | ((size >>> 13) & 0x3ff);
    else if (size >= 0x477ff000) halves[i] = sign | 0x7c00;
    else if (size >= 0x38800000) halves[i] = sign | ((size - 0x38000000 + 0xfff + ((size >>> 13) & 1)) >>> 13);
    else halves[i] = sign | (Math.abs(roundToFloat16(floats[i])) / SMALLEST);
  }
  return halves;
}

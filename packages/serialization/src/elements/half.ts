/** Converts IEEE 754 half-precision numbers to float32 exactly; NaNs keep their payload. */
export function fromFloat16(halves: Uint16Array): Float32Array<ArrayBuffer> {
  const floats = new Float32Array(halves.length);
  const bits = new Uint32Array(floats.buffer);
  for (let i = 0; i < halves.length; i++) {
    const half = halves[i];
    const sign = (half & 0x8000) << 16;
    const exponent = (half >> 10) & 31;
    const mantissa = half & 0x3ff;
    if (exponent === 31) bits[i] = sign | 0x7f800000 | (mantissa << 13);
    else if (exponent > 0) bits[i] = sign | ((exponent + 112) << 23) | (mantissa << 13);
    else floats[i] = (sign < 0 ? -1 : 1) * mantissa * 2 ** -24;
  }
  return floats;
}

/**
 * Rounds float32 values to the nearest half-precision numbers, ties to even; values beyond their range become infinite.
 */
export function toFloat16(floats: Float32Array): Uint16Array<ArrayBuffer> {
  const bits = new Uint32Array(floats.slice().buffer);
  const halves = new Uint16Array(floats.length);
  for (let i = 0; i < floats.length; i++) {
    const sign = (bits[i] >>> 16) & 0x8000;
    const size = bits[i] & 0x7fffffff;
    if (size > 0x7f800000) halves[i] = sign | 0x7e00 | ((size >>> 13) & 0x3ff);
    else if (size >= 0x477ff000) halves[i] = sign | 0x7c00;
    else if (size >= 0x38800000) halves[i] = sign | ((size - 0x38000000 + 0xfff + ((size >>> 13) & 1)) >>> 13);
    else halves[i] = sign | roundToEven(Math.abs(floats[i]) * 2 ** 24);
  }
  return halves;
}

/** Converts bfloat16 numbers, given as their 16 bits, to float32 exactly. */
export function fromBfloat16(upper: Uint16Array): Float32Array<ArrayBuffer> {
  const floats = new Float32Array(upper.length);
  const bits = new Uint32Array(floats.buffer);
  for (let i = 0; i < upper.length; i++) bits[i] = upper[i] << 16;
  return floats;
}

/** Rounds float32 values to the nearest bfloat16 numbers, ties to even. */
export function toBfloat16(floats: Float32Array): Uint16Array<ArrayBuffer> {
  const bits = new Uint32Array(floats.slice().buffer);
  const upper = new Uint16Array(floats.length);
  for (let i = 0; i < floats.length; i++) {
    const isNan = (bits[i] & 0x7fffffff) > 0x7f800000;
    upper[i] = isNan ? (bits[i] >>> 16) | 0x40 : (bits[i] + 0x7fff + ((bits[i] >>> 16) & 1)) >>> 16;
  }
  return upper;
}

function roundToEven(value: number): number {
  const down = Math.floor(value);
  const rest = value - down;
  return rest > 0.5 || (rest === 0.5 && down % 2 === 1) ? down + 1 : down;
}

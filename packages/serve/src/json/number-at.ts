/** A number in JSON, and the position after it. */
interface NumberToken {
  /** NaN if the text up to `end` is the beginning of a number, but not a number. */
  readonly value: number;
  readonly end: number;
}

/** Powers of ten that float64 represents exactly. */
const powers = Array.from({ length: 23 }, (_, exponent) => 10 ** exponent);

/** Most decimal digits of which every combination is an exact float64. */
const EXACT_DIGITS = 15;

/**
 * Reads the number that begins at a position, with the grammar of JSON. A number of up to 15 digits and a power of ten up to
 * 10^22 are both exact in float64, so that their product or quotient is rounded only once, as `Number()` does.
 *
 * @returns `'invalid'` for text that is not JSON, such as `01`
 */
export function numberAt(bytes: Uint8Array, start: number): NumberToken | 'invalid' {
  let i = start;
  const isNegative = bytes[i] === 0x2d;
  if (isNegative) i++;
  const first = i;
  let mantissa = 0;
  let digits = 0;
  for (let digit = bytes[i] - 0x30; digit >= 0 && digit <= 9; digit = bytes[++i] - 0x30) {
    mantissa = mantissa * 10 + digit;
    digits++;
  }
  if (i === first) return i === bytes.length ? { value: Number.NaN, end: i } : 'invalid';
  if (bytes[first] === 0x30 && i > first + 1) return 'invalid';
  let exponent = 0;
  if (bytes[i] === 0x2e) {
    const point = ++i;
    for (let digit = bytes[i] - 0x30; digit >= 0 && digit <= 9; digit = bytes[++i] - 0x30) {
      mantissa = mantissa * 10 + digit;
      digits++;
    }
    if (i === point) return i === bytes.length ? { value: Number.NaN, end: i } : 'invalid';
    exponent = point - i;
  }
  if (bytes[i] === 0x65 || bytes[i] === 0x45) {
    i++;
    const sign = bytes[i] === 0x2d ? -1 : 1;
    if (bytes[i] === 0x2d || bytes[i] === 0x2b) i++;
    const begin = i;
    let power = 0;
    for (let digit = bytes[i] - 0x30; digit >= 0 && digit <= 9; digit = bytes[++i] - 0x30) {
      power = Math.min(9999, power * 10 + digit);
    }
    if (i === begin) return i === bytes.length ? { value: Number.NaN, end: i } : 'invalid';
    exponent += sign * power;
  }
  if (digits > EXACT_DIGITS || exponent > 22 || exponent < -22) {
    return { value: Number(new TextDecoder().decode(bytes.subarray(start, i))), end: i };
  }
  const size = exponent < 0 ? mantissa / powers[-exponent] : mantissa * powers[exponent];
  return { value: isNegative ? -size : size, end: i };
}

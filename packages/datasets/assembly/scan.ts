// Huffman-coded coefficients of a JPEG file.

/** Number of bits that a table decodes at once. */
export const LOOKAHEAD = 9;

/** Bytes of a Huffman table: symbols by their first bits, then limits and offsets by length, then all symbols. */
export const TABLE_BYTES = 1024 + 17 * 4 + 17 * 4 + 256;
const LIMITS = 1024;
const OFFSETS = LIMITS + 17 * 4;
const SYMBOLS = OFFSETS + 17 * 4;

/** Positions in a block by position in the file. */
const zigzag = memory.data<u8>([
  0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14, 21, 28,
  35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55,
  62, 63,
]);

/**
 * Builds a table from the number of codes of each length, followed by the symbols.
 *
 * @returns whether the codes are valid
 */
export function buildTable(table: usize, lengths: usize, symbols: usize, count: i32): bool {
  memory.fill(table, 0, TABLE_BYTES);
  memory.copy(table + SYMBOLS, symbols, count);
  let code = 0;
  let index = 0;
  for (let length = 1; length <= 16; length++) {
    const many = <i32>load<u8>(lengths + length - 1);
    store<i32>(table + OFFSETS + (length << 2), index - code);
    if (code + many > 1 << length) return false;
    for (let i = 0; i < many; i++) {
      if (length <= LOOKAHEAD) {
        const symbol = <i32>load<u8>(table + SYMBOLS + index);
        const first = code << (LOOKAHEAD - length);
        for (let k = first; k < first + (1 << (LOOKAHEAD - length)); k++) {
          store<u16>(table + (k << 1), (length << 8) | symbol);
        }
      }
      code++;
      index++;
    }
    // A code of ones only is not allowed.
    if (many > 0 && code >= 1 << length) return false;
    // Codes of this length, followed by any bits, are below this limit.
    store<i32>(table + LIMITS + (length << 2), code << (16 - length));
    code <<= 1;
  }
  return true;
}

// State of the bit reader: the position of the next byte, bits that were read, their number, and how many of them lie behind the
// marker that ends the data.
let at: usize = 0;
let bits: u64 = 0;
let count: i32 = 0;
let missing: i32 = 0;

/** Whether a code was invalid. */
let isWrong = false;

/** Index in the file of the last coefficient of a block that is not zero. */
export let lastIndex = 0;

/** Starts to read bits. */
export function beginBits(start: usize): void {
  at = start;
  bits = 0;
  count = 0;
  missing = 0;
  isWrong = false;
}

/** Returns the position of the marker behind the bits, or 0 if the bits do not end there or were wrong. */
export function endOfBits(): usize {
  const left = count - missing;
  if (isWrong || left < 0 || left >= 8) return 0;
  return load<u8>(at) == 0xff ? at : 0;
}

/** Reads bytes until 32 bits or more are available; behind the data, bits are zero. */
function refill(): void {
  const word = bswap(load<u32>(at));
  if (((~word - 0x01010101) & word & 0x80808080) == 0) {
    bits = (bits << 32) | (<u64>word);
    count += 32;
    at += 4;
    return;
  }
  while (count < 32) {
    const byte = load<u8>(at);
    if (byte == 0xff && load<u8>(at + 1) != 0) {
      bits <<= 8;
      missing += 8;
    } else {
      bits = (bits << 8) | (<u64>byte);
      at += byte == 0xff ? 2 : 1;
    }
    count += 8;
  }
}

/** Decodes a symbol whose code is longer than `LOOKAHEAD` from 16 bits: returns its length times 256, plus the symbol. */
function longSymbol(table: usize, code: i32): i32 {
  let length = LOOKAHEAD + 1;
  while (length <= 16 && code >= load<i32>(table + LIMITS + (length << 2))) length++;
  if (length > 16) {
    isWrong = true;
    return 1 << 8;
  }
  const index = (code >> (16 - length)) + load<i32>(table + OFFSETS + (length << 2));
  return (length << 8) | <i32>load<u8>(table + SYMBOLS + (index & 255));
}

/** Decodes a symbol from bits of which `n`, at least 16, are left: returns its length times 256, plus the symbol. */
@inline
function symbolOf(table: usize, b: u64, n: i32): i32 {
  const entry = <i32>load<u16>(table + (<usize>((b >> (n - LOOKAHEAD)) & ((1 << LOOKAHEAD) - 1)) << 1));
  return entry != 0 ? entry : longSymbol(table, <i32>(b >> (n - 16)) & 0xffff);
}

/** Returns the number of `size` bits, of which those that begin with 0 are negative. */
@inline
function numberOf(value: i32, size: i32): i32 {
  value &= (1 << size) - 1;
  return value < 1 << (size - 1) ? value - (1 << size) + 1 : value;
}

/** Whether no photo has such a coefficient; transforms of larger ones overflow, in ways that differ between decoders. */
@inline
function isTooLarge(coefficient: i32): bool {
  return <u32>(coefficient + 8191) > 16382;
}

/**
 * Decodes a block into zeroed memory, dequantized.
 *
 * @param steps quantization steps as int32, in the order of the file
 * @returns the first coefficient before quantization
 */
export function decodeBlock(dc: usize, ac: usize, steps: usize, block: usize, before: i32): i32 {
  if (count < 32) refill();
  // The state of the reader is in local variables in this loop, because engines keep global ones in memory.
  let b = bits;
  let n = count;
  let entry = symbolOf(dc, b, n);
  n -= entry >> 8;
  let first = before;
  const size = entry & 255;
  if (size > 11) {
    isWrong = true;
    return before;
  }
  if (size != 0) {
    n -= size;
    first += numberOf(<i32>(b >> n), size);
  }
  const scaled = first * load<i32>(steps);
  if (isTooLarge(scaled)) isWrong = true;
  store<i16>(block, <i16>scaled);
  let last = 0;
  for (let k = 1; k < 64; k++) {
    if (n < 32) {
      bits = b;
      count = n;
      refill();
      b = bits;
      n = count;
    }
    entry = symbolOf(ac, b, n);
    n -= entry >> 8;
    const width = entry & 15;
    const run = (entry >> 4) & 15;
    if (width == 0) {
      if (run != 15) break;
      k += 15;
      if (k > 63) isWrong = true;
      continue;
    }
    k += run;
    if (k > 63 || width > 10) {
      isWrong = true;
      break;
    }
    n -= width;
    const value = numberOf(<i32>(b >> n), width) * load<i32>(steps + (k << 2));
    if (isTooLarge(value)) isWrong = true;
    store<i16>(block + ((<usize>load<u8>(zigzag + k)) << 1), <i16>value);
    last = k;
  }
  bits = b;
  count = n;
  lastIndex = last;
  return first;
}

/** Whether a code was invalid, or more bits were read than there are, since `beginBits`. */
export function isBeyondEnd(): bool {
  return isWrong || count < missing;
}

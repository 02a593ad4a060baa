// Reads JPEG files whose form is that of most photos: baseline, Huffman-coded, grey or YCbCr. Everything else, and everything that is
// not exactly as it should be, is left to another decoder.
import { inverse, inverseOfFirst } from './idct';
import { reserve } from './memory';
import { beginBits, buildTable, decodeBlock, endOfBits, isBeyondEnd, lastIndex, TABLE_BYTES } from './scan';

export let width = 0;
export let height = 0;
/** 1 for grey, 3 for YCbCr. */
export let components = 0;
/** Samples of brightness per sample of colour, in a row and in a column. */
export let acrossColor = 1;
export let downColor = 1;

/** Samples of the components, and the distance of their rows. */
export const planes = memory.data(12, 4);
export const strides = memory.data(12, 4);

/** Fields of a component in the header: identifier, factors, quantization table, Huffman tables, last first coefficient. */
const parts = memory.data(3 * 24, 4);
const ID = 0;
const FACTORS = 4;
const STEPS = 8;
const DC = 12;
const AC = 16;
const LAST = 20;

/** Pixels of the largest image, so that positions fit into 31 bits. */
const MOST_PIXELS: i64 = 1 << 26;

const steps = memory.data(4 * 256, 16);
const hasSteps = memory.data(4);
/** Huffman tables: four for first coefficients, four for others. */
const tables = memory.data(8 * TABLE_BYTES, 16);
const hasTable = memory.data(8);
const block = memory.data(128, 16);

@inline
function u16At(at: usize): i32 {
  return (<i32>load<u8>(at) << 8) | <i32>load<u8>(at, 1);
}

@inline
function partOf(i: i32): usize {
  return parts + 24 * i;
}

/**
 * Decodes a file to planes.
 *
 * @param isUpright whether an image with an EXIF orientation other than the normal one is left to another decoder
 * @returns whether the file could be decoded
 */
export function decodeJpeg(file: usize, length: i32, isUpright: bool): bool {
  const end = file + length;
  // Readers stop at this marker.
  store<u32>(end, 0xd9ffd9ff);
  memory.fill(hasSteps, 0, 4);
  memory.fill(hasTable, 0, 8);
  components = 0;
  let interval = 0;
  let isJfif = false;
  let adobe = -1;
  if (length < 4 || u16At(file) != 0xffd8) return false;
  let at = file + 2;
  while (true) {
    if (at + 4 > end || load<u8>(at) != 0xff) return false;
    const marker = <i32>load<u8>(at, 1);
    if (marker == 0xff) {
      at++;
      continue;
    }
    const body = at + 4;
    const next = at + 2 + u16At(at + 2);
    if (next > end || next < body) return false;
    switch (marker) {
      case 0xe0:
        if (next - body >= 5 && load<u32>(body) == 0x4649464a && load<u8>(body, 4) == 0) isJfif = true;
        break;
      case 0xe1:
        if (isUpright && isTurned(body, next)) return false;
        break;
      case 0xee:
        if (next - body >= 12 && load<u32>(body) == 0x626f6441 && load<u8>(body, 4) == 0x65) adobe = load<u8>(body, 11);
        break;
      case 0xdb:
        if (!readSteps(body, next)) return false;
        break;
      case 0xc4:
        if (!readTables(body, next)) return false;
        break;
      case 0xc0:
        if (components != 0 || !readFrame(body, next)) return false;
        break;
      case 0xdd:
        if (next - body != 2) return false;
        interval = u16At(body);
        break;
      case 0xda: {
        if (!isKnownColor(isJfif, adobe) || !readScanHeader(body, next)) return false;
        const marker = decodeScan(next, interval);
        return marker != 0 && marker + 2 <= end && u16At(marker) == 0xffd9;
      }
      default:
        // Other kinds of frames, and markers that do not belong here. Comments and data of applications are skipped.
        if (marker != 0xfe && (marker & 0xf0) != 0xe0) return false;
    }
    at = next;
  }
}

/** Returns whether the colours are grey or YCbCr by the rules of libjpeg. */
function isKnownColor(isJfif: bool, adobe: i32): bool {
  if (components == 1) return true;
  if (components != 3) return false;
  if (isJfif) return true;
  if (adobe >= 0) return adobe == 1;
  return load<i32>(partOf(0), ID) == 1 && load<i32>(partOf(1), ID) == 2 && load<i32>(partOf(2), ID) == 3;
}

function readSteps(at: usize, end: usize): bool {
  while (at < end) {
    const head = <i32>load<u8>(at++);
    const id = head & 15;
    const bytes = head >> 4 == 0 ? 1 : 2;
    if (head >> 4 > 1 || id > 3 || at + 64 * bytes > end) return false;
    for (let k = 0; k < 64; k++, at += bytes) {
      store<i32>(steps + ((id * 64 + k) << 2), bytes == 1 ? <i32>load<u8>(at) : u16At(at));
    }
    store<u8>(hasSteps + id, 1);
  }
  return at == end;
}

function readTables(at: usize, end: usize): bool {
  while (at < end) {
    if (at + 17 > end) return false;
    const head = <i32>load<u8>(at);
    const id = (head & 15) + 4 * (head >> 4);
    if (head >> 4 > 1 || (head & 15) > 3) return false;
    let count = 0;
    for (let i = 1; i <= 16; i++) count += <i32>load<u8>(at + i);
    if (count > 256 || at + 17 + count > end) return false;
    if (head >> 4 == 0 && !hasSizes(at + 17, count)) return false;
    if (!buildTable(tables + id * TABLE_BYTES, at + 1, at + 17, count)) return false;
    store<u8>(hasTable + id, 1);
    at += 17 + count;
  }
  return at == end;
}

/** Returns whether the symbols for first coefficients are numbers of bits. */
function hasSizes(symbols: usize, count: i32): bool {
  for (let i = 0; i < count; i++) if (load<u8>(symbols + i) > 15) return false;
  return true;
}

function readFrame(at: usize, end: usize): bool {
  if (end - at < 6) return false;
  height = u16At(at + 1);
  width = u16At(at + 3);
  const count = <i32>load<u8>(at, 5);
  if (load<u8>(at) != 8 || height == 0 || width == 0 || (count != 1 && count != 3)) return false;
  if (<i64>height * <i64>width > MOST_PIXELS) return false;
  if (<i32>(end - at) != 6 + 3 * count) return false;
  for (let i = 0; i < count; i++) {
    const from = at + 6 + 3 * i;
    const part = partOf(i);
    const id = <i32>load<u8>(from, 2);
    if (id > 3) return false;
    store<i32>(part, <i32>load<u8>(from), ID);
    store<i32>(part, <i32>load<u8>(from, 1), FACTORS);
    store<i32>(part, id, STEPS);
  }
  acrossColor = 1;
  downColor = 1;
  if (count == 3) {
    const factors = load<i32>(partOf(0), FACTORS);
    acrossColor = factors >> 4;
    downColor = factors & 15;
    if (load<i32>(partOf(1), FACTORS) != 0x11 || load<i32>(partOf(2), FACTORS) != 0x11) return false;
    if (factors != 0x11 && factors != 0x21 && factors != 0x22) return false;
    // libjpeg does not interpolate the colours of tiny images.
    if (acrossColor == 2 && width < 6) return false;
  }
  components = count;
  return true;
}

function readScanHeader(at: usize, end: usize): bool {
  if (<i32>load<u8>(at) != components || <i32>(end - at) != 4 + 2 * components) return false;
  for (let i = 0; i < components; i++) {
    const part = partOf(i);
    const dc = <i32>load<u8>(at + 2 + 2 * i) >> 4;
    const ac = <i32>load<u8>(at + 2 + 2 * i) & 15;
    if (<i32>load<u8>(at + 1 + 2 * i) != load<i32>(part, ID) || dc > 3 || ac > 3) return false;
    if (!load<u8>(hasTable + dc) || !load<u8>(hasTable + 4 + ac) || !load<u8>(hasSteps + load<i32>(part, STEPS))) {
      return false;
    }
    store<i32>(part, tables + dc * TABLE_BYTES, DC);
    store<i32>(part, tables + (4 + ac) * TABLE_BYTES, AC);
  }
  const rest = at + 1 + 2 * components;
  return load<u8>(rest) == 0 && load<u8>(rest, 1) == 63 && load<u8>(rest, 2) == 0;
}

/** Decodes the scan, and returns the position of the marker behind it, or 0 if it is wrong. */
function decodeScan(start: usize, interval: i32): usize {
  const across = (width + 8 * acrossColor - 1) / (8 * acrossColor);
  const down = (height + 8 * downColor - 1) / (8 * downColor);
  for (let i = 0; i < components; i++) {
    const stride = across * 8 * (i == 0 ? acrossColor : 1);
    store<i32>(strides + (i << 2), stride);
    store<usize>(planes + (i << 2), reserve(stride * down * 8 * (i == 0 ? downColor : 1)));
    store<i32>(partOf(i), 0, LAST);
  }
  beginBits(start);
  let untilRestart = interval;
  let restarts = 0;
  for (let row = 0; row < down; row++) {
    for (let column = 0; column < across; column++) {
      if (interval != 0 && untilRestart == 0) {
        const marker = endOfBits();
        if (marker == 0 || <i32>load<u8>(marker, 1) != 0xd0 + (restarts & 7)) return 0;
        beginBits(marker + 2);
        restarts++;
        untilRestart = interval;
        for (let i = 0; i < components; i++) store<i32>(partOf(i), 0, LAST);
      }
      untilRestart--;
      for (let y = 0; y < downColor; y++) {
        for (let x = 0; x < acrossColor; x++) decodePart(0, row * downColor + y, column * acrossColor + x);
      }
      for (let i = 1; i < components; i++) decodePart(i, row, column);
    }
    if (isBeyondEnd()) return 0;
  }
  return endOfBits();
}

/** Decodes the next block, which is at a row and column of blocks of a component. */
function decodePart(i: i32, row: i32, column: i32): void {
  const part = partOf(i);
  const zero = i64x2.splat(0);
  for (let byte: usize = 0; byte < 128; byte += 16) v128.store(block + byte, zero);
  const stepsOfPart = steps + (load<i32>(part, STEPS) << 8);
  const first = decodeBlock(load<i32>(part, DC), load<i32>(part, AC), stepsOfPart, block, load<i32>(part, LAST));
  store<i32>(part, first, LAST);
  const stride = load<i32>(strides + (i << 2));
  const out = load<usize>(planes + (i << 2)) + 8 * (row * stride + column);
  if (lastIndex == 0) inverseOfFirst(load<i16>(block), out, stride);
  else inverse(block, out, stride);
}

/** Returns whether EXIF data have an orientation other than the normal one, or are not understood. */
function isTurned(at: usize, end: usize): bool {
  if (end - at < 6 || load<u32>(at) != 0x66697845 || load<u16>(at, 4) != 0) return false;
  const tiff = at + 6;
  if (end - tiff < 8) return true;
  const isBig = load<u16>(tiff) == 0x4d4d;
  if (!isBig && load<u16>(tiff) != 0x4949) return true;
  const offset = exif32(tiff + 4, isBig);
  if (offset < 8 || offset > <u32>(end - tiff) - 2) return true;
  const entries = tiff + offset;
  const many = exif16(entries, isBig);
  if (entries + 2 + 12 * many > end) return true;
  for (let i = 0; i < many; i++) {
    const entry = entries + 2 + 12 * i;
    if (exif16(entry, isBig) != 0x0112) continue;
    return exif16(entry + 2, isBig) != 3 || exif32(entry + 4, isBig) != 1 || exif16(entry + 8, isBig) != 1;
  }
  return false;
}

function exif16(at: usize, isBig: bool): i32 {
  const value = load<u16>(at);
  return isBig ? bswap<u16>(value) : value;
}

function exif32(at: usize, isBig: bool): u32 {
  const value = load<u32>(at);
  return isBig ? bswap<u32>(value) : value;
}

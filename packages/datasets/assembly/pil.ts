// Resizes with the arithmetic of `generator/pil-resize.ts`, bit by bit: in integers of 32 bits, rounded to bytes after each axis.
import { height, width } from './jpeg';
import { reserve } from './memory';
import { beginRows, rowOf } from './rows';

const FRACTION = 22;
const HALF: i32 = 1 << (FRACTION - 1);

/** Weights of an axis: `count` for each output, and the first pixel of each output. */
let count = 0;
let starts: usize = 0;
let weights: usize = 0;

/**
 * Resizes the decoded image as Pillow.
 *
 * @param channels 1 or 3
 * @param isLinear whether to interpolate linearly; otherwise the nearest pixel is taken
 * @param crops whether to resize the largest centred part that has the aspect ratio of the result
 * @returns the position of the result, as uint8
 */
export function resizeAsPil(toHeight: i32, toWidth: i32, channels: i32, isLinear: bool, crops: bool): usize {
  let fromHeight = height;
  let fromWidth = width;
  if (crops) {
    fromHeight = min(height, <i32>((<i64>width * toHeight) / toWidth));
    fromWidth = min(width, <i32>((<i64>height * toWidth) / toHeight));
  }
  // Nothing is left of photos whose aspect ratio is extreme.
  if (fromHeight < 1 || fromWidth < 1) unreachable();
  const top = (height - fromHeight) >> 1;
  const left = (width - fromWidth) >> 1;
  beginRows(channels);
  const out = reserve(toHeight * toWidth * channels);
  if (!isLinear) {
    takeNearest(top, left, fromHeight, fromWidth, toHeight, toWidth, channels, out);
    return out;
  }
  // Columns come first, for the rows that contribute to the result.
  const stride = toWidth * channels;
  const wide = reserve(height * stride);
  const isWide = toWidth == width && fromWidth == width;
  if (!isWide) findWeights(width, left, fromWidth, toWidth);
  for (let y = 0; y < height; y++) {
    const row = rowOf(y);
    if (isWide) memory.copy(wide + y * stride, row, stride);
    else resizeRow(row, toWidth, channels, wide + y * stride);
  }
  if (toHeight == height && fromHeight == height) return wide;
  findWeights(height, top, fromHeight, toHeight);
  for (let y = 0; y < toHeight; y++) {
    mixRows(wide + load<i32>(starts + (y << 2)) * stride, stride, weights + ((y * count) << 2), out + y * stride);
  }
  return out;
}

function takeNearest(
  top: i32,
  left: i32,
  fromHeight: i32,
  fromWidth: i32,
  toHeight: i32,
  toWidth: i32,
  channels: i32,
  out: usize,
): void {
  const columns = reserve(4 * toWidth);
  const columnScale = <f64>fromWidth / <f64>toWidth;
  // Pillow adds up the positions, whose rounding errors decide ties.
  let x = <f64>left + columnScale * 0.5;
  for (let i = 0; i < toWidth; i++, x += columnScale) {
    store<i32>(columns + (i << 2), min(left + fromWidth - 1, <i32>floor(x)) * channels);
  }
  const rowScale = <f64>fromHeight / <f64>toHeight;
  let y = <f64>top + rowScale * 0.5;
  for (let row = 0; row < toHeight; row++, y += rowScale) {
    const pixels = rowOf(min(top + fromHeight - 1, <i32>floor(y)));
    for (let i = 0; i < toWidth; i++, out += channels) {
      const pixel = pixels + load<i32>(columns + (i << 2));
      for (let channel = 0; channel < channels; channel++) store<u8>(out + channel, load<u8>(pixel + channel));
    }
  }
}

/** Computes the weights of linear interpolation, which antialiases when an image gets smaller. */
function findWeights(length: i32, begin: i32, span: i32, to: i32): void {
  const scale = <f64>span / <f64>to;
  const stretch = max<f64>(1, scale);
  const inverse = 1 / stretch;
  count = min(length, <i32>ceil(stretch) * 2 + 1);
  starts = reserve(4 * to);
  weights = reserve(4 * to * count);
  memory.fill(weights, 0, 4 * to * count);
  const shares = reserve(8 * count);
  for (let i = 0; i < to; i++) {
    const centre = <f64>begin + (<f64>i + 0.5) * scale;
    const start = max(0, <i32>trunc(centre - stretch + 0.5));
    const end = min(length, <i32>trunc(centre + stretch + 0.5));
    let sum: f64 = 0;
    for (let k = 0; k < end - start; k++) {
      const distance = (<f64>(k + start) - centre + 0.5) * inverse;
      const share = max<f64>(0, 1 - abs(distance));
      store<f64>(shares + (k << 3), share);
      sum += share;
    }
    // Kernels at the end begin earlier, so that no weight is beyond the last pixel.
    const first = min(start, length - count);
    store<i32>(starts + (i << 2), first);
    const at = weights + ((i * count + start - first) << 2);
    for (let k = 0; k < end - start; k++) {
      const share = load<f64>(shares + (k << 3));
      store<i32>(at + (k << 2), <i32>((sum == 0 ? share : share / sum) * 4194304 + 0.5));
    }
  }
}

function resizeRow(pixels: usize, toWidth: i32, channels: i32, out: usize): void {
  let weight = weights;
  const half = i32x4.splat(HALF);
  for (let x = 0; x < toWidth; x++, out += channels) {
    let pixel = pixels + load<i32>(starts + (x << 2)) * channels;
    if (channels == 1) {
      let sum = HALF;
      for (let k = 0; k < count; k++, weight += 4, pixel++) sum += load<i32>(weight) * <i32>load<u8>(pixel);
      store<u8>(out, sum >> FRACTION);
      continue;
    }
    let sums = half;
    for (let k = 0; k < count; k++, weight += 4, pixel += 3) {
      const values = i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(v128.load32_zero(pixel)));
      sums = i32x4.add(sums, i32x4.mul(values, v128.load32_splat(weight)));
    }
    // Weights of linear interpolation are not negative, so that results are bytes. The fourth one is overwritten.
    const words = i16x8.narrow_i32x4_s(i32x4.shr_s(sums, FRACTION), half);
    v128.store32_lane(out, i8x16.narrow_i16x8_u(words, words), 0);
  }
}

/** Adds rows with their weights. */
function mixRows(rows: usize, stride: i32, weight: usize, out: usize): void {
  const half = i32x4.splat(HALF);
  for (let i = 0; i < stride; i += 8) {
    let low = half;
    let high = half;
    let from = rows + i;
    for (let k = 0; k < count; k++, from += stride) {
      const factor = v128.load32_splat(weight + (k << 2));
      const values = v128.load_ext<u8>(from);
      low = i32x4.add(low, i32x4.mul(i32x4.extend_low_i16x8_u(values), factor));
      high = i32x4.add(high, i32x4.mul(i32x4.extend_high_i16x8_u(values), factor));
    }
    const words = i16x8.narrow_i32x4_s(i32x4.shr_s(low, FRACTION), i32x4.shr_s(high, FRACTION));
    v128.store64_lane(out + i, i8x16.narrow_i16x8_u(words, words), 0);
  }
}

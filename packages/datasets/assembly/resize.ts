// Resizes with the arithmetic of `taps.ts` and `resize-pixels.ts`, bit by bit.
import { height, width } from './jpeg';
import { reserve } from './memory';
import { beginRows, rowOf } from './rows';

/** The part of the image that is resized. */
let fromTop = 0;
let fromLeft = 0;
let fromHeight = 0;
let fromWidth = 0;

/** The part of the result that it is resized to. */
let intoTop = 0;
let intoLeft = 0;
let intoHeight = 0;
let intoWidth = 0;

/** Values of `aspect`. */
const CROP = 1;
const PAD = 2;

/**
 * Resizes the decoded image.
 *
 * @param channels 1 for grey, 3 for RGB, 4 for RGBA
 * @param isLinear whether to interpolate linearly; otherwise the nearest pixel is taken
 * @param aspect 1 to crop to the aspect ratio, 2 to pad with zeros, 0 to stretch
 * @param isBytes whether the result is uint8, rounded, instead of float32
 * @returns the position of the result
 */
export function resizeTo(
  toHeight: i32,
  toWidth: i32,
  channels: i32,
  isLinear: bool,
  aspect: i32,
  isBytes: bool,
): usize {
  const length = toHeight * toWidth * channels;
  fromTop = 0;
  fromLeft = 0;
  fromHeight = height;
  fromWidth = width;
  intoTop = 0;
  intoLeft = 0;
  intoHeight = toHeight;
  intoWidth = toWidth;
  if (aspect == CROP) crop(toHeight, toWidth);
  if (aspect == PAD) pad(toHeight, toWidth);
  const out = reserve(4 * length);
  if (aspect == PAD) memory.fill(out, 0, 4 * length);
  beginRows(channels);
  const stride = toWidth * channels;
  const start = out + 4 * (intoTop * stride + intoLeft * channels);
  if (isLinear) resizeLinear(start, stride, channels);
  else resizeNearest(start, stride, channels);
  if (isBytes) {
    for (let i = 0; i < length; i++) {
      store<u8>(out + i, <u8>min<f32>(255, max<f32>(0, nearest(load<f32>(out + (i << 2))))));
    }
  }
  return out;
}

/** Chooses the part that Keras's `smart_resize` keeps. */
function crop(toHeight: i32, toWidth: i32): void {
  fromHeight = partOf(height, width * toHeight, toWidth);
  fromWidth = partOf(width, height * toWidth, toHeight);
  fromTop = (height - fromHeight) / 2;
  fromLeft = (width - fromWidth) / 2;
}

function partOf(length: i32, product: i32, divisor: i32): i32 {
  return max(1, min(length, <i32>((<f32>product) / (<f32>divisor))));
}

/** Chooses where `tf.image.resize_with_pad` puts the image. */
function pad(toHeight: i32, toWidth: i32): void {
  const ratio = max((<f32>width) / (<f32>toWidth), (<f32>height) / (<f32>toHeight));
  const exactHeight = (<f32>height) / ratio;
  const exactWidth = (<f32>width) / ratio;
  intoTop = max(0, <i32>floor((<f64>toHeight - <f64>exactHeight) / 2));
  intoLeft = max(0, <i32>floor((<f64>toWidth - <f64>exactWidth) / 2));
  intoHeight = max(1, <i32>floor(exactHeight));
  intoWidth = max(1, <i32>floor(exactWidth));
}

function resizeNearest(out: usize, stride: i32, channels: i32): void {
  const rowScale = (<f32>fromHeight) / (<f32>intoHeight);
  const columnScale = (<f32>fromWidth) / (<f32>intoWidth);
  let row = -1;
  let pixels: usize = 0;
  for (let y = 0; y < intoHeight; y++) {
    const from = nearestOf(y, rowScale, fromHeight);
    if (from != row) pixels = rowOf(fromTop + from) + fromLeft * channels;
    row = from;
    let at = out + 4 * y * stride;
    for (let x = 0; x < intoWidth; x++) {
      const pixel = pixels + nearestOf(x, columnScale, fromWidth) * channels;
      for (let channel = 0; channel < channels; channel++, at += 4) {
        store<f32>(at, <f32>load<u8>(pixel + channel));
      }
    }
  }
}

@inline
function nearestOf(i: i32, scale: f32, length: i32): i32 {
  return min(length - 1, max(0, <i32>floor((<f32>i + 0.5) * scale)));
}

function resizeLinear(out: usize, stride: i32, channels: i32): void {
  const columns = columnsOf(channels);
  const count = intoWidth * channels;
  let above = reserve(4 * count);
  let below = reserve(4 * count);
  let aboveRow = -1;
  let belowRow = -1;
  const scale = (<f32>fromHeight) / (<f32>intoHeight);
  for (let y = 0; y < intoHeight; y++) {
    const position = (<f32>y + 0.5) * scale - 0.5;
    const low = floor(position);
    const share = position - low;
    const first = max(0, <i32>low);
    const second = min(fromHeight - 1, <i32>low + 1);
    if (first == belowRow) {
      const other = above;
      above = below;
      below = other;
      belowRow = aboveRow;
      aboveRow = first;
    }
    if (first != aboveRow) resizeRow(first, columns, channels, above);
    aboveRow = first;
    if (second != belowRow) resizeRow(second, columns, channels, below);
    belowRow = second;
    mix(above, below, share, out + 4 * y * stride, count);
  }
}

/** Returns the offsets of two pixels, and the share of the second one, for each column. */
function columnsOf(channels: i32): usize {
  const columns = reserve(12 * intoWidth);
  const scale = (<f32>fromWidth) / (<f32>intoWidth);
  for (let x = 0; x < intoWidth; x++) {
    const position = (<f32>x + 0.5) * scale - 0.5;
    const low = floor(position);
    const at = columns + 12 * x;
    store<i32>(at, (fromLeft + max(0, <i32>low)) * channels);
    store<i32>(at, (fromLeft + min(fromWidth - 1, <i32>low + 1)) * channels, 4);
    store<f32>(at, position - low, 8);
  }
  return columns;
}

/** Resizes a row of the image along its columns. */
function resizeRow(row: i32, columns: usize, channels: i32, out: usize): void {
  const pixels = rowOf(fromTop + row);
  if (channels == 1) {
    for (let x = 0; x < intoWidth; x++, columns += 12, out += 4) {
      const left = <f32>load<u8>(pixels + load<i32>(columns));
      const right = <f32>load<u8>(pixels + load<i32>(columns, 4));
      store<f32>(out, left + (right - left) * load<f32>(columns, 8));
    }
    return;
  }
  // Stores four channels; the fourth is overwritten by the next pixel if there are three.
  const step = 4 * channels;
  for (let x = 0; x < intoWidth; x++, columns += 12, out += step) {
    const left = pixelAt(pixels + load<i32>(columns));
    const right = pixelAt(pixels + load<i32>(columns, 4));
    const share = v128.load32_splat(columns, 8);
    v128.store(out, f32x4.add(left, f32x4.mul(f32x4.sub(right, left), share)));
  }
}

@inline
function pixelAt(at: usize): v128 {
  return f32x4.convert_i32x4_u(i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(v128.load32_zero(at))));
}

/** Mixes two rows. Differences are computed with 53 bits, as numbers of JavaScript. */
function mix(above: usize, below: usize, share: f32, out: usize, count: i32): void {
  const shares = f64x2.splat(<f64>share);
  let i = 0;
  for (; i + 4 <= count; i += 4) {
    const first = v128.load(above + (i << 2));
    const second = v128.load(below + (i << 2));
    v128.store(out + (i << 2), f32x4.add(first, part(first, second, shares)));
  }
  for (; i < count; i++) {
    const first = load<f32>(above + (i << 2));
    const second = load<f32>(below + (i << 2));
    store<f32>(out + (i << 2), first + <f32>((<f64>second - <f64>first) * <f64>share));
  }
}

@inline
function part(first: v128, second: v128, shares: v128): v128 {
  const firstHigh = v128.shuffle<i32>(first, first, 2, 3, 2, 3);
  const secondHigh = v128.shuffle<i32>(second, second, 2, 3, 2, 3);
  const low = f64x2.sub(f64x2.promote_low_f32x4(second), f64x2.promote_low_f32x4(first));
  const high = f64x2.sub(f64x2.promote_low_f32x4(secondHigh), f64x2.promote_low_f32x4(firstHigh));
  return v128.shuffle<i32>(
    f32x4.demote_f64x2_zero(f64x2.mul(low, shares)),
    f32x4.demote_f64x2_zero(f64x2.mul(high, shares)),
    0,
    1,
    4,
    5,
  );
}

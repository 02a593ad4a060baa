// Rows of pixels of a decoded image, with the interpolation of colours (`fancy upsampling`) and the conversion of libjpeg.
import { acrossColor, components, downColor, height, planes, strides, width } from './jpeg';
import { reserve } from './memory';

/** Rows of colour at the width of the image, and sums of two of them with space for a neighbour on each side. */
let blue: usize = 0;
let red: usize = 0;
let sums: usize = 0;
let pixels: usize = 0;
let channels = 0;

/** Prepares to read rows with 1, 3 or 4 channels. */
export function beginRows(wanted: i32): void {
  blue = reserve(width + 32);
  red = reserve(width + 32);
  sums = reserve(2 * width + 64) + 16;
  pixels = reserve(4 * width + 64);
  channels = wanted;
}

/** Returns a row of pixels, which is valid until the next call. */
export function rowOf(y: i32): usize {
  const bright = load<usize>(planes) + y * load<i32>(strides);
  if (components == 1) {
    if (channels == 1) return bright;
    for (let x = 0; x < width; x++) {
      const sample = load<u8>(bright + x);
      const out = pixels + channels * x;
      store<u8>(out, sample);
      store<u8>(out, sample, 1);
      store<u8>(out, sample, 2);
      if (channels == 4) store<u8>(out, 255, 3);
    }
    return pixels;
  }
  convert(bright, colorRow(1, y, blue), colorRow(2, y, red));
  if (channels == 1) reduce();
  else if (channels == 4) extend();
  return pixels;
}

/** Returns the samples of a colour at each pixel of a row; writes them to `out` if they are interpolated. */
function colorRow(component: i32, y: i32, out: usize): usize {
  const plane = load<usize>(planes + (component << 2));
  const stride = load<i32>(strides + (component << 2));
  if (acrossColor == 1) return plane + y * stride;
  const count = (width + 1) >> 1;
  if (downColor == 1) {
    const row = plane + y * stride;
    for (let i = 0; i < count; i += 8) v128.store(sums + 2 * i, v128.load_ext<u8>(row + i));
  } else {
    const near = y >> 1;
    const far = y & 1 ? min(near + 1, ((height + 1) >> 1) - 1) : max(near - 1, 0);
    const nearRow = plane + near * stride;
    const farRow = plane + far * stride;
    const three = i16x8.splat(3);
    for (let i = 0; i < count; i += 8) {
      const nearer = i16x8.mul(v128.load_ext<u8>(nearRow + i), three);
      v128.store(sums + 2 * i, i16x8.add(nearer, v128.load_ext<u8>(farRow + i)));
    }
  }
  store<i16>(sums - 2, load<i16>(sums));
  store<i16>(sums + 2 * count, load<i16>(sums + 2 * count - 2));
  if (downColor == 1) interpolate(count, i16x8.splat(1), i16x8.splat(2), 2, out);
  else interpolate(count, i16x8.splat(8), i16x8.splat(7), 4, out);
  return out;
}

/** Writes two samples for each sum: three quarters of it, and one quarter of the one before or after. */
@inline
function interpolate(count: i32, roundLeft: v128, roundRight: v128, shift: i32, out: usize): void {
  const three = i16x8.splat(3);
  for (let i = 0; i < count; i += 8) {
    const at = sums + 2 * i;
    const middle = i16x8.mul(v128.load(at), three);
    const left = i16x8.shr_u(i16x8.add(i16x8.add(middle, v128.load(at - 2)), roundLeft), shift);
    const right = i16x8.shr_u(i16x8.add(i16x8.add(middle, v128.load(at + 2)), roundRight), shift);
    v128.store(out + 2 * i, v128.or(left, i16x8.shl(right, 8)));
  }
}

/** Converts a row from YCbCr to RGB. */
function convert(bright: usize, cb: usize, cr: usize): void {
  const centre = i16x8.splat(128);
  const two = i16x8.splat(2);
  // Factors with 16 fractional bits; an integer part is added separately, so that they fit into 16 bits. The second of a pair is
  // half of the unit, for rounding.
  const redOfRed = i32x4.splat((16384 << 16) | 26345);
  const blueOfBlue = i32x4.splat((16384 << 16) | (-14942 & 0xffff));
  const greenOfBoth = i32x4.splat((18734 << 16) | (-22554 & 0xffff));
  const half = i32x4.splat(32768);
  let out = pixels;
  for (let x = 0; x < width; x += 8, out += 24) {
    const y = v128.load_ext<u8>(bright + x);
    const b = i16x8.sub(v128.load_ext<u8>(cb + x), centre);
    const r = i16x8.sub(v128.load_ext<u8>(cr + x), centre);
    const redPart = i16x8.narrow_i32x4_s(
      i32x4.shr_s(i32x4.dot_i16x8_s(low(r, two), redOfRed), 16),
      i32x4.shr_s(i32x4.dot_i16x8_s(high(r, two), redOfRed), 16),
    );
    const bluePart = i16x8.narrow_i32x4_s(
      i32x4.shr_s(i32x4.dot_i16x8_s(low(b, two), blueOfBlue), 16),
      i32x4.shr_s(i32x4.dot_i16x8_s(high(b, two), blueOfBlue), 16),
    );
    const greenPart = i16x8.narrow_i32x4_s(
      i32x4.shr_s(i32x4.add(i32x4.dot_i16x8_s(low(b, r), greenOfBoth), half), 16),
      i32x4.shr_s(i32x4.add(i32x4.dot_i16x8_s(high(b, r), greenOfBoth), half), 16),
    );
    const reds = i16x8.add(y, i16x8.add(r, redPart));
    const greens = i16x8.add(y, i16x8.sub(greenPart, r));
    const blues = i16x8.add(y, i16x8.add(i16x8.add(b, b), bluePart));
    const redsAndGreens = i8x16.narrow_i16x8_u(reds, greens);
    const bluesTwice = i8x16.narrow_i16x8_u(blues, blues);
    v128.store(
      out,
      v128.shuffle<i8>(redsAndGreens, bluesTwice, 0, 8, 16, 1, 9, 17, 2, 10, 18, 3, 11, 19, 4, 12, 20, 5),
    );
    v128.store64_lane(
      out + 16,
      v128.shuffle<i8>(redsAndGreens, bluesTwice, 13, 21, 6, 14, 22, 7, 15, 23, 0, 0, 0, 0, 0, 0, 0, 0),
      0,
    );
  }
}

@inline
function low(a: v128, b: v128): v128 {
  return v128.shuffle<i16>(a, b, 0, 8, 1, 9, 2, 10, 3, 11);
}

@inline
function high(a: v128, b: v128): v128 {
  return v128.shuffle<i16>(a, b, 4, 12, 5, 13, 6, 14, 7, 15);
}

/** Replaces RGB by its luma, as PIL's mode L. */
function reduce(): void {
  for (let x = 0; x < width; x++) {
    const at = pixels + 3 * x;
    const red = <i32>load<u8>(at);
    const green = <i32>load<u8>(at, 1);
    const blue = <i32>load<u8>(at, 2);
    store<u8>(pixels + x, (red * 19595 + green * 38470 + blue * 7471 + 0x8000) >> 16);
  }
}

/** Adds an opaque alpha channel, from the end, since rows with it are longer. */
function extend(): void {
  for (let x = width - 1; x >= 0; x--) {
    const at = pixels + 3 * x;
    store<u32>(pixels + 4 * x, (load<u32>(at) & 0xffffff) | 0xff000000);
  }
}

// The inverse cosine transform `islow` of libjpeg, whose results are integers that do not depend on the order of additions.

/** Constants of libjpeg with 13 fractional bits, as pairs of factors of two interleaved inputs. */
@inline
function pair(a: i32, b: i32): v128 {
  return i32x4.splat((a & 0xffff) | (b << 16));
}

@inline
function low(a: v128, b: v128): v128 {
  return v128.shuffle<i16>(a, b, 0, 8, 1, 9, 2, 10, 3, 11);
}

@inline
function high(a: v128, b: v128): v128 {
  return v128.shuffle<i16>(a, b, 4, 12, 5, 13, 6, 14, 7, 15);
}

/** Eight vectors that functions pass on. */
const rows = memory.data(128, 16);

@inline
function put(i: i32, sumLow: v128, sumHigh: v128, round: v128, shift: i32): void {
  const a = i32x4.shr_s(i32x4.add(sumLow, round), shift);
  const b = i32x4.shr_s(i32x4.add(sumHigh, round), shift);
  v128.store(rows + ((<usize>i) << 4), i16x8.narrow_i32x4_s(a, b));
}

/** Transforms eight columns of eight numbers in `rows`. */
function transform(shift: i32): void {
  const r0 = v128.load(rows, 0);
  const r1 = v128.load(rows, 16);
  const r2 = v128.load(rows, 32);
  const r3 = v128.load(rows, 48);
  const r4 = v128.load(rows, 64);
  const r5 = v128.load(rows, 80);
  const r6 = v128.load(rows, 96);
  const r7 = v128.load(rows, 112);
  const round = i32x4.splat(1 << (shift - 1));

  // Even part.
  const even2 = pair(4433, -10704);
  const even3 = pair(10703, 4433);
  const l26 = low(r2, r6);
  const h26 = high(r2, r6);
  const e2l = i32x4.dot_i16x8_s(l26, even2);
  const e2h = i32x4.dot_i16x8_s(h26, even2);
  const e3l = i32x4.dot_i16x8_s(l26, even3);
  const e3h = i32x4.dot_i16x8_s(h26, even3);
  // Sums of damaged files wrap around as in libjpeg.
  const plus = i16x8.add(r0, r4);
  const minus = i16x8.sub(r0, r4);
  const e0l = i32x4.shl(i32x4.extend_low_i16x8_s(plus), 13);
  const e0h = i32x4.shl(i32x4.extend_high_i16x8_s(plus), 13);
  const e1l = i32x4.shl(i32x4.extend_low_i16x8_s(minus), 13);
  const e1h = i32x4.shl(i32x4.extend_high_i16x8_s(minus), 13);
  const a0l = i32x4.add(e0l, e3l);
  const a0h = i32x4.add(e0h, e3h);
  const a3l = i32x4.sub(e0l, e3l);
  const a3h = i32x4.sub(e0h, e3h);
  const a1l = i32x4.add(e1l, e2l);
  const a1h = i32x4.add(e1h, e2h);
  const a2l = i32x4.sub(e1l, e2l);
  const a2h = i32x4.sub(e1h, e2h);

  // Odd part.
  const s3 = i16x8.add(r7, r3);
  const s4 = i16x8.add(r5, r1);
  const ls = low(s3, s4);
  const hs = high(s3, s4);
  const odd3 = pair(-6436, 9633);
  const odd4 = pair(9633, 6437);
  const z3l = i32x4.dot_i16x8_s(ls, odd3);
  const z3h = i32x4.dot_i16x8_s(hs, odd3);
  const z4l = i32x4.dot_i16x8_s(ls, odd4);
  const z4h = i32x4.dot_i16x8_s(hs, odd4);
  const l71 = low(r7, r1);
  const h71 = high(r7, r1);
  const l53 = low(r5, r3);
  const h53 = high(r5, r3);
  const odd0 = pair(-4927, -7373);
  const odd7 = pair(-7373, 4926);
  const odd1 = pair(-4176, -20995);
  const odd2 = pair(-20995, 4177);
  const b0l = i32x4.add(i32x4.dot_i16x8_s(l71, odd0), z3l);
  const b0h = i32x4.add(i32x4.dot_i16x8_s(h71, odd0), z3h);
  const b3l = i32x4.add(i32x4.dot_i16x8_s(l71, odd7), z4l);
  const b3h = i32x4.add(i32x4.dot_i16x8_s(h71, odd7), z4h);
  const b1l = i32x4.add(i32x4.dot_i16x8_s(l53, odd1), z4l);
  const b1h = i32x4.add(i32x4.dot_i16x8_s(h53, odd1), z4h);
  const b2l = i32x4.add(i32x4.dot_i16x8_s(l53, odd2), z3l);
  const b2h = i32x4.add(i32x4.dot_i16x8_s(h53, odd2), z3h);

  put(0, i32x4.add(a0l, b3l), i32x4.add(a0h, b3h), round, shift);
  put(7, i32x4.sub(a0l, b3l), i32x4.sub(a0h, b3h), round, shift);
  put(1, i32x4.add(a1l, b2l), i32x4.add(a1h, b2h), round, shift);
  put(6, i32x4.sub(a1l, b2l), i32x4.sub(a1h, b2h), round, shift);
  put(2, i32x4.add(a2l, b1l), i32x4.add(a2h, b1h), round, shift);
  put(5, i32x4.sub(a2l, b1l), i32x4.sub(a2h, b1h), round, shift);
  put(3, i32x4.add(a3l, b0l), i32x4.add(a3h, b0h), round, shift);
  put(4, i32x4.sub(a3l, b0l), i32x4.sub(a3h, b0h), round, shift);
}

function transpose(): void {
  const a0 = v128.load(rows, 0);
  const a1 = v128.load(rows, 16);
  const a2 = v128.load(rows, 32);
  const a3 = v128.load(rows, 48);
  const a4 = v128.load(rows, 64);
  const a5 = v128.load(rows, 80);
  const a6 = v128.load(rows, 96);
  const a7 = v128.load(rows, 112);
  const b0 = low(a0, a4);
  const b1 = high(a0, a4);
  const b2 = low(a1, a5);
  const b3 = high(a1, a5);
  const b4 = low(a2, a6);
  const b5 = high(a2, a6);
  const b6 = low(a3, a7);
  const b7 = high(a3, a7);
  const c0 = low(b0, b4);
  const c1 = high(b0, b4);
  const c2 = low(b1, b5);
  const c3 = high(b1, b5);
  const c4 = low(b2, b6);
  const c5 = high(b2, b6);
  const c6 = low(b3, b7);
  const c7 = high(b3, b7);
  v128.store(rows, low(c0, c4), 0);
  v128.store(rows, high(c0, c4), 16);
  v128.store(rows, low(c1, c5), 32);
  v128.store(rows, high(c1, c5), 48);
  v128.store(rows, low(c2, c6), 64);
  v128.store(rows, high(c2, c6), 80);
  v128.store(rows, low(c3, c7), 96);
  v128.store(rows, high(c3, c7), 112);
}

/** Writes the 8 x 8 samples of a block of dequantized int16 coefficients. */
export function inverse(block: usize, out: usize, stride: usize): void {
  for (let i: usize = 0; i < 128; i += 16) v128.store(rows + i, v128.load(block + i));
  transform(11);
  transpose();
  transform(18);
  transpose();
  const centre = i8x16.splat(-128);
  for (let i: usize = 0; i < 128; i += 32) {
    const pairOfRows = i8x16.narrow_i16x8_s(v128.load(rows + i), v128.load(rows + i, 16));
    const samples = i8x16.add(pairOfRows, centre);
    v128.store64_lane(out, samples, 0);
    v128.store64_lane(out + stride, samples, 1);
    out += stride << 1;
  }
}

/** Writes the 8 x 8 samples of a block whose only coefficient is the first. */
export function inverseOfFirst(first: i32, out: usize, stride: usize): void {
  const sample = min(127, max(-128, (first + 4) >> 3)) + 128;
  const samples = i8x16.splat(sample as i8);
  for (let row = 0; row < 8; row++, out += stride) v128.store64_lane(out, samples, 0);
}

import type { FunctionBuilder } from '../../wasm/function.ts';
import type { ModuleBuilder } from '../../wasm/module.ts';
import { type Expression, localValue, writeExpression } from './expression.ts';
import { moduleFunction } from './module-function.ts';
import { f32x4, v128 } from './vector.ts';

/** An angle as a number of right angles (its low bits count) and a rest of at most pi / 4, in float64: two halves. */
export interface Quadrants {
  readonly count: Expression;
  readonly rest: readonly [Expression, Expression];
}

/** A zero byte, then 2 / pi in binary, highest bits first. */
const twoOverPi = [
  0x00, 0xa2, 0xf9, 0x83, 0x6e, 0x4e, 0x44, 0x15, 0x29, 0xfc, 0x27, 0x57, 0xd1, 0xf5, 0x34, 0xdd, 0xc0, 0xdb, 0x62,
  0x95, 0x99, 0x3c, 0x43, 0x90, 0x41, 0xfe, 0x51, 0x63, 0xab, 0xde, 0xbb, 0xc5,
];

/**
 * A function (v128 angles, v128 usual) -> v128 that replaces `usual` by `of(angle)` where the angle is at least
 * `threshold` (no less than 2^24); infinities and NaN give NaN. Angles must not be negative.
 */
export function repairHugeAngles(
  module: ModuleBuilder,
  name: string,
  threshold: number,
  of: (angle: Quadrants) => Expression,
): FunctionBuilder {
  const fraction = quadrantFraction(module);
  return moduleFunction(module, name, ['v128', 'v128'], 'v128', (f) => {
    const [angles, usual] = [0, 1];
    const [count, low, high] = f.locals('v128', 3);
    const p = f.local('i64');
    for (const lane of [0, 1, 2, 3]) {
      f.get(count).get(angles).lane('i32x4.extract_lane', lane).call(fraction).tee(p);
      f.i64(1n << 61n)
        .op('i64.add')
        .i64(62n)
        .op('i64.shr_u', 'i32.wrap_i64')
        .lane('i32x4.replace_lane', lane)
        .set(count);
      // The low 62 bits, with the uppermost of them as the sign.
      const half = lane < 2 ? low : high;
      f.get(half).get(p).i64(2n).op('i64.shl').i64(2n).op('i64.shr_s', 'f64.convert_i64_s');
      f.f64((Math.PI / 2) * 2 ** -62)
        .op('f64.mul')
        .lane('f64x2.replace_lane', lane % 2)
        .set(half);
    }
    const x = localValue(angles);
    const result = v128.select(
      f32x4.less(x, f32x4.of(Number.POSITIVE_INFINITY)),
      of({ count: localValue(count), rest: [localValue(low), localValue(high)] }),
      f32x4.of(Number.NaN),
    );
    writeExpression(f, v128.select(f32x4.less(x, f32x4.of(threshold)), localValue(usual), result));
  });
}

/**
 * (i32 bits of x) -> i64: x * 2 / pi modulo 4, in units of 2^-62, for float32 x from 2^24 on (Payne and Hanek 1983).
 * Of the product of the 24-bit mantissa and 2 / pi, only 96 bits of 2 / pi matter: those before are multiples of 4,
 * those behind are too small. No float32 comes closer to a multiple of pi / 2 than 2^-31, so 31 bits or more are left.
 */
function quadrantFraction(module: ModuleBuilder): FunctionBuilder {
  return moduleFunction(module, 'math.quadrantFraction', ['i32'], 'i64', (f) => {
    const bits = 0;
    const offset = f.local('i32');
    const [mantissa, window, shift] = f.locals('i64', 3);
    const index = f.local('v128');
    const bytes = f.local('v128');
    f.get(bits).i32(0x7fffff).op('i32.and').i32(0x800000).op('i32.or', 'i64.extend_i32_u').set(mantissa);
    // x = mantissa * 2^(exponent - 150): the bit of 2 / pi that becomes worth 2 is number exponent - 152, plus the zero byte.
    f.get(bits)
      .i32(23)
      .op('i32.shr_u')
      .i32(144)
      .op('i32.sub')
      .tee(offset)
      .i32(7)
      .op('i32.and', 'i64.extend_i32_u')
      .set(shift);

    // Sixteen bytes from there, as two little-endian words.
    f.get(offset).i32(3).op('i32.shr_u', 'i8x16.splat');
    f.v128([7, 6, 5, 4, 3, 2, 1, 0, 15, 14, 13, 12, 11, 10, 9, 8]).op('i8x16.add').set(index);
    f.v128(twoOverPi.slice(0, 16)).get(index).op('i8x16.swizzle');
    f.v128(twoOverPi.slice(16))
      .get(index)
      .v128(new Array(16).fill(16))
      .op('i8x16.sub', 'i8x16.swizzle', 'v128.or')
      .set(bytes);

    // The first 64 bits of the window times the mantissa, and the carry of the 32 bits behind them.
    f.get(bytes).lane('i64x2.extract_lane', 0).get(shift).op('i64.shl');
    f.get(bytes).lane('i64x2.extract_lane', 1).tee(window).i64(1n).op('i64.shr_u').i64(63n).get(shift);
    f.op('i64.sub', 'i64.shr_u', 'i64.or').get(mantissa).op('i64.mul');
    f.get(window).get(shift).op('i64.shl').i64(32n).op('i64.shr_u').get(mantissa).op('i64.mul').i64(32n);
    f.op('i64.shr_u', 'i64.add');
  });
}

import type { ModuleBuilder } from '../../wasm/module.ts';
import { type Expression, rarely } from './expression.ts';
import { type Quadrants, repairHugeAngles } from './huge-angle.ts';
import { polynomial } from './polynomial.ts';
import { f32x4, f64x2, i32x4, magnitude, signOf, v128 } from './vector.ts';
import { both, demote, lowWords, promote, shuffle } from './widen.ts';

const { of, add, sub, mul } = f32x4;

/** pi / 2 in two parts: the first has 25 bits, so that its product with a quadrant number below 2^28 is exact. */
const halfPiHigh = 1.5707963109016418;
const halfPiLow = 1.5893254773528196e-8;
const rounding = 1.5 * 2 ** 52;

/** (sin(r) / r - 1) / r^2 and (cos(r) - 1 + r^2 / 2) / r^4 in powers of r^2, for |r| up to pi / 4. */
const sinTail = [-0.166666552, 0.008332178, -0.000195172295];
const cosTail = [0.0416666456, -0.00138873677, 2.443841e-5];

/** Arguments up to here are reduced with two parts of pi; larger ones take the slow way. */
const largest = 2 ** 24;

/** Cody and Waite's reduction, in float64. */
function reduce(x: Expression): Quadrants {
  const wide = promote(x);
  const shifted = both(wide, (half) => f64x2.add(f64x2.mul(half, f64x2.of(2 / Math.PI)), f64x2.of(rounding)));
  const rest = both(wide, (half, which) => {
    const n = f64x2.sub(shifted[which], f64x2.of(rounding));
    return f64x2.sub(f64x2.sub(half, f64x2.mul(n, f64x2.of(halfPiHigh))), f64x2.mul(n, f64x2.of(halfPiLow)));
  });
  return { count: lowWords(shifted), rest };
}

/** All ones in the lanes of an odd number of quadrants. */
function isOdd(count: Expression): Expression {
  return i32x4.shiftRight(i32x4.shiftLeft(count, 31), 31);
}

/** Sine of count quadrants and a rest. */
function sine({ count, rest: halves }: Quadrants): Expression {
  const rest = demote(halves);
  const z = mul(rest, rest);
  const sin = add(mul(mul(rest, z), polynomial(f32x4, z, sinTail)), rest);
  const cos = add(mul(mul(z, z), polynomial(f32x4, z, cosTail)), sub(of(1), mul(z, of(0.5))));
  return v128.xor(v128.select(isOdd(count), cos, sin), signOf(i32x4.shiftLeft(count, 30)));
}

/** Tangent of count quadrants and a rest, in float64: the rounding of the rest would show up to three times. */
function tangent({ count, rest }: Quadrants): Expression {
  const { add, sub, mul, div, of } = f64x2;
  const odd = isOdd(count);
  const quotients = both([rest[0], rest[1]], (r, which) => {
    const z = mul(r, r);
    const sin = add(mul(mul(r, z), polynomial(f64x2, z, sinTail)), r);
    const cos = add(mul(mul(z, z), polynomial(f64x2, z, cosTail)), sub(of(1), mul(z, of(0.5))));
    const turned = shuffle(odd, odd, which === 0 ? [0, 0, 1, 1] : [2, 2, 3, 3]);
    return div(v128.select(turned, negated(cos), sin), v128.select(turned, sin, cos));
  });
  return demote(quotients);
}

function negated(x: Expression): Expression {
  return f64x2.sub(f64x2.of(-0), x);
}

function anyHuge(x: Expression): Expression {
  return v128.anyTrue(i32x4.greaterEqualUnsigned(x, f32x4.of(largest)));
}

/** Sine, for all float32 values: 1.59 ulp. */
export function sin(module: ModuleBuilder, x: Expression): Expression {
  const a = magnitude(x);
  const repair = repairHugeAngles(module, 'math.sinRepair', largest, sine);
  return v128.xor(rarely(anyHuge(a), repair, [a], sine(reduce(a))), signOf(x));
}

/** Tangent, for all float32 values: 0.54 ulp. */
export function tan(module: ModuleBuilder, x: Expression): Expression {
  const a = magnitude(x);
  const repair = repairHugeAngles(module, 'math.tanRepair', largest, tangent);
  return v128.xor(rarely(anyHuge(a), repair, [a], tangent(reduce(a))), signOf(x));
}

/** Cosine, for all float32 values: the sine of one quadrant more; 1.60 ulp. */
export function cos(module: ModuleBuilder, x: Expression): Expression {
  const cosine = ({ count, rest }: Quadrants): Expression => sine({ count: i32x4.add(count, i32x4.of(1)), rest });
  const a = magnitude(x);
  const repair = repairHugeAngles(module, 'math.cosRepair', largest, cosine);
  return rarely(anyHuge(a), repair, [a], cosine(reduce(a)));
}

import type { FunctionBuilder } from '../../wasm/function.ts';
import type { ModuleBuilder } from '../../wasm/module.ts';
import { callValue, type Expression, instruction, rarely } from './expression.ts';
import { vectorFunction } from './module-function.ts';
import { polynomial } from './polynomial.ts';
import { f32x4, f64x2, i32x4, i64x2, magnitude, signOf, v128 } from './vector.ts';
import { both, demote, highWords, promote, shuffle } from './widen.ts';

/** The upper words of sqrt(1/2) and of 1 in float64. */
const sqrtHalfUpper = 0x3fe6a09e;
const oneUpper = 0x3ff00000;
const rounding = 1.5 * 2 ** 52;

/** log2((1 + s) / (1 - s)) / s in powers of s^2, for mantissas from sqrt(1/2) to sqrt(2). */
const log2Series = [
  2.8853900817901503, 0.9617966732624129, 0.5770836008117013, 0.41167172362418275, 0.3407493206625874,
];
/** 2^f for |f| up to 1/2. */
const exp2Series = [
  1.0000000005551342, 0.6931472057667887, 0.24022646885881127, 0.05550328711631711, 0.009618489252841445,
  0.0013399957801183326, 0.00015345788555816276,
];

/** |x|^y for finite x other than 0 and finite y: log2, product and exp2 in float64, where denormals are normal. */
function powOfMagnitude(x: Expression, y: Expression): Expression {
  const { add, sub, mul, div, of } = f64x2;
  const wide = promote(magnitude(x));
  const k = i32x4.shiftRight(i32x4.sub(highWords(wide), i32x4.of(sqrtHalfUpper)), 20);
  const exponentBits = i32x4.shiftLeft(k, 20);
  const powers = both(promote(y), (half, which) => {
    const zero = i32x4.of(0);
    const bits = shuffle(exponentBits, zero, which === 0 ? [4, 0, 4, 1] : [4, 2, 4, 3]);
    const mantissa = i64x2.sub(wide[which], bits);
    const exponent = f64x2.fromInt(which === 0 ? k : shuffle(k, k, [2, 3, 2, 3]));
    const s = div(sub(mantissa, of(1)), add(mantissa, of(1)));
    const log2 = add(mul(polynomial(f64x2, mul(s, s), log2Series), s), exponent);
    const product = f64x2.pmax(f64x2.pmin(mul(log2, half), of(200)), of(-200));
    const shifted = add(product, of(rounding));
    const fraction = sub(product, sub(shifted, of(rounding)));
    const scale = i64x2.add(i64x2.shiftLeft(shifted, 52), i64x2.ofUpper(oneUpper));
    return mul(polynomial(f64x2, fraction, exp2Series), scale);
  });
  return demote(powers);
}

/** Zero, infinite, negative and NaN operands, by the rules of C99 (F.10.4.4) and IEEE 754: |x|^y becomes x^y. */
function withSpecialOperands(x: Expression, y: Expression, usual: Expression): Expression {
  const { of, add, mul, trunc, equal, notEqual, greater, less } = f32x4;
  const infinity = of(Number.POSITIVE_INFINITY);
  const a = magnitude(x);
  const infiniteY = equal(magnitude(y), infinity);

  const grows = v128.xor(greater(a, of(1)), less(y, of(0)));
  const limit = v128.select(equal(a, of(1)), of(1), v128.and(grows, infinity));
  const atLimit = v128.or(infiniteY, v128.or(equal(a, of(0)), equal(a, infinity)));
  const size = v128.select(atLimit, limit, usual);

  const halfY = mul(y, of(0.5));
  const whole = equal(trunc(y), y);
  const odd = v128.and(whole, notEqual(trunc(halfY), halfY));
  const signed = v128.or(size, v128.and(signOf(x), odd));
  const undefinedRoot = v128.andnot(v128.andnot(less(x, of(0)), whole), atLimit);
  const notNumber = v128.or(undefinedRoot, v128.or(notEqual(x, x), notEqual(y, y)));
  const value = v128.select(notNumber, add(add(x, y), of(Number.NaN)), signed);
  return v128.select(v128.or(equal(x, of(1)), equal(y, of(0))), of(1), value);
}

/**
 * x^y: 0.54 ulp. pow(x, 0) and pow(1, y) are 1 even for NaN; a negative x with a y that is no integer gives NaN; the signs
 * of zeros and infinities follow from y being odd.
 */
export function pow(module: ModuleBuilder, x: Expression, y: Expression): Expression {
  return callValue(powFunction(module), 'v128', x, y);
}

function powFunction(module: ModuleBuilder): FunctionBuilder {
  const repair = vectorFunction(module, 'math.powRepair', 3, withSpecialOperands);
  return vectorFunction(module, 'math.pow', 2, (x, y) => {
    const infinity = f32x4.of(Number.POSITIVE_INFINITY);
    const positive = v128.and(f32x4.greater(x, f32x4.of(0)), f32x4.less(x, infinity));
    const ordinary = v128.and(positive, f32x4.less(magnitude(y), infinity));
    const special = instruction('i32.eqz', 'i32', v128.allTrue(ordinary));
    return rarely(special, repair, [x, y], powOfMagnitude(x, y));
  });
}

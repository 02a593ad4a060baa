import type { ModuleBuilder } from '../../wasm/module.ts';
import { type Expression, rarely } from './expression.ts';
import { vectorFunction } from './module-function.ts';
import { polynomial } from './polynomial.ts';
import { f32x4, i32x4, signOf, v128 } from './vector.ts';

const { of, add, sub, mul, div, equal, less } = f32x4;

/** ln 2 in two parts (fdlibm's split): the first has so few bits that its product with an exponent is exact. */
const ln2High = 0.693145751953125;
const ln2Low = 1.4286067653e-6;
/** The bits of sqrt(1/2): mantissas are taken from there to its double, so that results near 0 have no exponent part. */
const sqrtHalf = 0x3f3504f3;

/** (2 artanh(s) / s - 2) / s^2 in powers of s^2, for s = (m - 1) / (m + 1) and mantissas m around 1. */
const logTail = [0.666667759, 0.399774969, 0.29873091];

/**
 * log x + k ln 2 + correction, for normal, finite, positive x.
 * With x = 2^n (1 + f) and s = f / (2 + f), log(1 + f) = f - s (f - s^2 P(s^2)), as in fdlibm.
 */
function logOfNormal(x: Expression, { k = 0, correction }: { k?: number; correction?: Expression } = {}): Expression {
  const exponent = i32x4.shiftRight(i32x4.sub(x, i32x4.of(sqrtHalf)), 23);
  const f = sub(i32x4.sub(x, i32x4.shiftLeft(exponent, 23)), of(1));
  const n = f32x4.fromInt(k === 0 ? exponent : i32x4.add(exponent, i32x4.of(k)));
  const s = div(f, add(f, of(2)));
  const z = mul(s, s);
  const bend = mul(s, sub(f, mul(z, polynomial(f32x4, z, logTail))));
  const low = mul(n, of(ln2Low));
  return add(mul(n, of(ln2High)), sub(f, sub(bend, correction === undefined ? low : add(low, correction))));
}

/** An i32 that is not 0 if any lane is not a normal, finite, positive number. */
function anySpecial(x: Expression): Expression {
  return v128.anyTrue(i32x4.greaterEqualUnsigned(i32x4.sub(x, i32x4.of(0x800000)), i32x4.of(0x7f000000)));
}

/** The usual result, but for x that is 0, infinite, negative or NaN. */
function withLimits(x: Expression, usual: Expression): Expression {
  const limit = v128.select(
    equal(x, of(0)),
    of(Number.NEGATIVE_INFINITY),
    add(f32x4.sqrt(x), of(Number.POSITIVE_INFINITY)),
  );
  const ordinary = v128.and(f32x4.greater(x, of(0)), less(x, of(Number.POSITIVE_INFINITY)));
  return v128.select(ordinary, usual, limit);
}

/** Natural logarithm: 0.96 ulp over all float32 values, denormals included. */
export function log(module: ModuleBuilder, x: Expression): Expression {
  const repair = vectorFunction(module, 'math.logRepair', 2, (x, usual) => {
    const denormal = less(x, of(2 ** -126));
    const scaled = logOfNormal(mul(x, of(2 ** 23)), { k: -23 });
    return withLimits(x, v128.select(denormal, scaled, usual));
  });
  return rarely(anySpecial(x), repair, [x], logOfNormal(x));
}

/** log(1 + x), with the rounding error of that sum added back (Kahan): 0.98 ulp. */
export function log1p(module: ModuleBuilder, x: Expression): Expression {
  const u = add(of(1), x);
  const v = sub(u, x);
  const error = add(sub(x, sub(u, v)), sub(of(1), v));
  const repair = vectorFunction(module, 'math.log1pRepair', 2, withLimits);
  const usual = v128.or(logOfNormal(u, { correction: div(error, u) }), signOf(x));
  return rarely(anySpecial(u), repair, [u], usual);
}

import type { Expression } from './expression.ts';
import { polynomial } from './polynomial.ts';
import { f32x4, i32x4, magnitude, negativeMagnitude, signOf, v128 } from './vector.ts';

const { of, add, sub, mul, div, pmin, pmax } = f32x4;

/** Added and subtracted, it rounds to the nearest integer; in between, the low bits hold that integer. */
const rounding = 1.5 * 2 ** 23;
/** The exponent bias: with it added to `rounding`, a left shift by 23 makes the power of two itself. */
const bias = 127;
/** ln 2 in two parts (fdlibm's split): the first has so few bits that its product with an exponent is exact. */
const ln2High = 0.693145751953125;
const ln2Low = 1.4286067653e-6;

/** (e^r - 1 - r) / r^2 for |r| up to ln 2 / 2: best relative to e^r, and to e^r - 1. */
const expTail = [0.49999994, 0.166665211, 0.041668389, 0.00836871658, 0.00138145976];
const expm1Tail = [0.5, 0.166665435, 0.0416662805, 0.00836658198, 0.00139464752];
/** (r - (1 - e^-2r) / 2) / r^2 for |r| up to ln 2 / 4. */
const tanhTail = [1, -0.666661739, 0.333330244, -0.133865312, 0.0446287207];

/** x = n ln 2 + r with an integer n and |r| up to ln 2 / 2; `shifted` holds n + offset in its low bits. */
function reduce(x: Expression, offset: number): { readonly shifted: Expression; readonly r: Expression } {
  const shifted = add(mul(x, of(Math.LOG2E)), of(rounding + offset));
  const n = sub(shifted, of(rounding + offset));
  return { shifted, r: sub(sub(x, mul(n, of(ln2High))), mul(n, of(ln2Low))) };
}

function expOfRest(r: Expression): Expression {
  return add(add(mul(polynomial(f32x4, r, expTail), mul(r, r)), r), of(1));
}

/** e^r · 2^n; `shifted` holds n + 2 bias in its low bits. */
function scaledExp(r: Expression, shifted: Expression): Expression {
  // 2^n in two factors, 2^(n >> 1) and the rest: at neither end of the range would one do.
  const half = v128.and(i32x4.shiftLeft(shifted, 22), i32x4.of(-0x800000));
  const rest = i32x4.sub(i32x4.shiftLeft(shifted, 23), half);
  return mul(mul(expOfRest(r), half), rest);
}

/** e^x: 1.02 ulp over all float32 values, results down to the denormals. */
export function exp(x: Expression): Expression {
  const { shifted, r } = reduce(pmax(pmin(x, of(88.8)), of(-104)), 2 * bias);
  return scaledExp(r, shifted);
}

/** 2^x: 1.00 ulp over all float32 values, results down to the denormals; exact for integers. */
export function exp2(x: Expression): Expression {
  const kept = pmax(pmin(x, of(129)), of(-152));
  const shifted = add(kept, of(rounding + 2 * bias));
  const n = sub(shifted, of(rounding + 2 * bias));
  return scaledExp(mul(sub(kept, n), of(Math.LN2)), shifted);
}

/** 1 / (1 + e^-x) for x from 0, e^x / (1 + e^x) below: 2.41 ulp, results down to the denormals. */
export function sigmoid(x: Expression): Expression {
  const { shifted, r } = reduce(pmax(negativeMagnitude(x), of(-104)), bias + 64);
  const small = mul(mul(expOfRest(r), i32x4.shiftLeft(shifted, 23)), of(2 ** -64));
  return div(v128.select(i32x4.shiftRight(x, 31), small, of(1)), add(of(1), small));
}

/** e^x - 1 = 2 (2^(n-1) (e^r - 1) + 2^(n-1) - 1/2): 1.89 ulp; tiny x and zeros are their own result. */
export function expm1(x: Expression): Expression {
  const { shifted, r } = reduce(pmax(pmin(x, of(88.8)), of(-18)), bias - 1);
  const tail = add(mul(polynomial(f32x4, r, expm1Tail), mul(r, r)), r);
  const scale = i32x4.shiftLeft(shifted, 23);
  const half = add(mul(tail, scale), sub(scale, of(0.5)));
  return v128.select(f32x4.less(magnitude(x), of(2 ** -25)), x, add(half, half));
}

/** g / (1 - g) with g = (1 - e^-2|x|) / 2, which needs no difference of near values: 2.50 ulp; exactly 1 from 9.02 on. */
export function tanh(x: Expression): Expression {
  const a = pmin(magnitude(x), of(9.02));
  const shifted = add(mul(a, of(-2 * Math.LOG2E)), of(rounding + bias));
  const n = sub(shifted, of(rounding + bias));
  const r = add(add(a, mul(n, of(ln2High / 2))), mul(n, of(ln2Low / 2)));
  const tail = sub(r, mul(polynomial(f32x4, r, tanhTail), mul(r, r)));
  const scale = i32x4.shiftLeft(shifted, 23);
  const g = add(mul(tail, scale), sub(of(0.5), mul(scale, of(0.5))));
  return v128.or(div(g, sub(of(1), g)), signOf(x));
}

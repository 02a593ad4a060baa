import type { FunctionBuilder } from '../../wasm/function.ts';
import type { ModuleBuilder } from '../../wasm/module.ts';
import { callValue, type Expression, localValue, rarely, writeExpression } from './expression.ts';
import { moduleFunction, vectorFunction } from './module-function.ts';
import { f32x4, f64x2, magnitude, signOf, v128 } from './vector.ts';
import { both, demote, promote } from './widen.ts';

const { of, sub, mul, div, trunc, pmax } = f64x2;

/** Below this, a float64 quotient of float32 numbers truncates right, and its product with the divisor is exact. */
const quotientLimit = 2 ** 28;

/**
 * Remainder of x / y with the sign of x, exact (C's `fmod`): NaN for y = 0 and for infinite x; x for infinite y.
 */
export function rem(module: ModuleBuilder, x: Expression, y: Expression): Expression {
  const [a, b] = [magnitude(x), magnitude(y)];
  const divisors = promote(b);
  const dividends = promote(a);
  const quotients = both(dividends, (half, which) => div(half, divisors[which]));
  const rests = both(dividends, (half, which) => sub(half, mul(trunc(quotients[which]), divisors[which])));
  const repair = vectorFunction(module, 'math.remRepair', 3, (a, b) => {
    const divisors = promote(b);
    const loop = remainderOfPair(module);
    return demote(both(promote(a), (half, which) => callValue(loop, 'v128', half, divisors[which])));
  });
  const large = both(quotients, (quotient) => f64x2.greaterEqual(quotient, of(quotientLimit)));
  const rest = rarely(v128.anyTrue(v128.or(large[0], large[1])), repair, [a, b], demote(rests));
  // A smaller dividend is its own remainder, also where the divisor is infinite.
  return v128.or(v128.select(f32x4.less(a, b), a, rest), signOf(x));
}

/**
 * (f64x2 x, f64x2 y) -> f64x2: the remainder of float32 values that are not negative. While a quotient is too large,
 * multiples of y 2^n that are worth its upper 28 bits are taken away, which is exact.
 */
function remainderOfPair(module: ModuleBuilder): FunctionBuilder {
  return moduleFunction(module, 'math.remainderOfPair', ['v128', 'v128'], 'v128', (f) => {
    const [x, y] = [0, 1];
    const quotient = f.local('v128');
    const rest = localValue(x);
    f.loop((again) => {
      writeExpression(f, div(rest, localValue(y))).set(quotient);
      const power = v128.and(localValue(quotient), powerOfTwoBits());
      const step = mul(localValue(y), pmax(mul(power, of(2 / quotientLimit)), of(1)));
      writeExpression(f, sub(rest, mul(trunc(div(rest, step)), step))).set(x);
      const large = f64x2.greaterEqual(localValue(quotient), of(quotientLimit));
      const finite = f64x2.less(localValue(quotient), of(Number.POSITIVE_INFINITY));
      writeExpression(f, v128.anyTrue(v128.and(large, finite))).brIf(again);
    });
    f.get(x);
  });
}

/** A mask of the exponent: what is left of a positive number is the power of two below it. */
function powerOfTwoBits(): Expression {
  return { type: 'v128', operands: [], write: (f) => f.i32x4(0, 0x7ff00000, 0, 0x7ff00000) };
}

import type { FunctionBuilder } from '../wasm/index.ts';
import { type Expression, localValue, writeExpression } from './math/expression.ts';
import { moduleFunction } from './math/module-function.ts';
import { f32x4, i32x4, v128 } from './math/vector.ts';
import type { ModuleSupport } from './support.ts';

/** In locals, a float16 is the float32 of the same value. Only memory holds its 16 bits. */

/** 2^112: the ratio of a float16 to the float32 with the same bits, shifted to the exponent of float32. */
const SCALE = 2 ** 112;

/** Replaces the bits of float16 numbers in four 32-bit lanes on the stack by their values. */
export function decodeVector(f: FunctionBuilder): void {
  onStack(f, (bits) => {
    const shifted = i32x4.shiftLeft(v128.and(bits, i32x4.of(0x7fff)), 13);
    const value = f32x4.mul(shifted, f32x4.of(SCALE));
    // Infinities and NaN have the largest exponent of float16, which becomes that of float32.
    const special = v128.and(i32x4.greater(shifted, i32x4.of(0x0f7fffff)), i32x4.of(0x7f800000));
    const sign = i32x4.shiftLeft(v128.and(bits, i32x4.of(0x8000)), 16);
    return v128.or(v128.or(value, special), sign);
  });
}

/** Replaces four values on the stack that float16 represents by their bits, in 32-bit lanes. */
export function encodeVector(f: FunctionBuilder): void {
  onStack(f, (x) => {
    const size = v128.and(x, i32x4.of(0x7fffffff));
    const scaled = i32x4.shiftRightUnsigned(f32x4.mul(size, f32x4.of(1 / SCALE)), 13);
    const sign = v128.and(i32x4.shiftRightUnsigned(x, 16), i32x4.of(0x8000));
    // The mask shortens the exponent of infinities and NaN.
    return v128.or(v128.and(scaled, i32x4.of(0x7fff)), sign);
  });
}

/**
 * Rounds four float32 numbers on the stack to float16, ties to even. Adding and subtracting 2^(e + 13), where e is the
 * exponent of a number, leaves its 11 leading bits.
 */
export function roundVector(f: FunctionBuilder): void {
  onStack(f, (x) => {
    const size = v128.and(x, i32x4.of(0x7fffffff));
    const exponent = v128.and(x, i32x4.of(0x7f800000));
    // Below 2^-14 all float16 numbers are equally far apart; from 2^16 on, all results are infinite.
    const bounded = i32x4.min(i32x4.max(exponent, i32x4.of(0x38800000)), i32x4.of(0x47000000));
    const shift = i32x4.add(bounded, i32x4.of(13 << 23));
    const rounded = f32x4.sub(f32x4.add(size, shift), shift);
    const finite = f32x4.less(rounded, f32x4.of(65536));
    const nan = f32x4.notEqual(x, x);
    const result = v128.select(v128.or(finite, nan), rounded, f32x4.of(Number.POSITIVE_INFINITY));
    return v128.or(result, v128.and(x, i32x4.of(-0x80000000)));
  });
}

/** Replaces the bits of a float16 on the stack, an i32, by its value, an f32. */
export const decodeScalar = /* @__PURE__ */ ofScalars('half.decode', 'i32', 'f32', decodeVector);

/** Replaces a value on the stack that float16 represents, an f32, by its bits, an i32. */
export const encodeScalar = /* @__PURE__ */ ofScalars('half.encode', 'f32', 'i32', encodeVector);

/** Rounds the f32 on the stack to float16. */
export const roundScalar = /* @__PURE__ */ ofScalars('half.round', 'f32', 'f32', roundVector);

/** Returns a function that writes a call of a function of single values, which computes like a lane of a vector. */
function ofScalars(name: string, from: 'i32' | 'f32', to: 'i32' | 'f32', write: (f: FunctionBuilder) => void) {
  return (f: FunctionBuilder, { module }: ModuleSupport): void => {
    const target = moduleFunction(module, name, [from], to, (g) => {
      write(g.get(0).op(`${from}x4.splat`));
      g.lane(`${to}x4.extract_lane`, 0);
    });
    f.call(target);
  };
}

/**
 * Replaces the f64 on the stack by the f32 that rounds to the same float16: the nearer float32 toward zero, with an odd
 * last bit if digits were lost, so that a tie of float16 is one only if the number is.
 */
export function demoteToOdd(f: FunctionBuilder, { module }: ModuleSupport): void {
  f.call(
    moduleFunction(module, 'half.demote', ['f64'], 'f32', (g) => {
      const [bits, single] = [g.local('i32'), g.local('f32')];
      g.get(0).op('f32.demote_f64').tee(single).op('i32.reinterpret_f32').set(bits);
      g.get(single).op('f64.promote_f32', 'f64.abs').get(0).op('f64.abs', 'f64.gt');
      g.if(() => g.get(bits).i32(1).op('i32.sub').set(bits));
      g.get(bits).get(single).op('f64.promote_f32').get(0).op('f64.ne', 'i32.or', 'f32.reinterpret_i32');
    }),
  );
}

function onStack(f: FunctionBuilder, make: (x: Expression) => Expression): void {
  const local = f.local('v128');
  f.set(local);
  writeExpression(f, make(localValue(local)));
}

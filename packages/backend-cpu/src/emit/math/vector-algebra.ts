import type { Algebra, Double, DoubleAlgebra } from '@manabi/compiler';
import type { ModuleBuilder } from '../../wasm/module.ts';
import { callValue, type Expression, instruction, localValue, rarely, writeExpression } from './expression.ts';
import { moduleFunction, vectorFunction } from './module-function.ts';
import { f32x4, f64x2, i32x4, i64x2, v128 } from './vector.ts';
import { both, demote, halves, highWords, lowWords, promote, shuffle } from './widen.ts';

/**
 * Adding and then subtracting one of these constants rounds to the nearest integer. After the addition, the low bits
 * contain that integer.
 */
const ROUNDING = 1.5 * 2 ** 23;
const DOUBLE_ROUNDING = 1.5 * 2 ** 52;

/** Largest number of entries of a lookup table: a swizzle instruction selects from 16 bytes. */
const MOST_ENTRIES = 16;

/**
 * Returns the algebra of formulas on four float32 lanes, with float64 as two vectors of two lanes. The bits of a lane
 * depend only on that lane, so a scalar may be computed as a vector of equal lanes.
 *
 * Most formulas are inlined, which keeps constants in registers and makes loops up to twice as fast as calls. Repairs of
 * rare cases, and long formulas, are functions of the module.
 *
 * `writeExpression(f, formulas.tanh(vectorAlgebra(module), localValue(x)))` pushes the tanh of a local.
 */
export function vectorAlgebra(module: ModuleBuilder): Algebra<Expression> {
  return {
    float: module.fused ? { ...f32x4, mulAdd } : f32x4,
    int: i32x4,
    bits: v128,
    double,
    round: (x, offset) => {
      const shifted = f32x4.add(x, f32x4.of(ROUNDING + offset));
      return { rounded: f32x4.sub(shifted, f32x4.of(ROUNDING + offset)), shifted };
    },
    lookUp,
    rarely: (name, mask, operands, usual, repair) => {
      const target = vectorFunction(module, `math.${name}`, operands.length + 1, repair);
      return rarely(v128.anyTrue(mask), target, operands, usual);
    },
    outOfLine: (name, operands, body) =>
      callValue(vectorFunction(module, `math.${name}`, operands.length, body), 'v128', ...operands),
    repeat: (name, start, constants, isLeft, step) => {
      const params = [start, ...constants].map(() => 'v128' as const);
      const target = moduleFunction(module, `math.${name}`, params, 'v128', (f) => {
        const state = localValue(0);
        const others = constants.map((_, i) => localValue(i + 1));
        f.loop((again) => {
          writeExpression(f, v128.anyTrue(isLeft(state, ...others))).if(() => {
            writeExpression(f, step(state, ...others)).set(0);
            f.br(again);
          });
        });
        f.get(0);
      });
      return callValue(target, 'v128', start, ...constants);
    },
  };
}

const mulAdd = (x: Expression, y: Expression, z: Expression): Expression =>
  instruction('f32x4.relaxed_madd', 'v128', x, y, z);

type Pair = Double<Expression>;

const pairwise =
  (operation: (x: Expression, y: Expression) => Expression) =>
  (x: Pair, y: Pair): Pair =>
    both(x, (half, which) => operation(half, y[which]));

const double: DoubleAlgebra<Expression> = {
  of: (value) => {
    const constant = f64x2.of(value);
    return [constant, constant];
  },
  add: pairwise(f64x2.add),
  sub: pairwise(f64x2.sub),
  mul: pairwise(f64x2.mul),
  div: pairwise(f64x2.div),
  trunc: (x) => both(x, f64x2.trunc),
  min: pairwise(f64x2.pmin),
  max: pairwise(f64x2.pmax),
  select: (mask, x, y) =>
    both(x, (half, which) =>
      v128.select(shuffle(mask, mask, which === 0 ? [0, 0, 1, 1] : [2, 2, 3, 3]), half, y[which]),
    ),
  fromFloat: promote,
  fromInt: (x) => both(halves(x), f64x2.fromInt),
  fromUnsigned: (x) => both(halves(x), f64x2.fromUnsigned),
  toFloat: demote,
  highWords,
  subHighWords: (x, words) => both(x, (half, which) => i64x2.sub(half, asHighWords(words, which))),
  round: (x) => {
    const shifted = both(x, (half) => f64x2.add(half, f64x2.of(DOUBLE_ROUNDING)));
    return { rounded: both(shifted, (half) => f64x2.sub(half, f64x2.of(DOUBLE_ROUNDING))), words: lowWords(shifted) };
  },
  powerOfTwo: (n) => {
    const exponents = i32x4.shiftLeft(i32x4.add(n, i32x4.of(1023)), 20);
    return [asHighWords(exponents, 0), asHighWords(exponents, 1)];
  },
};

/** Returns two of four 32-bit words as the upper halves of 64-bit lanes. */
function asHighWords(words: Expression, which: 0 | 1): Expression {
  return shuffle(words, i32x4.of(0), which === 0 ? [4, 0, 4, 1] : [4, 2, 4, 3]);
}

/** Looks up table entries by four swizzles, one for each byte of the entries. */
function lookUp(table: readonly number[], index: Expression): Expression {
  // The upper bytes of a lane are outside the range of swizzle indices, so swizzles return 0 for them.
  const byteIndex = v128.or(index, i32x4.of(-0x100));
  const planes = [0, 8, 16, 24].map((bits) => {
    const bytes = Array.from({ length: MOST_ENTRIES }, (_, entry) => ((table[entry] ?? 0) >>> bits) & 0xff);
    const plane: Expression = {
      type: 'v128',
      operands: [byteIndex],
      inLocals: true,
      write: (f, [at]) => f.v128(bytes).get(at).op('i8x16.swizzle'),
    };
    return bits === 0 ? plane : i32x4.shiftLeft(plane, bits);
  });
  return planes.reduce(v128.or);
}

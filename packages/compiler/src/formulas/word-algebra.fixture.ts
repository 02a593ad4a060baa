import type { Algebra } from './algebra.ts';

const words = new DataView(new ArrayBuffer(4));

/** Returns the bits of the float32 nearest to a number. */
function bitsOf(value: number): number {
  words.setFloat32(0, value);
  return words.getInt32(0);
}

/** Returns the float32 number that has the given bits. */
function numberOf(bits: number): number {
  words.setInt32(0, bits);
  return words.getFloat32(0);
}

const binary =
  (f: (x: number, y: number) => number) =>
  (x: number, y: number): number =>
    bitsOf(f(numberOf(x), numberOf(y)));
const comparison =
  (f: (x: number, y: number) => boolean) =>
  (x: number, y: number): number =>
    f(numberOf(x), numberOf(y)) ? -1 : 0;
const integers =
  (f: (x: number, y: number) => number) =>
  (x: number, y: number): number =>
    f(x, y) | 0;

function roundedToEven(x: number): number {
  const floor = Math.floor(x);
  const rest = x - floor;
  return rest > 0.5 || (rest === 0.5 && floor % 2 !== 0) ? floor + 1 : floor;
}

/**
 * `Algebra` that computes with single 32-bit values in JavaScript. A value is represented by its bits. Like the algebra
 * of a GPU, it has no float64.
 */
export const wordAlgebra: Algebra<number> = {
  float: {
    of: bitsOf,
    add: binary((x, y) => x + y),
    sub: binary((x, y) => x - y),
    mul: binary((x, y) => x * y),
    div: binary((x, y) => x / y),
    sqrt: (x) => bitsOf(Math.sqrt(numberOf(x))),
    trunc: (x) => bitsOf(Math.trunc(numberOf(x))),
    min: (x, y) => (numberOf(y) < numberOf(x) ? y : x),
    max: (x, y) => (numberOf(x) < numberOf(y) ? y : x),
    equal: comparison((x, y) => x === y),
    notEqual: comparison((x, y) => x !== y),
    less: comparison((x, y) => x < y),
    greater: comparison((x, y) => x > y),
    fromInt: bitsOf,
  },
  int: {
    of: (value) => value | 0,
    add: integers((x, y) => x + y),
    sub: integers((x, y) => x - y),
    mul: integers(Math.imul),
    atLeastUnsigned: integers((x, y) => (x >>> 0 >= y >>> 0 ? -1 : 0)),
    shiftLeft: (x, bits) => x << bits,
    shiftRight: (x, bits) => x >> bits,
    shiftRightUnsigned: (x, bits) => (x >>> bits) | 0,
  },
  bits: {
    and: integers((x, y) => x & y),
    andNot: integers((x, y) => x & ~y),
    or: integers((x, y) => x | y),
    xor: integers((x, y) => x ^ y),
    select: (mask, x, y) => (x & mask) | (y & ~mask),
  },
  double: null,
  round: (x, offset) => {
    const rounded = roundedToEven(numberOf(x));
    return { rounded: bitsOf(rounded), shifted: (rounded + offset) | 0 };
  },
  lookUp: (table, index) => table[index] ?? 0,
  rarely: (_name, mask, operands, usual, repair) => (mask === 0 ? usual : repair(...operands, usual)),
  outOfLine: (_name, operands, body) => body(...operands),
  repeat: (_name, start, constants, isLeft, step) => {
    let state = start;
    while (isLeft(state, ...constants) !== 0) state = step(state, ...constants);
    return state;
  },
};

import type { DType, Tensor, TensorLike } from '@manabi/core';
import * as core from '@manabi/core';
import { unary as singles } from '../special/functions.ts';
import { partner } from './broadcasting.ts';
import type { Choice, Draw, Drawn } from './choice.ts';

/** A function of two operands, each a tensor or a number. */
type Pair = (x: TensorLike, y: TensorLike) => Tensor;

export const isFloat = ({ dtype }: Tensor): boolean => dtype === 'float32' || dtype === 'float64';
const isInteger = (x: Tensor): boolean => !isFloat(x) && x.dtype !== 'bool';
const isAny = (): boolean => true;

/**
 * Names of functions of one tensor, the same as in the tests of special values. Calls of `clip` and casts are defined
 * separately.
 */
const ofOne = Object.keys(singles).filter((name) => !name.startsWith('clip') && name !== 'cast to bool');

const pairs: Readonly<Record<string, { readonly f: Pair; readonly fits: (x: Tensor) => boolean }>> = {
  add: { f: core.add, fits: isAny },
  sub: { f: core.sub, fits: isAny },
  mul: { f: core.mul, fits: isAny },
  div: { f: core.div, fits: isAny },
  floorDivide: { f: core.floorDivide, fits: isAny },
  mod: { f: core.mod, fits: isAny },
  fmod: { f: core.fmod, fits: isAny },
  power: { f: core.power, fits: isFloat },
  maximum: { f: core.maximum, fits: isAny },
  minimum: { f: core.minimum, fits: isAny },
  arctan2: { f: core.arctan2, fits: isFloat },
  equal: { f: core.equal, fits: isAny },
  notEqual: { f: core.notEqual, fits: isAny },
  less: { f: core.less, fits: isAny },
  lessEqual: { f: core.lessEqual, fits: isAny },
  greater: { f: core.greater, fits: isAny },
  greaterEqual: { f: core.greaterEqual, fits: isAny },
  logicalAnd: { f: core.logicalAnd, fits: isAny },
  logicalOr: { f: core.logicalOr, fits: isAny },
  logicalXor: { f: core.logicalXor, fits: isAny },
  bitwiseAnd: { f: core.bitwiseAnd, fits: isInteger },
  bitwiseOr: { f: core.bitwiseOr, fits: isInteger },
  bitwiseXor: { f: core.bitwiseXor, fits: isInteger },
};

/** Returns a random call with two tensors, or with a tensor and a number in either order. */
function drawPair(
  choice: Choice,
  { f, fits }: { readonly f: Pair; readonly fits: (x: Tensor) => boolean },
): Drawn | null {
  const x = choice.value(fits);
  if (x === null) return null;
  if (choice.chance(0.3)) {
    const number = choice.number(x.tensor.dtype);
    const isFirst = choice.chance(0.3);
    return {
      of: [x.at],
      with: { number, isFirst },
      apply: ([value]) => (isFirst ? f(number, value) : f(value, number)),
    };
  }
  const y = partner(choice, x);
  return fits(y.tensor) ? { of: [x.at, y.at], with: null, apply: ([a, b]) => f(a, b) } : null;
}

const single =
  (f: (x: Tensor) => Tensor, fits: (x: Tensor) => boolean): Draw =>
  (choice) => {
    const x = choice.value(fits);
    return x === null ? null : { of: [x.at], with: null, apply: ([value]) => f(value) };
  };

const DTYPES: readonly DType[] = ['float32', 'float64', 'int32', 'uint32', 'uint8', 'bool'];

/** Functions that return random calls of elementwise functions, by name of the call. */
export const elementwise: Readonly<Record<string, Draw>> = {
  ...Object.fromEntries(ofOne.map((name) => [name, single(singles[name], isAny)])),
  ...Object.fromEntries(
    Object.entries(pairs).map(([name, pair]) => [name, (choice: Choice) => drawPair(choice, pair)]),
  ),

  astype: (choice) => {
    const x = choice.value();
    if (x === null) return null;
    const dtype = choice.pick(DTYPES);
    return { of: [x.at], with: { dtype }, apply: ([value]) => core.astype(value, dtype) };
  },

  bitwiseNot: single(core.bitwiseNot, isInteger),

  leftShift: (choice) => shift(choice, core.leftShift),
  rightShift: (choice) => shift(choice, core.rightShift),

  where: (choice) => {
    const x = choice.value();
    if (x === null) return null;
    const y = partner(choice, x);
    const condition = partner(choice, x);
    return {
      of: [condition.at, x.at, y.at],
      with: null,
      apply: ([c, a, b]) => core.where(c, a, b),
    };
  },

  clip: (choice) => {
    const x = choice.value();
    if (x === null) return null;
    const [low, high] = [choice.number(x.tensor.dtype), choice.number(x.tensor.dtype)];
    const min = choice.chance(0.2) ? null : low;
    const max = min !== null && choice.chance(0.2) ? null : high;
    return { of: [x.at], with: { min, max }, apply: ([value]) => core.clip(value, min, max) };
  },

  'power of a number': (choice) => {
    const x = choice.value(isFloat);
    if (x === null) return null;
    const exponent = choice.pick([0, 1, 2, 3, 4, 0.5, -0.5, -1, -2, 1.5, 5, 7.25]);
    return { of: [x.at], with: { exponent }, apply: ([value]) => core.power(value, exponent) };
  },
};

/** Returns a random shift by fewer bits than the dtype has. */
function shift(choice: Choice, f: Pair): Drawn | null {
  const x = choice.value(isInteger);
  if (x === null) return null;
  const bits = choice.integer(0, x.tensor.dtype === 'uint8' ? 7 : 31);
  return { of: [x.at], with: { bits }, apply: ([value]) => f(value, bits) };
}

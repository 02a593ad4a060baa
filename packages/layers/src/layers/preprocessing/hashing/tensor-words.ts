import {
  add,
  astype,
  bitwiseAnd,
  bitwiseOr,
  bitwiseXor,
  leftShift,
  less,
  mod,
  mul,
  rightShift,
  split,
  squeeze,
  type Tensor,
  type TensorLike,
  tensor,
} from '@manabi/core';
import { farmHashOn, type Words64 } from '@manabi/text/internal';

/** Unsigned 64-bit integers: uint32 tensors of their high and low halves. */
export interface TensorWord {
  readonly high: Tensor;
  readonly low: Tensor;
}

const uint32 = (value: number): Tensor => tensor(value, { dtype: 'uint32' });

/** Returns the high half of a product of uint32, from products of 16 bits. */
function highProduct(a: Tensor, b: Tensor): Tensor {
  const [a0, a1, b0, b1] = [bitwiseAnd(a, 0xffff), rightShift(a, 16), bitwiseAnd(b, 0xffff), rightShift(b, 16)];
  const upper = add(mul(a1, b0), rightShift(mul(a0, b0), 16));
  const lower = add(mul(a0, b1), bitwiseAnd(upper, 0xffff));
  return add(mul(a1, b1), add(rightShift(upper, 16), rightShift(lower, 16)));
}

const shifted = (high: Tensor, low: Tensor, bits: number): Tensor =>
  bits === 0 ? low : bitwiseOr(rightShift(low, bits), leftShift(high, 32 - bits));

/** Arithmetic of words on tensors. */
export const tensorWords: Words64<TensorWord> = {
  constant: (value) => ({ high: uint32(Number(value >> 32n)), low: uint32(Number(value & 0xffffffffn)) }),
  add: (a, b) => {
    const low = add(a.low, b.low);
    return { high: add(add(a.high, b.high), astype(less(low, a.low), 'uint32')), low };
  },
  multiply: (a, b) => ({
    high: add(highProduct(a.low, b.low), add(mul(a.low, b.high), mul(a.high, b.low))),
    low: mul(a.low, b.low),
  }),
  xor: (a, b) => ({ high: bitwiseXor(a.high, b.high), low: bitwiseXor(a.low, b.low) }),
  shiftRight: ({ high, low }, bits) =>
    bits < 32
      ? { high: rightShift(high, bits), low: shifted(high, low, bits) }
      : { high: mul(high, 0), low: rightShift(high, bits - 32) },
  rotateRight: ({ high, low }, bits) =>
    bits < 32
      ? { high: shifted(low, high, bits), low: shifted(high, low, bits) }
      : { high: shifted(high, low, bits - 32), low: shifted(low, high, bits - 32) },
};

/** FarmHash on tensors. */
export const farmHashOnTensors = farmHashOn(tensorWords);

/** Returns the words whose halves, high and low, are along the last axis of a tensor. */
export function wordsIn(x: Tensor): TensorWord {
  const [high, low] = split(x, 2, -1).map((half) => squeeze(half, -1));
  return { high, low };
}

/** Returns the remainder of words as int32. It is computed from the highest bits on, as many at once as uint32 can hold. */
export function remainderOf({ high, low }: TensorWord, divisor: number): Tensor {
  const bits = Math.min(16, Math.clz32(divisor - 1));
  const step = (rest: TensorLike, half: Tensor, from: number): Tensor => {
    const count = Math.min(bits, from);
    const next = bitwiseAnd(rightShift(half, from - count), 2 ** count - 1);
    return mod(bitwiseOr(leftShift(rest, count), next), divisor);
  };
  let rest: Tensor = mul(high, 0);
  for (const half of [high, low]) for (let from = 32; from > 0; from -= bits) rest = step(rest, half, from);
  return astype(rest, 'int32');
}

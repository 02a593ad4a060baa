import {
  add,
  astype,
  bitwiseOr,
  equal,
  floorDivide,
  leftShift,
  less,
  logicalAnd,
  logicalNot,
  mod,
  mul,
  sub,
  type Tensor,
  where,
} from '@manabi/core';
import { type SipKey, sipHashOfWords } from '@manabi/text/internal';
import { farmHashOnTensors, type TensorWord, tensorWords } from './tensor-words.ts';

/** Largest number of characters of an int32. */
const LONGEST = 11;
const MINUS = 45;
const ZERO = 48;

/**
 * Returns the hash of the decimal text of each integer: a fingerprint, or the hash with a key.
 *
 * @param x int32
 */
export function hashesOfIntegers(x: Tensor, key: SipKey | null): TensorWord {
  const { characters, length } = decimalOf(x);
  const none = mul(length, 0);
  /** Returns four characters from a position, the first one in the lowest bits; positions count from the end. */
  const four = (from: number, count: number): Tensor =>
    Array.from({ length: count }, (_, i) => leftShift(characters[from - i], 8 * i)).reduce(bitwiseOr, none);
  const eight = (from: number, count = 8): TensorWord => ({
    high: four(from - 4, Math.max(0, count - 4)),
    low: four(from, Math.min(4, count)),
  });
  /** Returns the word for the length of each text, which is in [from, to]. */
  const byLength = (from: number, to: number, wordOf: (length: number) => TensorWord): TensorWord => {
    let found = wordOf(to);
    for (let each = to - 1; each >= from; each--) found = chosen(equal(length, each), wordOf(each), found);
    return found;
  };
  const isLong = logicalNot(less(length, 8));
  const first = byLength(8, LONGEST, (each) => eight(each - 1));
  if (key !== null) {
    const ended = (word: TensorWord): TensorWord => ({ ...word, high: bitwiseOr(word.high, leftShift(length, 24)) });
    const short = byLength(1, 7, (each) => eight(each - 1, each));
    const rest = byLength(8, LONGEST, (each) => eight(each - 9, each - 8));
    return chosen(
      isLong,
      sipHashOfWords(tensorWords, key, [first, ended(rest)]),
      sipHashOfWords(tensorWords, key, [ended(short)]),
    );
  }
  const wordOf = (low: Tensor): TensorWord => ({ high: none, low });
  const size = wordOf(length);
  const [last, one] = [wordOf(four(3, 4)), wordOf(characters[0])];
  const middle = byLength(1, 3, (each) => wordOf(characters[each === 3 ? 1 : 0]));
  const start = byLength(1, 3, (each) => wordOf(characters[each - 1]));
  const firstFour = byLength(4, 7, (each) => wordOf(four(each - 1, 4)));
  return chosen(
    isLong,
    farmHashOnTensors.hashOf8To16(first, eight(7), size),
    chosen(
      less(length, 4),
      farmHashOnTensors.hashOf1To3(start, middle, one, size),
      farmHashOnTensors.hashOf4To7(firstFour, last, size),
    ),
  );
}

/** Returns the characters of integers from the last one on, and their number, as uint32. */
function decimalOf(x: Tensor): { readonly characters: readonly Tensor[]; readonly length: Tensor } {
  const isNegative = less(x, 0);
  const wrapped = astype(x, 'uint32');
  const size = where(isNegative, sub(0, wrapped), wrapped);
  const digits = Array.from({ length: LONGEST - 1 }, (_, i) => floorDivide(size, 10 ** i));
  const count = digits.slice(1).reduce((sum, rest) => add(sum, astype(less(0, rest), 'uint32')), add(mul(size, 0), 1));
  const characters = [...digits.map((rest) => add(mod(rest, 10), ZERO)), mul(size, 0)];
  return {
    characters: characters.map((character, i) => where(logicalAnd(isNegative, equal(count, i)), MINUS, character)),
    length: add(count, astype(isNegative, 'uint32')),
  };
}

const chosen = (condition: Tensor, a: TensorWord, b: TensorWord): TensorWord => ({
  high: where(condition, a.high, b.high),
  low: where(condition, a.low, b.low),
});

import { type DType, dtypes, type HostArray, hostArray } from '@manabi/ir';

/** Source of random numbers, such as `randomSource()` of `@manabi/testing`. */
export interface RandomNumbers {
  /** Returns a number in [0, 1). */
  readonly next: () => number;
  /** Returns a number in [low, high). */
  readonly uniform: (low: number, high: number) => number;
  /** Returns an integer in [low, high). */
  readonly integer: (low: number, high: number) => number;
  /** Returns an element of a list. */
  readonly pick: <T>(list: readonly T[]) => T;
}

/** Returns a host array of shape `[length]` with random elements of the given dtype. */
export function randomArray(dtype: DType, length: number, random: RandomNumbers): HostArray {
  const data = dtypes[dtype].create(length);
  for (let i = 0; i < length; i++) {
    if (dtype === 'bool') data[i] = random.integer(0, 2);
    else if (dtypes[dtype].kind === 'float') data[i] = random.uniform(-2, 2);
    else data[i] = random.next() < 0.2 ? random.integer(0, 4) : random.integer(-(2 ** 31), 2 ** 31);
  }
  return hostArray(dtype, [length], data);
}

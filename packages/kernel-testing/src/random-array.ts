import { type DType, dtypes, type HostArray, hostArray } from '@manabi/ir';

/** Where random elements come from. */
export interface RandomNumbers {
  readonly next: () => number;
  readonly uniform: (low: number, high: number) => number;
  readonly integer: (low: number, high: number) => number;
}

/** Returns random elements of a dtype. */
export function randomArray(dtype: DType, length: number, random: RandomNumbers): HostArray {
  const data = dtypes[dtype].create(length);
  for (let i = 0; i < length; i++) {
    if (dtype === 'bool') data[i] = random.integer(0, 2);
    else if (dtypes[dtype].kind === 'float') data[i] = random.uniform(-2, 2);
    else data[i] = random.next() < 0.2 ? random.integer(0, 4) : random.integer(-(2 ** 31), 2 ** 31);
  }
  return hostArray(dtype, [length], data);
}

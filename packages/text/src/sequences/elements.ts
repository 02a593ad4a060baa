import { ManabiError } from '@manabi/errors';

/** Data types of the arrays that this package returns. */
export type PaddedDType = (typeof paddedDTypes)[number];

export const paddedDTypes = ['int32', 'uint8', 'uint32', 'float32', 'float64', 'bool'] as const;

type Elements = Int32Array | Uint8Array | Uint32Array | Float32Array | Float64Array;

const constructors = {
  int32: Int32Array,
  uint8: Uint8Array,
  uint32: Uint32Array,
  float32: Float32Array,
  float64: Float64Array,
  bool: Uint8Array,
} as const satisfies Readonly<Record<PaddedDType, unknown>>;

/** Creates the typed array of a dtype. */
export function createElements(dtype: PaddedDType, length: number): Elements {
  return new constructors[dtype](length);
}

const ranges = {
  int32: [-(2 ** 31), 2 ** 31 - 1],
  uint32: [0, 2 ** 32 - 1],
  uint8: [0, 255],
  bool: [0, 1],
} as const;

/**
 * Returns a number if a dtype can represent it.
 *
 * @param what subject of the message, such as "Element [0][3]"
 * @throws ManabiError `value` for fractions and numbers out of the range of an integer dtype
 */
export function storedElement(op: string, dtype: PaddedDType, number: number, what: string): number {
  if (dtype === 'float32' || dtype === 'float64') return number;
  const [low, high] = ranges[dtype];
  if (Number.isInteger(number) && number >= low && number <= high) return number;
  throw new ManabiError(
    'value',
    `${what} must be an integer in [${low}, ${high}] for dtype ${dtype}; got ${number}. Pass dtype: 'float32' for other numbers.`,
    { op, data: { dtype, given: number } },
  );
}

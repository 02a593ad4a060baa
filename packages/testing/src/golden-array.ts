/** An array in a golden file: little-endian elements as base64. */
export interface GoldenArray {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly base64: string;
}

/** Types of the elements that `goldenArray` reads, by dtype. */
const arrays = { float32: Float32Array, float64: Float64Array, int32: Int32Array, uint8: Uint8Array } as const;

/** Returns the elements of an array in a golden file. */
export function goldenArray({ dtype, base64 }: GoldenArray): number[] {
  const bytes = Uint8Array.from(Buffer.from(base64, 'base64'));
  const entry = Object.entries(arrays).find(([name]) => name === dtype);
  if (entry === undefined) throw new Error(`goldens have no arrays of dtype ${dtype}`);
  return [...new entry[1](bytes.buffer)];
}

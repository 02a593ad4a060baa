import type { DType } from '@manabi/core';

const bytes: { readonly [K in DType]: number } = {
  float64: 8,
  float32: 4,
  float16: 2,
  int32: 4,
  uint32: 4,
  uint8: 1,
  bool: 1,
};

/** Returns the number of bytes of one element of a dtype. */
export function dtypeBytes(dtype: DType): number {
  return bytes[dtype];
}

import type { DType } from '@manabi/core';

/** Returns the number of bytes of one element of a dtype. */
export function dtypeBytes(dtype: DType): number {
  return dtype === 'bool' ? 1 : Number(/\d+/.exec(dtype)) / 8;
}

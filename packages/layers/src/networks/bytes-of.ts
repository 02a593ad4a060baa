import type { DType } from '@manabi/core';
import type { Variable } from '../variables/variable.ts';

/** A weight or another tensor, as far as its size matters. */
export type Sized = Pick<Variable, 'size' | 'dtype'>;

/** Returns the number of bytes of variables. */
export function bytesOf(variables: readonly Sized[]): number {
  return variables.reduce((sum, { size, dtype }) => sum + size * bytesOfElement(dtype), 0);
}

function bytesOfElement(dtype: DType): number {
  return dtype === 'bool' ? 1 : Number(/\d+/.exec(dtype)) / 8;
}

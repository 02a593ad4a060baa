import { astype, type DType, type Tensor } from '@manabi/core';

const FLOATS: ReadonlySet<DType> = new Set(['float16', 'float32', 'float64']);

/** Casts a float to or from float16, or to float64; returns other tensors, and those of the dtype, as they are. */
export function castHalf(x: Tensor, dtype: DType): Tensor {
  const isCast = x.dtype === 'float16' || dtype === 'float16' || dtype === 'float64';
  const concerns = isCast && FLOATS.has(x.dtype) && FLOATS.has(dtype);
  return concerns ? astype(x, dtype) : x;
}

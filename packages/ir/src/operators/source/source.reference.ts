import type { DType } from '../../types/dtype.ts';
import { roundToFloat16 } from '../../types/float16.ts';
import { rowMajorStrides } from '../../types/shape.ts';
import type { Reference } from '../reference.ts';
import { fillReference } from '../reference-array.ts';
import type { SourceOp } from './source.ts';
import { threefry } from './threefry.ts';

/** Reference implementations of `constant`, `iota` and `randomBits`. */
export const sourceReference: { readonly [K in SourceOp]: Reference<K> } = {
  constant: (_operands, { dtype, value }, [result]) => {
    // A constant is rounded to its dtype on every backend.
    const stored = rounding(dtype);
    return [fillReference(result, (i) => stored(typeof value === 'number' ? value : value[i]))];
  },
  iota: (_operands, { shape, axis }, [result]) => {
    const stride = rowMajorStrides(shape)[axis];
    return [fillReference(result, (i) => Math.floor(i / stride) % shape[axis])];
  },
  randomBits: ([key], _attributes, [result]) => [
    fillReference(result, (i) => threefry([key.data[0], key.data[1]], [i, 0])[0]),
  ],
};

function rounding(dtype: DType): (element: number) => number {
  if (dtype === 'float32') return Math.fround;
  return dtype === 'float16' ? roundToFloat16 : (element) => element;
}

import { rowMajorStrides } from '../../types/shape.ts';
import type { Reference } from '../reference.ts';
import { fillReference } from '../reference-array.ts';
import type { SourceOp } from './source.ts';
import { threefry } from './threefry.ts';

/** Reference implementations of `constant`, `iota` and `randomBits`. */
export const sourceReference: { readonly [K in SourceOp]: Reference<K> } = {
  constant: (_operands, { dtype, value }, [result]) => {
    // A float32 constant is rounded to float32 here too, as on every backend.
    const stored = dtype === 'float32' ? Math.fround : (element: number) => element;
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

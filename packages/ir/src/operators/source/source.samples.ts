import type { DType } from '../../types/dtype.ts';
import type { Shape } from '../../types/shape.ts';
import type { Sample } from '../sample.ts';
import { values } from '../sample-operands.ts';
import type { SourceOp } from './source.ts';

/** Test samples of `constant`, `iota` and `randomBits`. */
export const sourceSamples: { readonly [K in SourceOp]: readonly Sample<K>[] } = {
  constant: [
    constant('splat', 'float32', [3, 5, 7], 0.1),
    constant('splat', 'float64', [3, 5, 7], 0.1),
    constant('splat', 'float16', [3, 5, 7], 0.1),
    constant('splat', 'int32', [130], -2147483648),
    constant('splat', 'uint32', [130], 4294967295),
    constant('splat', 'uint8', [130], 255),
    constant('splat', 'bool', [130], 1),
    constant('scalar', 'float32', [], -2.5),
    constant('elements', 'float32', [2, 3], [0.1, -1.5, 3e38, 1e-20, 0, 7]),
    constant('elements', 'float64', [2, 3], [0.1, -1.5, 1e300, 1e-300, 0, 7]),
    constant('elements', 'float16', [3, 3], [0.1, -1.5, 65519, 65520, -1e-8, 2 ** -24, 0, -0, 2049]),
    constant('elements', 'int32', [5], [-2147483648, -1, 0, 1, 2147483647]),
    constant('elements', 'uint32', [3], [0, 1, 4294967295]),
    constant('elements', 'uint8', [3], [0, 7, 255]),
    constant('elements', 'bool', [3], [1, 0, 1]),
    constant('one element', 'float32', [1, 1], [0.3]),
    constant('infinities and NaN', 'float32', [3], [Infinity, -Infinity, NaN]),
    constant('infinite splat', 'float32', [4], -Infinity),
    constant('NaN splat', 'float32', [], NaN),
    constant('empty', 'float32', [2, 0], []),
    constant('empty splat', 'int32', [0], 3),
  ],
  iota: [
    iota('vector', 'int32', [130], 0),
    iota('outer axis', 'int32', [3, 5, 7], 0),
    iota('middle axis', 'float32', [3, 5, 7], 1),
    iota('middle axis', 'float64', [3, 5, 7], 1),
    iota('odd integers are rounded', 'float16', [2, 2060], 1),
    iota('inner axis', 'uint32', [3, 5, 7], 2),
    iota('inner axis', 'uint8', [3, 256], 1),
    iota('axis of one', 'int32', [1, 4], 0),
    iota('empty', 'float32', [0, 3], 1),
  ],
  randomBits: [
    randomBits('vector', [130], [0, 0]),
    randomBits('three axes', [3, 5, 7], [0x13198a2e, 0x03707344]),
    randomBits('scalar', [], [0xffffffff, 0xffffffff]),
    randomBits('one element', [1], [1, 2]),
    randomBits('empty', [2, 0], [1, 2]),
  ],
};

function constant(name: string, dtype: DType, shape: Shape, value: number | readonly number[]): Sample<'constant'> {
  return { name: `${name} ${dtype}`, operands: [], attributes: { dtype, shape, value } };
}

function iota(name: string, dtype: DType, shape: Shape, axis: number): Sample<'iota'> {
  return { name: `${name} ${dtype}`, operands: [], attributes: { dtype, shape, axis } };
}

function randomBits(name: string, shape: Shape, key: readonly [number, number]): Sample<'randomBits'> {
  return { name, operands: [values('uint32', key)], attributes: { shape } };
}

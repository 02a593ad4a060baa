import { type DType, dtypeNames } from '../../types/dtype.ts';
import type { Shape } from '../../types/shape.ts';
import type { Sample } from '../sample.ts';
import { values } from '../sample-operands.ts';
import type { LayoutOps } from './layout.ts';
import { anyOf } from './recipes.ts';

function reshape(name: string, from: Shape, to: Shape, dtype: DType = 'float32'): Sample<'reshape'> {
  return { name, operands: [anyOf(dtype, from)], attributes: { shape: to } };
}

function transpose(
  name: string,
  shape: Shape,
  permutation: readonly number[],
  dtype: DType = 'float32',
): Sample<'transpose'> {
  return { name, operands: [anyOf(dtype, shape)], attributes: { permutation } };
}

function expand(
  name: string,
  from: Shape,
  shape: Shape,
  axes: readonly number[],
  dtype: DType = 'float32',
): Sample<'expand'> {
  return { name, operands: [anyOf(dtype, from)], attributes: { shape, axes } };
}

function slice(
  name: string,
  shape: Shape,
  start: readonly number[],
  limit: readonly number[],
  step: readonly number[],
  dtype: DType = 'float32',
): Sample<'slice'> {
  return { name, operands: [anyOf(dtype, shape)], attributes: { start, limit, step } };
}

function reverse(name: string, shape: Shape, axes: readonly number[], dtype: DType = 'float32'): Sample<'reverse'> {
  return { name, operands: [anyOf(dtype, shape)], attributes: { axes } };
}

function pad(
  name: string,
  shape: Shape,
  low: readonly number[],
  high: readonly number[],
  interior: readonly number[],
  dtype: DType = 'float32',
): Sample<'pad'> {
  return { name, operands: [anyOf(dtype, shape), anyOf(dtype, [])], attributes: { low, high, interior } };
}

function concat(name: string, shapes: readonly Shape[], axis: number, dtype: DType = 'float32'): Sample<'concat'> {
  return { name, operands: shapes.map((shape) => anyOf(dtype, shape)), attributes: { axis } };
}

function dynamicSlice(
  name: string,
  shape: Shape,
  starts: readonly number[],
  sizes: Shape,
  dtype: DType = 'float32',
): Sample<'dynamicSlice'> {
  return { name, operands: [anyOf(dtype, shape), values('int32', starts, [shape.length])], attributes: { sizes } };
}

function dynamicUpdateSlice(
  name: string,
  shape: Shape,
  window: Shape,
  starts: readonly number[],
  dtype: DType = 'float32',
): Sample<'dynamicUpdateSlice'> {
  return {
    name,
    operands: [anyOf(dtype, shape), anyOf(dtype, window), values('int32', starts, [shape.length])],
    attributes: {},
  };
}

/** Creates one sample per dtype. */
function each<K extends LayoutOps>(sample: (dtype: DType) => Sample<K>): readonly Sample<K>[] {
  return dtypeNames.map(sample);
}

/** Test samples of the operators that move elements without computing, such as transpose. */
export const layoutSamples: { readonly [K in LayoutOps]: readonly Sample<K>[] } = {
  reshape: [
    ...each((dtype) => reshape(dtype, [2, 6], [3, 4], dtype)),
    reshape('scalar to one element', [], [1, 1]),
    reshape('one element to scalar', [1], []),
    reshape('cuts across axes', [4, 3, 5], [6, 10]),
    reshape('axes of one element', [3, 1, 5], [1, 3, 5, 1]),
    reshape('empty', [0, 3], [5, 0]),
    reshape('large', [13, 7, 11], [77, 13]),
  ],
  transpose: [
    ...each((dtype) => transpose(dtype, [3, 5], [1, 0], dtype)),
    transpose('scalar', [], []),
    transpose('rotated axes', [2, 3, 5], [2, 0, 1]),
    transpose('axes of one element', [1, 4, 1, 3], [3, 0, 1, 2]),
    transpose('empty axis', [3, 0, 2], [1, 2, 0]),
    transpose('large', [37, 61], [1, 0]),
    transpose('channels to the end', [2, 3, 9, 7], [0, 2, 3, 1]),
  ],
  expand: [
    ...each((dtype) => expand(dtype, [3], [2, 3], [1], dtype)),
    expand('scalar to scalar', [], [], []),
    expand('scalar', [], [3, 5], []),
    expand('along the last axis', [3], [3, 5], [0]),
    expand('stretched axes', [1, 3, 1], [4, 3, 5], [0, 1, 2]),
    expand('to an empty axis', [1, 3], [0, 3], [0, 1]),
    expand('from an empty axis', [0], [2, 0], [1]),
    expand('large', [7, 1, 13], [7, 11, 3, 13], [0, 1, 3]),
  ],
  slice: [
    ...each((dtype) => slice(dtype, [5, 4], [1, 0], [4, 3], [1, 1], dtype)),
    slice('scalar', [], [], [], []),
    slice('steps that do not divide the range', [7, 10], [1, 0], [7, 9], [3, 2]),
    slice('whole operand', [3, 4], [0, 0], [3, 4], [1, 1]),
    slice('empty range', [5, 3], [2, 0], [2, 3], [1, 1]),
    slice('of an empty axis', [0, 3], [0, 1], [0, 3], [2, 1]),
    slice('one element with a long step', [9], [4], [9], [100]),
    slice('large', [33, 65], [3, 2], [32, 63], [1, 4]),
  ],
  reverse: [
    ...each((dtype) => reverse(dtype, [2, 5], [1], dtype)),
    reverse('scalar', [], []),
    reverse('no axes', [3], []),
    reverse('all axes', [3, 2, 5], [2, 0, 1]),
    reverse('axis of one element', [3, 1], [1]),
    reverse('empty axis', [0, 3], [0, 1]),
    reverse('large', [31, 35], [0]),
  ],
  pad: [
    ...each((dtype) => pad(dtype, [2, 3], [1, 0], [0, 2], [0, 0], dtype)),
    pad('scalar', [], [], [], []),
    pad('no padding', [3], [0], [0], [0]),
    pad('between elements', [3, 2], [1, 2], [2, 0], [2, 1]),
    pad('no interior padding for one element', [1, 4], [0, 1], [1, 0], [5, 0]),
    pad('empty axis', [0, 2], [2, 1], [1, 0], [3, 0]),
    pad('large', [17, 29], [3, 1], [2, 5], [1, 0]),
  ],
  concat: [
    ...each((dtype) =>
      concat(
        dtype,
        [
          [2, 3],
          [2, 1],
        ],
        1,
        dtype,
      ),
    ),
    concat('one operand', [[3]], 0),
    concat(
      'first axis',
      [
        [2, 3],
        [1, 3],
        [4, 3],
      ],
      0,
    ),
    concat(
      'an empty operand',
      [
        [2, 0],
        [2, 5],
      ],
      1,
    ),
    concat(
      'all empty',
      [
        [0, 3],
        [0, 3],
      ],
      0,
    ),
    concat(
      'middle axis',
      [
        [3, 2, 5],
        [3, 7, 5],
        [3, 1, 5],
      ],
      1,
    ),
    concat(
      'large',
      [
        [13, 17],
        [13, 30],
        [13, 4],
      ],
      1,
    ),
  ],
  dynamicSlice: [
    ...each((dtype) => dynamicSlice(dtype, [5, 4], [2, 1], [2, 3], dtype)),
    dynamicSlice('scalar', [], [], []),
    dynamicSlice('starts beyond the end are clamped', [5, 4], [9, 3], [3, 2]),
    dynamicSlice('negative starts are clamped', [5, 4], [-7, -1], [3, 2]),
    dynamicSlice('whole axis', [3, 4], [2, 1], [3, 2]),
    dynamicSlice('empty window', [3, 4], [1, 1], [0, 2]),
    dynamicSlice('of an empty axis', [0, 3], [5, 1], [0, 2]),
    dynamicSlice('large', [31, 45], [7, 13], [15, 29]),
  ],
  dynamicUpdateSlice: [
    ...each((dtype) => dynamicUpdateSlice(dtype, [5, 4], [2, 3], [2, 1], dtype)),
    dynamicUpdateSlice('scalar', [], [], []),
    dynamicUpdateSlice('starts beyond the end are clamped', [5, 4], [3, 2], [9, 3]),
    dynamicUpdateSlice('negative starts are clamped', [5, 4], [3, 2], [-7, -1]),
    dynamicUpdateSlice('whole operand', [3, 4], [3, 4], [1, 1]),
    dynamicUpdateSlice('empty window', [3, 4], [0, 2], [1, 1]),
    dynamicUpdateSlice('of an empty axis', [0, 3], [0, 2], [5, 1]),
    dynamicUpdateSlice('large', [31, 45], [15, 29], [7, 13]),
  ],
};

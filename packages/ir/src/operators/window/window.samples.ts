import type { Attributes, Padding, WindowAttributes } from '../../graph/graph.ts';
import type { DType } from '../../types/dtype.ts';
import { dtypeNames, isFloat } from '../../types/dtype.ts';
import { type Shape, sizeOf } from '../../types/shape.ts';
import { indexAt, positionOf } from '../layout/element-index.ts';
import { anyOf } from '../layout/recipes.ts';
import type { Exemption, Sample, SampleOperand } from '../sample.ts';
import { distinct, values } from '../sample-operands.ts';
import { lengthWithPadding, windowCount } from './geometry.ts';
import type { WindowOps } from './window.ts';

const numeric: readonly DType[] = dtypeNames.filter((dtype) => dtype !== 'bool');

function windows(
  name: string,
  shape: Shape,
  size: readonly number[],
  stride: readonly number[] = size.map(() => 1),
  dilation: readonly number[] = size.map(() => 1),
  dtype: DType = 'float32',
): Sample<'windows'> {
  return { name, operands: [anyOf(dtype, shape)], attributes: { size, stride, dilation } };
}

/** Returns attributes of pooling with stride 1 and without padding, overridden by `changes`. */
function pooling(window: readonly number[], changes: Partial<WindowAttributes> = {}): WindowAttributes {
  const ones = window.map(() => 1);
  return { window, strides: ones, padding: window.map((): Padding => [0, 0]), dilation: ones, ...changes };
}

/**
 * Returns attributes of a convolution with strides of 1 and without padding, dilation or groups, overridden by
 * `changes`.
 */
function plain(rank: number, changes: Partial<Attributes['conv']> = {}): Attributes['conv'] {
  const ones = new Array<number>(rank).fill(1);
  const padding = ones.map((): Padding => [0, 0]);
  return { strides: ones, padding, lhsDilation: ones, rhsDilation: ones, groups: 1, ...changes };
}

function conv(
  name: string,
  x: Shape,
  w: Shape,
  changes: Partial<Attributes['conv']> = {},
  dtype: DType = 'float32',
): Sample<'conv'> {
  return { name, operands: [anyOf(dtype, x), anyOf(dtype, w)], attributes: plain(x.length - 2, changes) };
}

function windowSum(
  name: string,
  shape: Shape,
  attributes: WindowAttributes,
  dtype: DType = 'float32',
): Sample<'windowSum'> {
  return { name, operands: [anyOf(dtype, shape)], attributes };
}

function maxPool(
  name: string,
  shape: Shape,
  attributes: WindowAttributes,
  dtype: DType = 'float32',
): Sample<'maxPool'> {
  return { name, operands: [isFloat(dtype) ? distinct(dtype, shape) : anyOf(dtype, shape)], attributes };
}

function special(
  name: string,
  dtype: DType,
  elements: readonly number[],
  attributes: WindowAttributes,
  exempt?: Exemption,
): Sample<'maxPool'> {
  return { name, operands: [values(dtype, elements)], attributes, exempt };
}

function maxUnpool(
  name: string,
  lead: Shape,
  inputShape: Shape,
  attributes: WindowAttributes,
  dtype: DType = 'float32',
): Sample<'maxUnpool'> {
  const { window, strides, padding, dilation } = attributes;
  const counts = inputShape.map((length, i) =>
    windowCount(lengthWithPadding(length, padding[i]), window[i], strides[i], dilation[i]),
  );
  const shape = [...lead, ...counts];
  return {
    name,
    operands: [anyOf(dtype, shape), indicesUnderWindows(shape, inputShape, attributes)],
    attributes: { ...attributes, inputShape },
  };
}

/** Returns operand elements for `maxUnpool`: for each window, the index of an element that the window covers. */
function indicesUnderWindows(shape: Shape, inputShape: Shape, attributes: WindowAttributes): SampleOperand {
  const { window, strides, padding, dilation } = attributes;
  const chosen = Array.from({ length: sizeOf(shape) }, (_, i) => {
    const origin = indexAt(i, shape).slice(shape.length - window.length);
    const under = Array.from({ length: sizeOf(window) }, (_cell, k) =>
      indexAt(k, window).map((cell, axis) => origin[axis] * strides[axis] + cell * dilation[axis] - padding[axis][0]),
    ).filter((at) => at.every((value, axis) => value >= 0 && value < inputShape[axis]));
    return positionOf(under[(i * 7) % under.length], inputShape);
  });
  return values('int32', chosen, shape);
}

const { NaN: nan, POSITIVE_INFINITY: infinity } = Number;

/**
 * Shapes and attributes for samples of the pooling operators. Each window covers at least one element besides padding.
 */
const poolings: readonly (readonly [name: string, shape: Shape, attributes: WindowAttributes])[] = [
  ['side by side', [2, 6], pooling([2], { strides: [2] })],
  ['overlapping', [2, 7], pooling([3])],
  ['two axes', [2, 3, 5, 6], pooling([2, 3], { strides: [2, 1] })],
  ['three axes', [4, 3, 5], pooling([2, 2, 3], { strides: [2, 1, 2] })],
  ['strides that leave elements out', [9], pooling([2], { strides: [4] })],
  ['strides that do not divide the length', [2, 8], pooling([3], { strides: [2] })],
  ['dilated', [2, 9], pooling([3], { dilation: [2], strides: [2] })],
  [
    'padded',
    [1, 5, 4],
    pooling([3, 2], {
      strides: [2, 2],
      padding: [
        [1, 2],
        [0, 1],
      ],
    }),
  ],
  ['dilated over padding', [7], pooling([2], { padding: [[3, 1]], dilation: [3] })],
  ['negative padding', [3, 9], pooling([3], { padding: [[-2, -1]], strides: [2] })],
  ['one side cut, one side padded', [2, 6], pooling([2], { padding: [[-1, 1]], strides: [2] })],
  ['windows of one element', [2, 5], pooling([1], { strides: [2] })],
  ['the whole axis', [3, 4, 5], pooling([4, 5])],
  ['no window fits', [2, 3], pooling([4])],
  ['empty leading axis', [0, 4], pooling([2])],
  ['large', [3, 19, 21], pooling([3, 3], { strides: [2, 2] })],
];

/** Test samples of the operators that move a window over the last axes. */
export const windowSamples: { readonly [K in WindowOps]: readonly Sample<K>[] } = {
  windows: [
    ...dtypeNames.map((dtype) => windows(dtype, [2, 6], [3], [2], [1], dtype)),
    windows('two axes', [2, 4, 5], [2, 3]),
    windows('all axes', [4, 5], [3, 2], [1, 2]),
    windows('dilated', [2, 9], [3], [1], [3]),
    windows('strided and dilated', [3, 9, 8], [2, 3], [3, 2], [4, 2]),
    windows('no windowed axes', [2, 3], []),
    windows('windows of one element', [2, 6], [1], [4]),
    windows('the whole axis', [2, 6], [6]),
    windows('no window fits', [2, 3], [4]),
    windows('empty axis', [2, 0], [2]),
    windows('empty leading axis', [0, 5], [2]),
    windows('large', [3, 17, 19], [3, 5], [2, 1]),
  ],
  conv: [
    ...(['float32', 'float64', 'float16', 'int32', 'uint32'] as const).map((dtype) =>
      conv(dtype, [2, 3, 6], [4, 3, 3], {}, dtype),
    ),
    conv('two axes', [2, 2, 5, 4], [3, 2, 3, 2]),
    conv('three axes', [1, 2, 3, 4, 3], [2, 2, 2, 2, 2]),
    conv('no spatial axes', [3, 4], [2, 4]),
    conv('strides', [1, 2, 8, 7], [2, 2, 3, 2], { strides: [3, 2] }),
    conv('padding', [1, 2, 4, 3], [2, 2, 3, 3], {
      padding: [
        [1, 1],
        [0, 2],
      ],
    }),
    conv('negative padding', [1, 2, 7], [2, 2, 2], { padding: [[-2, -1]] }),
    conv('one side cut, one side padded', [1, 2, 6], [2, 2, 3], { padding: [[2, -1]], strides: [2] }),
    conv('dilated filter', [1, 2, 8], [2, 2, 3], { rhsDilation: [3] }),
    conv('dilated image', [1, 2, 4], [2, 2, 3], { lhsDilation: [2], padding: [[2, 1]] }),
    conv('everything at once', [2, 4, 5, 4], [6, 2, 2, 3], {
      strides: [2, 3],
      padding: [
        [3, -1],
        [-1, 4],
      ],
      lhsDilation: [2, 3],
      rhsDilation: [3, 2],
      groups: 2,
    }),
    conv('groups', [2, 6, 5], [9, 2, 2], { groups: 3 }),
    conv('a group for each channel', [1, 3, 4, 4], [6, 1, 2, 2], { groups: 3 }),
    conv('filters of one element', [2, 3, 4, 4], [2, 3, 1, 1]),
    conv('filters of one element, strided', [1, 3, 5, 5], [2, 3, 1, 1], { strides: [2, 2] }),
    conv('filters as large as the image', [2, 3, 4, 4], [2, 3, 4, 4]),
    conv('many spatial elements', [2, 3, 8, 9], [4, 3, 3, 3]),
    conv('many spatial elements, padded and strided', [1, 2, 17], [2, 2, 3], { padding: [[60, 4]], strides: [2] }),
    conv('many spatial elements, groups', [2, 4, 40], [6, 2, 3], { groups: 2 }),
    conv('filter longer than the image', [1, 2, 3], [2, 2, 4]),
    conv('padding cuts everything', [1, 2, 3], [2, 2, 1], { padding: [[-2, -2]] }),
    conv('empty image with padding', [1, 2, 0], [2, 2, 2], { padding: [[2, 1]] }),
    conv('no images', [0, 2, 4], [3, 2, 2]),
    conv('no channels', [2, 0, 4], [3, 0, 2]),
    conv('no filters', [2, 3, 4], [0, 3, 2]),
    conv('large', [1, 5, 9, 11], [6, 5, 3, 3], {
      padding: [
        [1, 1],
        [1, 1],
      ],
    }),
  ],
  windowSum: [
    ...numeric.map((dtype) => windowSum(dtype, [2, 7], pooling([3], { strides: [2], padding: [[1, 1]] }), dtype)),
    ...poolings.map(([name, shape, attributes]) => windowSum(name, shape, attributes)),
    windowSum('no windowed axes', [2, 3], pooling([])),
    windowSum('windows over padding only', [2, 2], pooling([2], { padding: [[3, 3]] })),
    windowSum('empty axis', [2, 0], pooling([2], { padding: [[1, 2]] })),
  ],
  maxPool: [
    ...numeric.map((dtype) => maxPool(dtype, [2, 7], pooling([3], { strides: [2], padding: [[1, 1]] }), dtype)),
    ...poolings.map(([name, shape, attributes]) => maxPool(name, shape, attributes)),
    maxPool('no windowed axes', [2, 3], pooling([])),
    special('first of equal elements', 'float32', [1, 3, 3, 0, -0, 0, 3], pooling([3]), 'ties'),
    special('first NaN', 'float32', [1, nan, 3, nan, infinity, 2, 1], pooling([4]), 'special'),
    special(
      'padding never wins',
      'float32',
      [-infinity, -infinity, -1],
      pooling([3], { padding: [[2, 2]] }),
      'special',
    ),
    special('padding never wins over integers', 'int32', [-2147483648, -5], pooling([2], { padding: [[1, 1]] })),
    special('padding never wins over zero', 'uint8', [0, 0, 7], pooling([2], { padding: [[1, 1]] })),
  ],
  maxUnpool: [
    ...numeric.map((dtype) => maxUnpool(dtype, [2], [7], pooling([3], { strides: [2], padding: [[1, 1]] }), dtype)),
    ...poolings.map(([name, shape, attributes]) => {
      const lead = shape.length - attributes.window.length;
      return maxUnpool(name, shape.slice(0, lead), shape.slice(lead), attributes);
    }),
    maxUnpool('no windowed axes', [2, 3], [], pooling([])),
  ],
};

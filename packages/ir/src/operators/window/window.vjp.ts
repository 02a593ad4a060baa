import type { GraphBuilder } from '../../graph/builder.ts';
import type { Attributes, Padding, Value } from '../../graph/graph.ts';
import { sizeOf } from '../../types/shape.ts';
import type { Vjp, VjpRule } from '../vjp.ts';
import { axesFrom, spannedLength } from './geometry.ts';
import { padLastAxes } from './pad.ts';
import type { WindowOps } from './window.ts';

/**
 * Adds the cotangents of all elements of the windows to the elements of the operand from which they were copied, one
 * axis after the other.
 */
const windows: VjpRule<'windows'> = (b, { operands: [x], attributes: { size, stride, dilation } }, [g]) => {
  if (g === null) return [null];
  if (sizeOf(b.shape(g)) === 0) return [b.full(x, 0)];
  const shape = b.shape(x);
  const lead = shape.length - size.length;
  let sum = g;
  for (let i = size.length - 1; i >= 0; i--) {
    sum = overlapAdd(b, sum, lead + i, shape[lead + i], stride[i], dilation[i]);
  }
  return [sum];
};

/**
 * Adds overlapping windows along `axis` at their positions. The elements of each window are on the last axis, which is
 * removed.
 */
function overlapAdd(
  b: GraphBuilder,
  cells: Value,
  axis: number,
  length: number,
  stride: number,
  dilation: number,
): Value {
  const shape = b.shape(cells);
  const last = shape.length - 1;
  const outer = shape.slice(0, last);
  const along = (amount: number): number[] => outer.map((_, i) => (i === axis ? amount : 0));
  const parts = Array.from({ length: shape[last] }, (_, cell) => {
    const low = cell * dilation;
    const part = b.slice(
      cells,
      shape.map((_, i) => (i === last ? cell : 0)),
      shape.with(last, cell + 1),
      shape.map(() => 1),
    );
    return b.pad(
      b.reshape(part, outer),
      b.constant(0, b.dtype(cells)),
      along(low),
      along(length - low - spannedLength(outer[axis], stride)),
      along(stride - 1),
    );
  });
  return parts.reduce((sum, part) => b.add(sum, part));
}

const conv: VjpRule<'conv'> = (b, { operands: [x, w], attributes }, [g]) => {
  if (g === null) return [null, null];
  if (sizeOf(b.shape(g)) === 0) return [b.full(x, 0), b.full(w, 0)];
  const spans = spansOf(b, x, w, g, attributes);
  return [imageGradient(b, w, g, attributes, spans), filterGradient(b, x, g, attributes, spans)];
};

/**
 * Lengths of a convolution's image, filter and result along one spatial axis, including the zeros that dilation
 * inserts.
 */
interface Spans {
  readonly low: number;
  readonly image: number;
  readonly filter: number;
  readonly result: number;
}

function spansOf(b: GraphBuilder, x: Value, w: Value, g: Value, attributes: Attributes['conv']): Spans[] {
  const { strides, padding, lhsDilation, rhsDilation } = attributes;
  return strides.map((stride, axis) => ({
    low: padding[axis][0],
    image: spannedLength(b.shape(x)[axis + 2], lhsDilation[axis]),
    filter: spannedLength(b.shape(w)[axis + 2], rhsDilation[axis]),
    result: spannedLength(b.shape(g)[axis + 2], stride),
  }));
}

/**
 * Computes the cotangent of the images: convolves the result's cotangent, with zeros inserted according to the strides,
 * with the reversed filters, in which input and output channels are swapped.
 */
function imageGradient(
  b: GraphBuilder,
  w: Value,
  g: Value,
  { strides, lhsDilation, rhsDilation, groups }: Attributes['conv'],
  spans: readonly Spans[],
): Value {
  const padding = spans.map(({ low, image, filter, result }): Padding => {
    const before = filter - 1 - low;
    return [before, image + filter - 1 - result - before];
  });
  const exchanged = b.reverse(exchangeChannels(b, w, groups), axesFrom(2, strides.length));
  return b.conv(g, exchanged, { strides: lhsDilation, padding, lhsDilation: strides, rhsDilation, groups });
}

/** Rearranges filters [M, C / groups, k...] to [C, M / groups, k...] within each group. */
function exchangeChannels(b: GraphBuilder, w: Value, groups: number): Value {
  const [filters, channels, ...kernel] = b.shape(w);
  if (groups === 1) return b.transpose(w, [1, 0, ...axesFrom(2, kernel.length)]);
  const apart = b.reshape(w, [groups, filters / groups, channels, ...kernel]);
  const exchanged = b.transpose(apart, [0, 2, 1, ...axesFrom(3, kernel.length)]);
  return b.reshape(exchanged, [groups * channels, filters / groups, ...kernel]);
}

/**
 * Computes the cotangent of the filters: convolves the images with the result's cotangent as the filter, dilated by the
 * strides. The batch and channel axes are swapped.
 */
function filterGradient(
  b: GraphBuilder,
  x: Value,
  g: Value,
  { strides, lhsDilation, rhsDilation, groups }: Attributes['conv'],
  spans: readonly Spans[],
): Value {
  const padding = spans.map(({ low, image, filter, result }): Padding => [low, result + filter - 1 - image - low]);
  const spatial = axesFrom(2, strides.length);
  const exchanged = b.conv(imagesAsChannels(b, x, groups), b.transpose(g, [1, 0, ...spatial]), {
    strides: rhsDilation,
    padding,
    lhsDilation,
    rhsDilation: strides,
    groups,
  });
  return b.transpose(exchanged, [1, 0, ...spatial]);
}

/** Rearranges images [N, C, n...] to [C / groups, groups · N, n...]. */
function imagesAsChannels(b: GraphBuilder, x: Value, groups: number): Value {
  const [count, channels, ...lengths] = b.shape(x);
  if (groups === 1) return b.transpose(x, [1, 0, ...axesFrom(2, lengths.length)]);
  const apart = b.reshape(x, [count, groups, channels / groups, ...lengths]);
  const exchanged = b.transpose(apart, [2, 1, 0, ...axesFrom(3, lengths.length)]);
  return b.reshape(exchanged, [channels / groups, groups * count, ...lengths]);
}

/**
 * The cotangent of an element is the sum of the cotangents of all windows that cover it, computed as a `windowSum` of
 * the result's cotangent with zeros inserted according to the strides.
 */
const windowSum: VjpRule<'windowSum'> = (b, { operands: [x], attributes }, [g]) => {
  if (g === null) return [null];
  const { window, strides, padding, dilation } = attributes;
  const lead = b.shape(x).length - window.length;
  const spread = padLastAxes(
    b,
    g,
    window.map((): Padding => [0, 0]),
    strides.map((stride) => stride - 1),
    0,
  );
  const back = window.map((size, axis): Padding => {
    const span = spannedLength(size, dilation[axis]);
    const low = span - 1 - padding[axis][0];
    return [low, b.shape(x)[lead + axis] + span - 1 - b.shape(spread)[lead + axis] - low];
  });
  const ones = window.map(() => 1);
  return [b.windowSum(spread, { window, strides: ones, padding: back, dilation })];
};

const maxPool: VjpRule<'maxPool'> = (b, { operands: [x], results: [, indices], attributes }, [g]) => {
  if (g === null) return [null];
  const inputShape = b.shape(x).slice(b.shape(x).length - attributes.window.length);
  return [b.maxUnpool(g, indices, { ...attributes, inputShape })];
};

/** The cotangent of each value is the result's cotangent at the index of the value. */
const maxUnpool: VjpRule<'maxUnpool'> = (b, { operands: [values, indices], attributes: { inputShape } }, [g]) => {
  if (g === null) return [null, null];
  const shape = b.shape(values);
  const lead = shape.slice(0, shape.length - inputShape.length);
  const flat = b.reshape(indices, [...lead, sizeOf(shape.slice(lead.length))]);
  const found = b.gatherElements(b.reshape(g, [...lead, sizeOf(inputShape)]), flat, lead.length);
  return [b.reshape(found, shape), null];
};

/** Gradient rules of the operators that move a window over the last axes. */
export const windowVjp: { readonly [K in WindowOps]: Vjp<K> } = { windows, conv, windowSum, maxPool, maxUnpool };

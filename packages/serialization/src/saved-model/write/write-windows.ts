import { ManabiError } from '@manabi/core';
import type { Attributes, WindowAttributes } from '@manabi/ir';
import { int, ints, text, typeOf } from './attributes.ts';
import type { Ref } from './graph-sink.ts';
import type { LayoutWriter, Term } from './layout-writer.ts';
import { type Length, productOf } from './lengths.ts';

/**
 * Writes a convolution. TensorFlow's kernels for CPUs require the channels last, one or two spatial axes without padding here, and
 * one group; groups are written as separate convolutions, except for depthwise ones.
 */
export function convolution(writer: LayoutWriter, given: Term, filters: Term, attributes: Attributes['conv']): Ref {
  const { sink } = writer;
  const { strides, padding, lhsDilation, rhsDilation, groups } = attributes;
  const spatial = strides.length;
  if (spatial > 3 || (spatial === 3 && rhsDilation.some((dilation) => dilation > 1))) {
    throw refused('conv', `it has ${spatial} spatial axes${spatial === 3 ? ' and dilated filters' : ''}`);
  }
  const zero = sink.scalar(given.dtype, 0);
  const spread = writer.spread(given, [0, 0, ...lhsDilation.map((dilation) => dilation - 1)], zero);
  const low = [0, 0, ...padding.map(([before]) => before)];
  const high = [0, 0, ...padding.map(([, after]) => after)];
  const padded: Term = {
    ...spread,
    ref: writer.pad(spread, low, high, zero),
    shape: spread.shape.map((length, axis) => grown(length, low[axis] + high[axis])),
  };
  // One spatial axis becomes two, of which the first has length 1.
  const missing = spatial === 1 ? 1 : 0;
  const widened = (x: Term): Term => {
    if (missing === 0) return x;
    const shape = [...x.shape.slice(0, 2), 1, ...x.shape.slice(2)];
    return { ...x, ref: writer.reshape(x, shape), shape };
  };
  const [x, w] = [widened(padded), widened(filters)];
  const rank = x.shape.length;
  const axes = Array.from({ length: rank - 2 }, (_, i) => i + 2);
  const ones = new Array<number>(missing).fill(1);
  const step = [1, ...ones, ...strides, 1];
  const dilations = [1, ...ones, ...rhsDilation, 1];
  const images = writer.transpose(x, [0, ...axes, 1]);
  const T = typeOf(x.dtype);
  const [count, perGroup] = [Number(w.shape[0]), Number(w.shape[1])];
  const op = rank === 5 ? 'Conv3D' : 'Conv2D';
  const options = {
    T,
    strides: ints(step),
    padding: text('VALID'),
    data_format: text(rank === 5 ? 'NDHWC' : 'NHWC'),
    dilations: ints(dilations),
  };
  const kernel = writer.transpose(w, [...axes, 1, 0]);
  let result: Ref;
  if (groups === 1) result = sink.add(op, [images, kernel], options);
  else if (rank === 4 && perGroup === 1 && step[1] === step[2]) {
    // Filters [groups * multiplier, 1, ...k] become [...k, groups, multiplier].
    const multiplier = count / groups;
    const separate = [groups, multiplier, ...w.shape.slice(2)];
    const turned = { ...w, ref: writer.reshape(w, separate), shape: separate };
    result = sink.add('DepthwiseConv2dNative', [images, writer.transpose(turned, [2, 3, 0, 1])], options);
  } else {
    const axis = sink.scalar('int32', rank - 1);
    const split = { num_split: int(groups), T };
    const parts = sink.addAll('Split', [axis, images], split, groups);
    const kernels = sink.addAll('Split', [axis, kernel], split, groups);
    const products = parts.map((part, i) => sink.add(op, [part, kernels[i]], options));
    result = sink.add('ConcatV2', [...products, axis], { N: int(groups), T });
  }
  const back = writer.transpose({ ref: result, dtype: x.dtype }, [0, rank - 1, ...axes.map((axis) => axis - 1)]);
  if (missing === 0) return back;
  return sink.add('Squeeze', [back], { T, squeeze_dims: ints([2]) });
}

/** Writes the maximum or the sum of windows over the last axes. */
export function windowed(
  writer: LayoutWriter,
  op: 'maxPool' | 'windowSum',
  x: Term,
  attributes: WindowAttributes,
): Ref {
  const { sink } = writer;
  const { window, strides, padding, dilation } = attributes;
  const spatial = window.length;
  if (spatial > 3) throw refused(op, `it has ${spatial} spatial axes`);
  if (dilation.some((each) => each > 1)) throw refused(op, 'its windows are dilated');
  if (!x.dtype.startsWith('float')) throw refused(op, `its elements are ${x.dtype}`);
  const lead = x.shape.length - spatial;
  const low = [...new Array<number>(lead).fill(0), ...padding.map(([before]) => before)];
  const high = [...new Array<number>(lead).fill(0), ...padding.map(([, after]) => after)];
  const fill = sink.scalar(x.dtype, op === 'maxPool' ? Number.NEGATIVE_INFINITY : 0);
  const shape = x.shape.map((length, axis) => grown(length, low[axis] + high[axis]));
  const padded: Term = { ...x, ref: writer.pad(x, low, high, fill), shape };
  const ones = new Array<number>(spatial === 1 ? 1 : 0).fill(1);
  const images = [productOf(shape.slice(0, lead)), ...ones, ...shape.slice(lead), 1];
  const options = {
    T: typeOf(x.dtype),
    ksize: ints([1, ...ones, ...window, 1]),
    strides: ints([1, ...ones, ...strides, 1]),
    padding: text('VALID'),
    data_format: text(spatial === 3 ? 'NDHWC' : 'NHWC'),
  };
  const name = `${op === 'maxPool' ? 'MaxPool' : 'AvgPool'}${spatial === 3 ? '3D' : ''}`;
  const pooled = sink.add(name, [writer.reshape(padded, images)], options);
  const size = window.reduce((product, length) => product * length, 1);
  const result =
    op === 'maxPool' ? pooled : sink.add('Mul', [pooled, sink.scalar(x.dtype, size)], { T: typeOf(x.dtype) });
  const lengths = window.map((length, i) => {
    const whole = shape[lead + i];
    if (typeof whole !== 'number') throw refused(op, 'a spatial axis changes with the batch size');
    return Math.floor((whole - length) / strides[i]) + 1;
  });
  const term: Term = { ref: result, dtype: x.dtype, shape: [images[0], ...ones, ...lengths, 1] };
  return writer.reshape(term, [...shape.slice(0, lead), ...lengths]);
}

function grown(length: Length, by: number): Length {
  return typeof length === 'number' ? length + by : { ...length, offset: length.offset + by };
}

function refused(op: string, problem: string): ManabiError {
  return new ManabiError(
    'graph',
    `The model cannot be exported as a SavedModel: operator ${op} is unsupported, because ${problem}.`,
    {
      op: 'exportSavedModel',
      data: { operator: op },
    },
  );
}

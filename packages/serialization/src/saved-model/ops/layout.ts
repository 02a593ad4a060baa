import * as mb from '@manabi/core';
import { type HostValue, host, INT32, integers, tensorValue, type Value } from '../values.ts';
import type { Op, OpContext } from './context.ts';

/** Shape of any array value. */
function shapeOfInput(context: OpContext, position: number): readonly number[] {
  const value = context.input(position);
  return value.kind === 'host' ? value.shape : context.x(position).shape;
}

const sizeOf = (shape: readonly number[]): number => shape.reduce((product, length) => product * length, 1);
const axisOf = (axis: number, rank: number): number => (axis < 0 ? axis + rank : axis);

/** Applies a function to a tensor, or keeps the elements of a small array and changes its shape. */
function reshaped(context: OpContext, shapeFor: (shape: readonly number[]) => readonly number[]): readonly Value[] {
  const value = context.input(0);
  const shape = shapeFor(shapeOfInput(context, 0));
  return value.kind === 'host' ? [{ ...value, shape }] : [tensorValue(mb.reshape(context.x(0), shape))];
}

const reshape: Op = (context) => {
  const target = context.numbers(1);
  return reshaped(context, (shape) => {
    const known = target.filter((length) => length !== -1).reduce((product, length) => product * length, 1);
    return target.map((length) => (length === -1 ? sizeOf(shape) / Math.max(known, 1) : length));
  });
};

const squeeze: Op = (context) =>
  reshaped(context, (shape) => {
    const axes = [...context.integers('squeeze_dims'), ...context.integers('axis')].map((axis) =>
      axisOf(axis, shape.length),
    );
    return shape.filter((length, axis) => (axes.length === 0 ? length !== 1 : !axes.includes(axis)));
  });

const expandDims: Op = (context) =>
  reshaped(context, (shape) => {
    const axis = axisOf(context.number(1), shape.length + 1);
    return [...shape.slice(0, axis), 1, ...shape.slice(axis)];
  });

/** Positions to take along each axis of the input, and the shape of the result. */
interface SlicePlan {
  readonly axes: readonly { readonly start: number; readonly step: number; readonly count: number }[];
  readonly shape: readonly number[];
}

/** Reads the ranges of a `StridedSlice` (TensorFlow's `strided_slice`). */
function slicePlan(context: OpContext, lengths: readonly number[]): SlicePlan {
  const [begins, ends, steps] = [context.numbers(1), context.numbers(2), context.numbers(3)];
  const mask = (name: string): ((i: number) => boolean) => {
    const bits = context.integer(name);
    return (i) => ((bits >> i) & 1) === 1;
  };
  const [hasNoBegin, hasNoEnd, isEllipsis] = [mask('begin_mask'), mask('end_mask'), mask('ellipsis_mask')];
  const [isNew, isRemoved] = [mask('new_axis_mask'), mask('shrink_axis_mask')];
  const plan: { readonly start: number; readonly step: number; readonly count: number }[] = [];
  const shape: number[] = [];
  const takeAll = (): void => {
    const length = lengths[plan.length];
    shape.push(length);
    plan.push({ start: 0, step: 1, count: length });
  };
  const used = begins.filter((_, i) => !isEllipsis(i) && !isNew(i)).length;
  begins.forEach((begin, i) => {
    if (isEllipsis(i)) for (let k = lengths.length - used; k > 0; k--) takeAll();
    else if (isNew(i)) shape.push(1);
    else {
      const length = lengths[plan.length];
      if (length === undefined) throw context.unsupported('it has more ranges than its input has axes');
      const step = steps[i];
      const within = (position: number): number => (position < 0 ? position + length : position);
      if (isRemoved(i)) {
        plan.push({ start: within(begin), step: 1, count: 1 });
        return;
      }
      const [low, high] = step > 0 ? [0, length] : [-1, length - 1];
      const limit = (position: number): number => Math.max(low, Math.min(high, within(position)));
      const start = hasNoBegin(i) ? (step > 0 ? 0 : length - 1) : limit(begin);
      const end = hasNoEnd(i) ? (step > 0 ? length : -1) : limit(ends[i]);
      const count = Math.max(0, Math.ceil((end - start) / step));
      plan.push({ start, step, count });
      shape.push(count);
    }
  });
  while (plan.length < lengths.length) takeAll();
  return { axes: plan, shape };
}

function sliced(context: OpContext, plan: SlicePlan): Value {
  const value = context.input(0);
  if (value.kind === 'host') return slicedHost(value, plan);
  let x = context.x(0);
  plan.axes.forEach(({ start, step, count }, axis) => {
    const length = x.shape[axis];
    if (step === 1 && start === 0 && count === length) return;
    if (step === 1) {
      x = mb.slice(
        x,
        x.shape.map((_, i) => (i === axis ? start : 0)),
        x.shape.map((other, i) => (i === axis ? count : other)),
      );
    } else {
      const positions = Int32Array.from({ length: count }, (_, i) => start + i * step);
      x = mb.take(x, mb.fromHost(mb.hostArray('int32', [count], positions)), axis);
    }
  });
  return tensorValue(mb.reshape(x, plan.shape));
}

function slicedHost(value: HostValue, { axes, shape }: SlicePlan): HostValue {
  const data: number[] = [];
  const visit = (axis: number, offset: number): void => {
    if (axis === axes.length) {
      data.push(value.data[offset]);
      return;
    }
    const stride = sizeOf(value.shape.slice(axis + 1));
    const { start, step, count } = axes[axis];
    for (let i = 0; i < count; i++) visit(axis + 1, offset + (start + i * step) * stride);
  };
  visit(0, 0);
  return host(value.element, shape, data);
}

const slice: Op = (context) => {
  const lengths = shapeOfInput(context, 0);
  const [starts, sizes] = [context.numbers(1), context.numbers(2)];
  const shape = sizes.map((size, axis) => (size === -1 ? lengths[axis] - starts[axis] : size));
  return [sliced(context, { axes: shape.map((count, axis) => ({ start: starts[axis], step: 1, count })), shape })];
};

/** Joins small vectors and scalars on the host; null if an input is not one. */
function joinedHost(
  inputs: readonly Value[],
  shapeFor: (parts: readonly HostValue[]) => readonly number[],
): HostValue | null {
  const parts: HostValue[] = [];
  for (const input of inputs) {
    if (input.kind !== 'host' || input.shape.length > 1) return null;
    parts.push(input);
  }
  return parts.length === 0
    ? null
    : host(
        parts[0].element,
        shapeFor(parts),
        parts.flatMap(({ data }) => data),
      );
}

const pack: Op = (context) => {
  const axis = context.integer('axis');
  const scalars = context.inputs.every((input) => input.kind === 'host' && input.shape.length === 0);
  const joined = scalars ? joinedHost(context.inputs, (parts) => [parts.length]) : null;
  return [joined ?? tensorValue(mb.stack([...context.tensors()], axis))];
};

const concat: Op = (context) => {
  const last = context.inputs.length - 1;
  const joined = joinedHost(context.inputs.slice(0, last), (parts) => [
    parts.reduce((sum, { data }) => sum + data.length, 0),
  ]);
  return [joined ?? tensorValue(mb.concatenate([...context.tensors(0, last)], context.number(last)))];
};

const unpack: Op = (context) => {
  const value = context.input(0);
  const shape = shapeOfInput(context, 0);
  const axis = axisOf(context.integer('axis'), shape.length);
  const rest = shape.filter((_, i) => i !== axis);
  if (value.kind === 'host' && shape.length === 1) return value.data.map((item) => host(value.element, [], [item]));
  return mb.split(context.x(0), shape[axis], axis).map((part) => tensorValue(mb.reshape(part, rest)));
};

const gather: Op = (context) => {
  const [x, indices] = [context.input(0), context.input(1)];
  if (context.integer('batch_dims') !== 0) throw context.unsupported('batch_dims is not 0');
  const axis = context.inputs.length > 2 ? context.number(2) : 0;
  if (x.kind === 'host' && indices.kind === 'host' && x.shape.length === 1) {
    return [
      host(
        x.element,
        indices.shape,
        indices.data.map((i) => x.data[i]),
      ),
    ];
  }
  return [tensorValue(mb.take(context.x(0), context.x(1), axis))];
};

const pad: Op = (context) => {
  const flat = context.numbers(1);
  const width = shapeOfInput(context, 0).map((_, axis): [number, number] => [flat[2 * axis], flat[2 * axis + 1]]);
  if (context.node.op !== 'MirrorPad') {
    const value = context.inputs.length > 2 ? context.x(2) : 0;
    return [tensorValue(mb.pad(context.x(0), width, { value }))];
  }
  if (context.text('mode') !== 'REFLECT') throw context.unsupported('the mode SYMMETRIC is unsupported');
  return [tensorValue(mb.pad(context.x(0), width, { mode: 'reflect' }))];
};

const oneHot: Op = (context) => {
  const depth = context.number(1);
  const marks = mb.oneHot(context.x(0), depth, { dtype: 'bool', axis: context.integer('axis', -1) });
  return [tensorValue(mb.where(marks, context.x(2), context.x(3)))];
};

const split: Op = (context) => {
  const axis = context.number(0);
  return mb.split(context.x(1), context.integer('num_split'), axis).map(tensorValue);
};

const splitBySizes: Op = (context) => {
  const x = context.x(0);
  const axis = axisOf(context.number(2), x.shape.length);
  const sizes = context.numbers(1);
  const known = sizes.filter((size) => size !== -1).reduce((sum, size) => sum + size, 0);
  const ends: number[] = [];
  for (const size of sizes) ends.push((ends.at(-1) ?? 0) + (size === -1 ? x.shape[axis] - known : size));
  return ends.map((end, i) => {
    const start = i === 0 ? 0 : ends[i - 1];
    const starts = x.shape.map((_, k) => (k === axis ? start : 0));
    return tensorValue(
      mb.slice(
        x,
        starts,
        x.shape.map((length, k) => (k === axis ? end - start : length)),
      ),
    );
  });
};

/** Operations that move elements, and those that return shapes. */
export const layoutOps: Readonly<Record<string, Op>> = {
  BroadcastTo: (context) => [tensorValue(mb.broadcastTo(context.x(0), context.numbers(1)))],
  ConcatV2: concat,
  ExpandDims: expandDims,
  Fill: (context) => [tensorValue(mb.broadcastTo(context.x(1), context.numbers(0)))],
  Gather: gather,
  GatherNd: (context) => [tensorValue(mb.gatherND(context.x(0), context.x(1)))],
  GatherV2: gather,
  MirrorPad: pad,
  OneHot: oneHot,
  Pack: pack,
  Pad: pad,
  PadV2: pad,
  Range: (context) => {
    const [start, limit, delta] = [context.number(0), context.number(1), context.number(2)];
    const { element } = context.host(0);
    const dtype = element.name.startsWith('float') ? 'float32' : 'int32';
    return [tensorValue(mb.arange(start, limit, delta, { dtype }))];
  },
  Reshape: reshape,
  ReverseV2: (context) => [tensorValue(mb.flip(context.x(0), [...context.numbers(1)]))],
  Shape: (context) => [integers(shapeOfInput(context, 0))],
  ShapeN: (context) => context.inputs.map((_, i) => integers(shapeOfInput(context, i))),
  Size: (context) => [host(INT32, [], [sizeOf(shapeOfInput(context, 0))])],
  Rank: (context) => [host(INT32, [], [shapeOfInput(context, 0).length])],
  Slice: slice,
  Split: split,
  SplitV: splitBySizes,
  Squeeze: squeeze,
  StridedSlice: (context) => [sliced(context, slicePlan(context, shapeOfInput(context, 0)))],
  Tile: (context) => [tensorValue(mb.tile(context.x(0), [...context.numbers(1)]))],
  Transpose: (context) => [tensorValue(mb.transpose(context.x(0), [...context.numbers(1)]))],
  Unpack: unpack,
};

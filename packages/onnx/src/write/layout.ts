import { hostArray, sizeOf } from '@manabi/ir';
import { equalLengths, equalOpenShapes, fixedShape, isFixed, type Length } from '../symbolic/length.ts';
import { int, ints } from './attribute.ts';
import { joined, repeated, reversed, sliced, transposed } from './rearrange.ts';
import type { Term } from './term.ts';
import type { Writer } from './writer.ts';

/** Value of the input `ends` of Slice with which a slice with negative steps includes the first element. */
const BEFORE_FIRST = -(2 ** 31);

/**
 * Reshapes a value. In the shape that the file states, variable lengths are -1 (inferred) or 0 (copied from the input),
 * because ONNX can then infer shapes. If this is not possible, nodes that compute the shape are added.
 */
export function reshape(w: Writer, x: Term, from: readonly Length[], to: readonly Length[]): Term {
  if (equalOpenShapes(from, to)) return x;
  const fixed = fixedShape(to);
  const array = w.arrayOf(x);
  if (array !== null && fixed !== null) {
    return w.file.derive(x, array, `as [${fixed}]`, ({ dtype, data }) => hostArray(dtype, fixed, data));
  }
  const isEmpty = fixed?.includes(0) ?? false;
  const shape = fixed === null ? inferred(w, from, to) : w.int64(fixed);
  return w.compute('Reshape', [x], { others: [shape], attributes: isEmpty ? { allowzero: int(1) } : {} });
}

function inferred(w: Writer, from: readonly Length[], to: readonly Length[]): Term {
  const open = to.flatMap((length, axis) => (isFixed(length) ? [] : [axis]));
  const copied = open.filter((axis) => axis < from.length && equalLengths(from[axis], to[axis]));
  const left = open.filter((axis) => !copied.includes(axis));
  if (to.includes(0) || left.length > 1) return w.shape(to);
  // At most one length can be inferred (-1). It is a length that cannot be copied; if all can be copied, it is the
  // first one, as in most ONNX files.
  const free = left.length === 1 ? left[0] : copied[0];
  return w.int64(to.map((length, axis) => (isFixed(length) ? length : axis === free ? -1 : 0)));
}

/** Transposes a value: axis i of the result is axis `permutation[i]` of x. */
export function transpose(w: Writer, x: Term, permutation: readonly number[]): Term {
  if (permutation.every((axis, i) => axis === i)) return x;
  const array = w.arrayOf(x);
  if (array !== null) {
    return w.file.derive(x, array, `transposed ${permutation}`, (elements) => transposed(elements, permutation));
  }
  return w.compute('Transpose', [x], { attributes: { perm: ints(permutation) } });
}

/** Reverses the order of the elements along some axes of a value. */
export function reverse(w: Writer, x: Term, axes: readonly number[]): Term {
  if (axes.length === 0) return x;
  const array = w.arrayOf(x);
  if (array !== null) return w.file.derive(x, array, `reversed ${axes}`, (elements) => reversed(elements, axes));
  const each = (value: number): Term => w.int64(axes.map(() => value));
  return w.compute('Slice', [x], { others: [each(-1), each(BEFORE_FIRST), w.int64(axes), each(-1)] });
}

/** Slices a value along each axis, from `start` (inclusive) to `limit` (exclusive) by `step`. */
export function slice(
  w: Writer,
  x: Term,
  shape: readonly Length[],
  start: readonly Length[],
  limit: readonly Length[],
  step: readonly number[],
): Term {
  const whole = (axis: number): boolean =>
    start[axis] === 0 && equalLengths(limit[axis], shape[axis]) && step[axis] === 1;
  const axes = shape.map((_, axis) => axis).filter((axis) => !whole(axis));
  if (axes.length === 0) return x;
  const array = w.arrayOf(x);
  const [fixedStart, fixedLimit] = [fixedShape(start), fixedShape(limit)];
  if (array !== null && fixedStart !== null && fixedLimit !== null) {
    const layout = `sliced ${fixedStart} ${fixedLimit} ${step}`;
    return w.file.derive(x, array, layout, (elements) => sliced(elements, fixedStart, fixedLimit, step));
  }
  const others = [
    w.shape(axes.map((axis) => start[axis])),
    w.shape(axes.map((axis) => limit[axis])),
    w.int64(axes),
    w.int64(axes.map((axis) => step[axis])),
  ];
  return w.compute('Slice', [x], { others });
}

/** Concatenates values along an axis. */
export function concat(w: Writer, parts: readonly Term[], axis: number): Term {
  if (parts.length === 1) return parts[0];
  const arrays = parts.flatMap((part) => w.arrayOf(part) ?? []);
  if (arrays.length === parts.length) {
    const origins = new Set(parts.map((part) => w.originOf(part)));
    return w.constant(joined(arrays, axis), parts[0].name, origins.size === 1 ? w.originOf(parts[0]) : null);
  }
  return w.compute('Concat', parts, { attributes: { axis: int(axis) } });
}

/** Largest constant, in elements, that is stored with its repetitions: a vector for each channel of a network. */
const MOST_REPEATED = 2 ** 14;

/** Broadcasts a value to a shape, by repeating it along axes of length 1. */
export function expand(w: Writer, x: Term, shape: readonly Length[]): Term {
  const [array, fixed] = [w.arrayOf(x), fixedShape(shape)];
  if (array !== null && fixed !== null && sizeOf(fixed) <= MOST_REPEATED) {
    return w.file.derive(x, array, `repeated ${fixed}`, (elements) => repeated(elements, fixed));
  }
  return w.compute('Expand', [x], { others: [w.shape(shape)] });
}

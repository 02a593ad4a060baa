import * as core from '@manabi/core';
import { concatenate, isTensor, reshape, squeeze, stack, type Tensor, transpose } from '@manabi/core';
import { filledLike } from './elementwise.ts';
import type { Given } from './given.ts';
import { IndexRange } from './operand.ts';
import { type Operator, unary, withOptions } from './operator.ts';

// Some functions of `core` are avoided here, because bundlers would put them into the first file of every page.

/** Operators of `keras.ops` that move, select and join elements, and products, by class name. */
export const shapes = {
  BroadcastTo: withOptions((x, given) => core.broadcastTo(x, sizes(x, given, 'shape'))),
  Concatenate: joined((xs, given) => concatenate(xs, given.integer('axis', 0))),
  Diagonal: withOptions((x, given) => {
    given.only('offset', 0);
    return core.einsum('...ii->...i', ends(x, given.integer('axis1', 0), given.integer('axis2', 1)));
  }),
  Diff: withOptions((x, given) => diff(x, given), 'numpy', 'a'),
  Dot: product((x, y) => (x.rank * y.rank === 0 ? core.mul(x, y) : contract(x, y, [[-1], [Math.max(0, y.rank - 2)]]))),
  Dstack: joined((xs) => concatenate(xs.map(threeAxes), 2)),
  Einsum: {
    module: 'numpy',
    call: ['...operands'],
    compute: (given) => core.einsum(given.text('subscripts'), ...given.tensors('operands')),
  },
  ExpandDims: withOptions((x, given) => core.expandDims(x, given.integers('axis'))),
  Flip: withOptions((x, given) => core.flip(x, given.axis())),
  Fliplr: unary((x) => core.flip(x, 1)),
  Flipud: unary((x) => core.flip(x, 0)),
  FullLike: {
    module: 'numpy',
    call: ['x', 'fillValue'],
    compute: (given) => filledLike(given.tensor('x'), given.operand('fillValue'), given.dtype()),
  },
  GetItem: { module: 'numpy', call: ['x', 'key'], compute: (given) => item(given) },
  Hstack: joined((xs) => concatenate(xs, xs[0].rank === 1 ? 0 : 1)),
  Inner: product((x, y) => contract(x, y, [[-1], [-1]])),
  Matmul: product((x, y) => core.matmul(x, y)),
  Moveaxis: withOptions((x, given) => {
    const [from, to] = [given.integers('source'), given.integers('destination')];
    return core.moveaxis(x, from, to);
  }),
  OneHot: withOptions((x, given) => {
    given.only('sparse', false);
    return core.oneHot(x, given.integer('numClasses'), {
      axis: given.integer('axis', -1),
      dtype: given.dtype() ?? 'float32',
    });
  }, 'nn'),
  OnesLike: withOptions((x, given) => filledLike(x, 1, given.dtype())),
  Outer: product((x, y) => core.mul(reshape(x, [-1, 1]), reshape(y, [1, -1]))),
  Pad: { module: 'numpy', call: ['x', 'constantValues'], compute: (given) => pad(given.tensor('x'), given) },
  Ravel: unary((x) => reshape(x, [-1])),
  Repeat: withOptions((x, given) => {
    const repeats = given.integer('repeats');
    return given.has('axis') ? core.repeat(x, repeats, given.integer('axis')) : core.repeat(x, repeats);
  }),
  Reshape: withOptions((x, given) => reshape(x, sizes(x, given, 'newshape'))),
  Roll: withOptions((x, given) => roll(x, given)),
  Slice: {
    module: 'core',
    call: ['inputs', 'startIndices'],
    compute: (given) => core.slice(given.tensor('inputs'), given.integers('startIndices'), given.integers('shape')),
  },
  Split: withOptions((x, given) => {
    const sections = given.integers('indicesOrSections');
    const isList = Array.isArray(given.value('indicesOrSections'));
    return core.split(x, isList ? sections : sections[0], given.integer('axis', 0));
  }),
  Squeeze: withOptions((x, given) => squeeze(x, given.axis())),
  Stack: { module: 'numpy', call: ['x'], compute: (given) => stack(given.tensors('x'), given.integer('axis', 0)) },
  Swapaxes: withOptions((x, given) => swapped(x, given.integer('axis1'), given.integer('axis2'))),
  Take: {
    module: 'numpy',
    call: ['x', 'indices'],
    compute: (given) => core.take(given.tensor('x'), indices(given), given.has('axis') ? given.integer('axis') : null),
  },
  TakeAlongAxis: {
    module: 'numpy',
    call: ['x', 'indices'],
    compute: (given) => core.takeAlongAxis(given.tensor('x'), indices(given), given.integer('axis')),
  },
  Tensordot: {
    module: 'numpy',
    call: ['x1', 'x2'],
    compute: (given) => contract(given.tensor('x1'), given.tensor('x2'), contracted(given)),
  },
  Tile: withOptions((x, given) => core.tile(x, given.integers('repeats'))),
  Transpose: withOptions((x, given) => transpose(x, given.has('axes') ? given.integers('axes') : null)),
  Tril: withOptions((x, given) => core.tril(x, given.integer('k', 0))),
  Triu: withOptions((x, given) => core.triu(x, given.integer('k', 0))),
  Unstack: withOptions((x, given) => {
    const axis = given.integer('axis', 0);
    const length = x.shape.at(axis) ?? 0;
    return core.split(x, length, axis).map((part) => squeeze(part, axis));
  }, 'core'),
  Vstack: joined((xs) =>
    concatenate(
      xs.map((x) => (x.rank === 1 ? core.expandDims(x, 0) : x)),
      0,
    ),
  ),
  ZerosLike: withOptions((x, given) => filledLike(x, 0, given.dtype())),
} satisfies Readonly<Record<string, Operator>>;

function joined(f: (xs: readonly Tensor[], given: Given) => Tensor): Operator {
  return { module: 'numpy', call: ['xs'], compute: (given) => f(given.tensors('xs'), given) };
}

function product(f: (x: Tensor, y: Tensor) => Tensor): Operator {
  return { module: 'numpy', call: ['x1', 'x2'], compute: (given) => f(given.tensor('x1'), given.tensor('x2')) };
}

/** Returns a shape in which Keras may write unknown lengths as null. */
function sizes(x: Tensor, given: Given, name: string): readonly number[] {
  const value = given.value(name);
  if (!Array.isArray(value)) return given.integers(name);
  // A length that was open when the model was made is that of the same axis, or follows from the others.
  const open = value.filter((length) => length === null).length;
  if (open === 0) return given.integers(name);
  if (open === 1 && !value.includes(-1)) return value.map((length) => length ?? -1);
  return value.map((length, axis) => length ?? x.shape[axis]);
}

function indices(given: Given): Tensor {
  const value = given.value('indices');
  if (Array.isArray(value)) return core.tensor(value, { dtype: 'int32' });
  return given.tensor('indices');
}

function item(given: Given): Tensor {
  const key = given.value('key');
  // In files, tuples are lists: an index of numbers only is a tuple.
  const items = isKeyList(key) ? key : [key];
  return core.index(given.tensor('x'), ...items.map((each) => indexItem(given, each)));
}

function isKeyList(key: unknown): key is readonly unknown[] {
  return Array.isArray(key);
}

function indexItem(given: Given, each: unknown): core.IndexItem {
  if (each instanceof IndexRange) return each.bounds;
  if (each === null || each === '...' || typeof each === 'number' || isTensor(each)) return each;
  throw given.wrong('key', 'integers, ranges, None, Ellipsis, or one tensor of integers');
}

function pad(x: Tensor, given: Given): Tensor {
  const width = given.value('padWidth');
  const isPairs = Array.isArray(width) && width.every((pair) => Array.isArray(pair) && pair.length === 2);
  const mode = given.text('mode', 'constant');
  if (mode !== 'constant' && mode !== 'reflect') throw given.wrong('mode', '"constant" or "reflect"');
  const value = given.has('constantValues') ? given.operand('constantValues') : 0;
  const options: core.PadOptions = mode === 'constant' ? { value } : { mode };
  if (!isPairs) return core.pad(x, given.integers('padWidth')[0], options);
  const pairs = width.map(([before, after]): [number, number] => [Number(before), Number(after)]);
  return core.pad(x, pairs.length === 1 ? x.shape.map(() => pairs[0]) : pairs, options);
}

function contracted(given: Given): number | readonly [readonly number[], readonly number[]] {
  const axes = given.value('axes') ?? 2;
  if (typeof axes === 'number') return axes;
  if (Array.isArray(axes) && axes.length === 2) {
    const [first, second] = axes.map((each) => (Array.isArray(each) ? each.map(Number) : [Number(each)]));
    return [first, second];
  }
  throw given.wrong('axes', 'an integer or two lists of axes');
}

/** Contracts pairs of axes, as NumPy's `tensordot` does. */
function contract(x: Tensor, y: Tensor, axes: ReturnType<typeof contracted>): Tensor {
  const count = typeof axes === 'number' ? axes : 0;
  const [left, right] =
    typeof axes === 'number'
      ? [Array.from({ length: count }, (_, i) => x.rank - count + i), Array.from({ length: count }, (_, i) => i)]
      : axes.map((each, side) => each.map((axis) => (axis < 0 ? axis + (side === 0 ? x.rank : y.rank) : axis)));
  const letters = 'abcdefghijklmnopqrstuvwxyz';
  const ofX = letters.slice(0, x.rank);
  const ofY = y.shape.map((_, axis) => {
    const pair = right.indexOf(axis);
    return pair < 0 ? letters[x.rank + axis] : ofX[left[pair]];
  });
  const kept = [
    ...[...ofX].filter((_, axis) => !left.includes(axis)),
    ...ofY.filter((_, axis) => !right.includes(axis)),
  ];
  return core.einsum(`${ofX},${ofY.join('')}->${kept.join('')}`, x, y);
}

/** Moves elements along axes, or along the flat array, with those at the end moving to the start. */
function roll(x: Tensor, given: Given): Tensor {
  const shifts = given.integers('shift');
  const axis = given.axis();
  if (axis === null) return reshape(rolled(reshape(x, [-1]), shifts[0], 0), x.shape);
  const axes = typeof axis === 'number' ? [axis] : axis;
  return axes.reduce<Tensor>((result, each, i) => rolled(result, shifts[i] ?? shifts[0], each), x);
}

function rolled(x: Tensor, shift: number, given: number): Tensor {
  const axis = given < 0 ? given + x.rank : given;
  const length = x.shape[axis];
  const cut = length === 0 ? 0 : (((length - shift) % length) + length) % length;
  if (cut === 0) return x;
  const [first, second] = core.split(x, [cut], axis);
  return concatenate([second, first], axis);
}

function diff(x: Tensor, given: Given): Tensor {
  const axis = given.integer('axis', -1);
  let result = x;
  for (let i = 0; i < given.integer('n', 1); i++) {
    const along = axis < 0 ? axis + x.rank : axis;
    const length = result.shape[along];
    const part = (from: number, to: number) =>
      core.index(result, ...result.shape.map((_, k) => (k === along ? [from, to] : [])));
    result = core.sub(part(1, length), part(0, length - 1));
  }
  return result;
}

function swapped(x: Tensor, axis1: number, axis2: number): Tensor {
  const [first, second] = [axis1, axis2].map((axis) => (axis < 0 ? axis + x.rank : axis));
  const moved = (axis: number): number => (axis === first ? second : axis === second ? first : axis);
  return transpose(
    x,
    Array.from({ length: x.rank }, (_, axis) => moved(axis)),
  );
}

function threeAxes(x: Tensor): Tensor {
  if (x.rank === 1) return core.expandDims(x, [0, 2]);
  return x.rank === 2 ? core.expandDims(x, 2) : x;
}

function ends(x: Tensor, axis1: number, axis2: number): Tensor {
  return core.moveaxis(x, [axis1, axis2], [-2, -1]);
}

import type { PadOptions, Tensor } from '@manabi/core';
import * as core from '@manabi/core';
import type { Choice, Draw } from './choice.ts';

const hasAxes = ({ rank }: Tensor): boolean => rank > 0;

/** Returns a random shape with as many elements as a tensor. */
function otherShape(choice: Choice, { size, rank }: Tensor): number[] {
  if (size === 0) return choice.chance(0.5) ? [0] : [choice.integer(1, 3), 0];
  const shape: number[] = [];
  let rest = size;
  while (rest > 1 && shape.length < 3) {
    const divisors = Array.from({ length: rest }, (_, i) => i + 1).filter((divisor) => rest % divisor === 0);
    const length = choice.pick(divisors);
    shape.push(length);
    rest /= length;
  }
  if (rest > 1 || (rank === 0 && choice.chance(0.5))) shape.push(rest);
  return shape;
}

/** Functions that return random calls which reshape, permute, concatenate or pad, by name of the call. */
export const layout: Readonly<Record<string, Draw>> = {
  reshape: (choice) => {
    const x = choice.value();
    if (x === null) return null;
    const shape = otherShape(choice, x.tensor);
    if (x.tensor.size > 0 && shape.length > 0 && choice.chance(0.3)) shape[choice.integer(0, shape.length - 1)] = -1;
    return { of: [x.at], with: { shape }, apply: ([value]) => core.reshape(value, shape) };
  },

  transpose: (choice) => {
    const x = choice.value();
    if (x === null) return null;
    const axes = choice.chance(0.3) ? null : choice.random.permutation(x.tensor.rank);
    return { of: [x.at], with: { axes }, apply: ([value]) => core.transpose(value, axes) };
  },

  swapaxes: (choice) => {
    const x = choice.value(hasAxes);
    if (x === null) return null;
    const [from, to] = [choice.axis(x.tensor), choice.axis(x.tensor)];
    return { of: [x.at], with: { from, to }, apply: ([value]) => core.swapaxes(value, from, to) };
  },

  moveaxis: (choice) => {
    const x = choice.value(hasAxes);
    if (x === null) return null;
    const { rank } = x.tensor;
    const count = choice.integer(1, rank);
    const from = choice.random.permutation(rank).slice(0, count);
    const to = choice.random.permutation(rank).slice(0, count);
    return { of: [x.at], with: { from, to }, apply: ([value]) => core.moveaxis(value, from, to) };
  },

  expandDims: (choice) => {
    const x = choice.value(({ rank }) => rank < 4);
    if (x === null) return null;
    const axis = choice.integer(-x.tensor.rank - 1, x.tensor.rank);
    return { of: [x.at], with: { axis }, apply: ([value]) => core.expandDims(value, axis) };
  },

  squeeze: (choice) => {
    const x = choice.value(({ shape }) => shape.includes(1));
    if (x === null) return null;
    const axis = choice.chance(0.5) ? null : x.tensor.shape.indexOf(1);
    return { of: [x.at], with: { axis }, apply: ([value]) => core.squeeze(value, axis) };
  },

  broadcastTo: (choice) => {
    const x = choice.value(({ rank }) => rank < 4);
    if (x === null) return null;
    const front = choice.chance(0.5) ? [choice.integer(0, 3)] : [];
    const shape = [...front, ...x.tensor.shape.map((length) => (length === 1 ? choice.integer(0, 4) : length))];
    return { of: [x.at], with: { shape }, apply: ([value]) => core.broadcastTo(value, shape) };
  },

  flip: (choice) => {
    const x = choice.value();
    if (x === null) return null;
    const axis = choice.axes(x.tensor);
    return { of: [x.at], with: { axis }, apply: ([value]) => core.flip(value, axis) };
  },

  roll: (choice) => {
    const x = choice.value();
    if (x === null) return null;
    const axis = choice.axes(x.tensor);
    const draw = (): number => choice.integer(-9, 9);
    const shift = Array.isArray(axis) ? axis.map(draw) : draw();
    return { of: [x.at], with: { shift, axis }, apply: ([value]) => core.roll(value, shift, axis) };
  },

  tile: (choice) => {
    const x = choice.value();
    if (x === null) return null;
    const repeats = Array.from({ length: choice.integer(0, Math.min(4, x.tensor.rank + 1)) }, () =>
      choice.integer(0, 3),
    );
    return { of: [x.at], with: { repeats }, apply: ([value]) => core.tile(value, repeats) };
  },

  repeat: (choice) => {
    const x = choice.value();
    if (x === null) return null;
    const axis = x.tensor.rank === 0 || choice.chance(0.3) ? null : choice.axis(x.tensor);
    const times = choice.integer(0, 3);
    return { of: [x.at], with: { times, axis }, apply: ([value]) => core.repeat(value, times, axis) };
  },

  pad: (choice) => {
    const x = choice.value(hasAxes);
    if (x === null) return null;
    const widths = x.tensor.shape.map((): [number, number] => [choice.integer(0, 3), choice.integer(0, 3)]);
    const mode: NonNullable<PadOptions['mode']> = choice.pick(['constant', 'constant', 'edge', 'reflect', 'wrap']);
    const value = mode === 'constant' && x.tensor.dtype !== 'bool' ? choice.number(x.tensor.dtype) : 0;
    return {
      of: [x.at],
      with: { widths, mode, value },
      apply: ([tensor]) => core.pad(tensor, widths, mode === 'constant' ? { mode, value } : { mode }),
    };
  },

  concatenate: (choice) => {
    const x = choice.value(hasAxes);
    if (x === null) return null;
    const axis = choice.axis(x.tensor);
    const along = axis < 0 ? axis + x.tensor.rank : axis;
    const others = choice.values.flatMap((tensor, at) => {
      const fits = tensor.dtype === x.tensor.dtype && tensor.rank === x.tensor.rank;
      return fits && tensor.shape.every((length, i) => i === along || length === x.tensor.shape[i]) ? [at] : [];
    });
    const of = [x.at, ...Array.from({ length: choice.integer(0, 2) }, () => choice.pick(others))];
    return { of, with: { axis }, apply: (tensors) => core.concatenate(tensors, axis) };
  },

  stack: (choice) => {
    const x = choice.value(({ rank }) => rank < 4);
    if (x === null) return null;
    const axis = choice.integer(-x.tensor.rank - 1, x.tensor.rank);
    const others = choice.values.flatMap((tensor, at) =>
      tensor.dtype === x.tensor.dtype && `${tensor.shape}` === `${x.tensor.shape}` ? [at] : [],
    );
    const of = [x.at, ...Array.from({ length: choice.integer(0, 2) }, () => choice.pick(others))];
    return { of, with: { axis }, apply: (tensors) => core.stack(tensors, axis) };
  },

  split: (choice) => {
    const x = choice.value(hasAxes);
    if (x === null) return null;
    const axis = choice.axis(x.tensor);
    const length = x.tensor.shape.at(axis) ?? 0;
    const cuts = [choice.integer(0, length), choice.integer(0, length)].sort((a, b) => a - b);
    const part = choice.integer(0, 2);
    return { of: [x.at], with: { cuts, axis, part }, apply: ([value]) => core.split(value, cuts, axis)[part] };
  },

  tril: (choice) => triangle(choice, core.tril),
  triu: (choice) => triangle(choice, core.triu),
};

function triangle(choice: Choice, f: (x: Tensor, k: number) => Tensor): ReturnType<Draw> {
  const x = choice.value(({ rank }) => rank >= 2);
  if (x === null) return null;
  const k = choice.integer(-4, 4);
  return { of: [x.at], with: { k }, apply: ([value]) => f(value, k) };
}

import type { Axis, ReduceOptions, Tensor, TensorLike } from '@manabi/core';
import * as core from '@manabi/core';
import type { Choice, Draw } from './choice.ts';
import { isFloat } from './elementwise.ts';

type Reduce = (x: TensorLike, axis?: Axis, options?: ReduceOptions) => Tensor;
type ReduceOne = (x: TensorLike, axis?: number | null, options?: ReduceOptions) => Tensor;

/** Reductions over one, several or all axes. */
const reductions: Readonly<Record<string, Reduce>> = {
  sum: core.sum,
  prod: core.prod,
  mean: core.mean,
  max: core.max,
  min: core.min,
  any: core.any,
  all: core.all,
  logsumexp: core.logsumexp,
};

/** Reductions that return the index of an element, along one axis or over all elements. */
const positions: Readonly<Record<string, ReduceOne>> = { argmax: core.argmax, argmin: core.argmin };

const overAxes =
  (f: Reduce): Draw =>
  (choice) => {
    const x = choice.value();
    if (x === null) return null;
    const axis = choice.axes(x.tensor);
    const keepdims = choice.chance(0.4);
    return { of: [x.at], with: { axis, keepdims }, apply: ([value]) => f(value, axis, { keepdims }) };
  };

const overAxis =
  (f: ReduceOne): Draw =>
  (choice) => {
    const x = choice.value();
    if (x === null) return null;
    const axis = x.tensor.rank === 0 || choice.chance(0.25) ? null : choice.axis(x.tensor);
    const keepdims = choice.chance(0.4);
    return { of: [x.at], with: { axis, keepdims }, apply: ([value]) => f(value, axis, { keepdims }) };
  };

const spread =
  (f: typeof core.variance): Draw =>
  (choice) => {
    const x = choice.value();
    if (x === null) return null;
    const axis = choice.axes(x.tensor);
    const [keepdims, ddof] = [choice.chance(0.4), choice.integer(0, 1)];
    return { of: [x.at], with: { axis, keepdims, ddof }, apply: ([value]) => f(value, axis, { keepdims, ddof }) };
  };

/** Returns a random value of rank 1 or more, and one of its axes. */
function oneAxis(choice: Choice, fits?: (x: Tensor) => boolean) {
  const x = choice.value((tensor) => tensor.rank > 0 && (fits?.(tensor) ?? true));
  return x === null ? null : { ...x, axis: choice.axis(x.tensor) };
}

const alongAxis =
  (f: (x: Tensor, axis: number) => Tensor, fits?: (x: Tensor) => boolean): Draw =>
  (choice) => {
    const x = oneAxis(choice, fits);
    return x === null ? null : { of: [x.at], with: { axis: x.axis }, apply: ([value]) => f(value, x.axis) };
  };

const ordered =
  (f: typeof core.sort): Draw =>
  (choice) => {
    const x = oneAxis(choice);
    if (x === null) return null;
    const { axis } = x;
    const descending = choice.chance(0.4);
    return { of: [x.at], with: { axis, descending }, apply: ([value]) => f(value, axis, { descending }) };
  };

/**
 * Functions that return random calls along axes, by name of the call: reductions, cumulative sums, sorting, and
 * functions that combine them.
 */
export const overAxesOf: Readonly<Record<string, Draw>> = {
  ...Object.fromEntries(Object.entries(reductions).map(([name, f]) => [name, overAxes(f)])),
  ...Object.fromEntries(Object.entries(positions).map(([name, f]) => [name, overAxis(f)])),
  variance: spread(core.variance),
  std: spread(core.std),
  softmax: alongAxis((x, axis) => core.softmax(x, axis)),
  logSoftmax: alongAxis((x, axis) => core.logSoftmax(x, axis)),

  norm: (choice) => {
    const x = choice.value(isFloat);
    if (x === null) return null;
    const axis = choice.axes(x.tensor);
    const ord = choice.pick([1, 2, Number.POSITIVE_INFINITY]);
    return {
      of: [x.at],
      with: { axis, ord: `${ord}` },
      apply: ([value]) => core.norm(value, axis, { ord }),
    };
  },

  cumsum: (choice) => {
    const x = oneAxis(choice);
    if (x === null) return null;
    const [reverse, exclusive] = [choice.chance(0.3), choice.chance(0.3)];
    return {
      of: [x.at],
      with: { axis: x.axis, reverse, exclusive },
      apply: ([value]) => core.cumsum(value, x.axis, { reverse, exclusive }),
    };
  },

  sort: ordered(core.sort),
  argsort: ordered(core.argsort),

  topK: (choice) => {
    const x = oneAxis(choice);
    if (x === null) return null;
    const [k, largest, indices] = [
      choice.integer(0, x.tensor.shape.at(x.axis) ?? 0),
      choice.chance(0.6),
      choice.chance(0.4),
    ];
    return {
      of: [x.at],
      with: { axis: x.axis, k, largest, indices },
      apply: ([value]) => core.topK(value, k, { axis: x.axis, largest })[indices ? 'indices' : 'values'],
    };
  },

  layerNorm: alongLast((x) => core.layerNorm(x, { epsilon: 1e-3 })),
  rmsNorm: alongLast((x) => core.rmsNorm(x, { epsilon: 1e-3 })),

  batchNormTraining: (choice) => {
    const x = oneAxis(choice);
    if (x === null) return null;
    return {
      of: [x.at],
      with: { axis: x.axis },
      apply: ([value]) => core.batchNormTraining(value, { axis: x.axis, epsilon: 1e-3 }).result,
    };
  },
};

function alongLast(f: (x: Tensor) => Tensor): Draw {
  return (choice) => {
    const x = choice.value(({ rank }) => rank > 0);
    return x === null ? null : { of: [x.at], with: null, apply: ([value]) => f(value) };
  };
}

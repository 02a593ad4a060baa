import type { ScatterOptions, Tensor } from '@manabi/core';
import * as core from '@manabi/core';
import type { Choice, Draw } from './choice.ts';

const hasElements = ({ rank, size }: Tensor): boolean => rank > 0 && size > 0;

const MODES: readonly NonNullable<ScatterOptions['mode']>[] = ['set', 'add', 'mul', 'max', 'min'];

function range(choice: Choice, length: number): (number | null)[] {
  const end = (): number | null => (choice.chance(0.3) ? null : choice.integer(-length - 1, length + 1));
  const step = choice.chance(0.5) ? choice.pick([1, 2, 3, -1, -2]) : null;
  return step === null ? [end(), end()] : [end(), end(), step];
}

/** Functions that return random calls which read or write elements at given indices, by name of the call. */
export const indexing: Readonly<Record<string, Draw>> = {
  index: (choice) => {
    const x = choice.value(({ rank }) => rank > 0);
    if (x === null) return null;
    const items = x.tensor.shape
      .slice(0, choice.integer(1, x.tensor.rank))
      .map((length) =>
        length > 0 && choice.chance(0.3) ? choice.integer(-length, length - 1) : range(choice, length),
      );
    const isNew = choice.chance(0.2) && x.tensor.rank < 4;
    const all = isNew ? [null, ...items] : items;
    return { of: [x.at], with: { items: all }, apply: ([value]) => core.index(value, ...all) };
  },

  slice: (choice) => {
    const x = choice.value(({ rank }) => rank > 0);
    if (x === null) return null;
    const start = x.tensor.shape.map((length) => choice.integer(0, length));
    const size = x.tensor.shape.map((length, axis) => choice.integer(0, length - start[axis]));
    return { of: [x.at], with: { start, size }, apply: ([value]) => core.slice(value, start, size) };
  },

  take: (choice) => {
    const x = choice.value(hasElements);
    if (x === null) return null;
    const axis = choice.chance(0.25) ? null : choice.axis(x.tensor);
    const length = axis === null ? x.tensor.size : (x.tensor.shape.at(axis) ?? 0);
    const places = choice.indices(choice.integer(0, 5), length);
    return {
      of: [x.at],
      with: { places, axis },
      apply: ([value]) => core.take(value, core.tensor(places, { dtype: 'int32' }), axis),
    };
  },

  takeAlongAxis: (choice) => {
    const x = choice.value(hasElements);
    if (x === null) return null;
    const axis = choice.axis(x.tensor);
    const descending = choice.chance(0.5);
    return {
      of: [x.at],
      with: { axis, descending },
      apply: ([value]) => core.takeAlongAxis(value, core.argsort(value, axis, { descending }), axis),
    };
  },

  gatherND: (choice) => {
    const x = choice.value(hasElements);
    if (x === null) return null;
    const depth = choice.integer(1, x.tensor.rank);
    const rows = Array.from({ length: choice.integer(1, 4) }, () =>
      x.tensor.shape.slice(0, depth).map((length) => choice.integer(-length, length - 1)),
    );
    return {
      of: [x.at],
      with: { rows },
      apply: ([value]) => core.gatherND(value, core.tensor(rows, { dtype: 'int32' })),
    };
  },

  scatterElements: (choice) => {
    const x = choice.value((tensor) => hasElements(tensor) && tensor.dtype !== 'bool');
    if (x === null) return null;
    const { shape, rank } = x.tensor;
    const axis = choice.integer(0, rank - 1);
    const at = choice.indices(choice.integer(1, 5), shape[axis]);
    const mode = choice.pick(MODES);
    const update = choice.number(x.tensor.dtype);
    const along = shape.map((_, i) => (i === axis ? at.length : 1));
    const whole = shape.with(axis, at.length);
    return {
      of: [x.at],
      with: { axis, at, mode, update },
      apply: ([value]) => {
        const indices = core.broadcastTo(core.reshape(core.tensor(at, { dtype: 'int32' }), along), whole);
        return core.scatterElements(value, indices, steps(value, whole, update), { axis, mode });
      },
    };
  },

  scatterND: (choice) => {
    const x = choice.value((tensor) => hasElements(tensor) && tensor.dtype !== 'bool');
    if (x === null) return null;
    const { shape, rank } = x.tensor;
    const depth = choice.integer(1, rank);
    const rows = Array.from({ length: choice.integer(1, 4) }, () =>
      shape.slice(0, depth).map((length) => choice.integer(-length, length - 1)),
    );
    const mode = choice.pick(MODES);
    const update = choice.number(x.tensor.dtype);
    const whole = [rows.length, ...shape.slice(depth)];
    return {
      of: [x.at],
      with: { rows, mode, update },
      apply: ([value]) =>
        core.scatterND(value, core.tensor(rows, { dtype: 'int32' }), steps(value, whole, update), { mode }),
    };
  },

  dynamicSlice: (choice) => {
    const x = choice.value(({ rank }) => rank > 0);
    if (x === null) return null;
    const starts = x.tensor.shape.map((length) => choice.integer(-2, length + 1));
    const sizes = x.tensor.shape.map((length) => choice.integer(0, length));
    return {
      of: [x.at],
      with: { starts, sizes },
      apply: ([value]) => core.dynamicSlice(value, core.tensor(starts, { dtype: 'int32' }), sizes),
    };
  },

  dynamicUpdateSlice: (choice) => {
    const x = choice.value(({ rank, dtype }) => rank > 0 && dtype !== 'bool');
    if (x === null) return null;
    const starts = x.tensor.shape.map((length) => choice.integer(-2, length + 1));
    const sizes = x.tensor.shape.map((length) => choice.integer(0, length));
    const update = choice.number(x.tensor.dtype);
    return {
      of: [x.at],
      with: { starts, sizes, update },
      apply: ([value]) =>
        core.dynamicUpdateSlice(value, steps(value, sizes, update), core.tensor(starts, { dtype: 'int32' })),
    };
  },

  oneHot: (choice) => {
    const x = choice.value(({ dtype, rank }) => dtype === 'int32' && rank < 4);
    if (x === null) return null;
    const [depth, axis] = [choice.integer(1, 5), choice.integer(-1, x.tensor.rank)];
    return { of: [x.at], with: { depth, axis }, apply: ([value]) => core.oneHot(value, depth, { axis }) };
  },
};

/** Returns a tensor of the elements `first`, `first + 1`, … with the given shape and the dtype of another tensor. */
function steps({ dtype }: Tensor, shape: readonly number[], first: number): Tensor {
  const size = shape.reduce((product, length) => product * length, 1);
  return core.astype(
    core.reshape(
      core.tensor(
        Array.from({ length: size }, (_, i) => first + i),
        { dtype: 'float64' },
      ),
      [...shape],
    ),
    dtype,
  );
}

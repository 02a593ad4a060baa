import { ManabiError } from '@manabi/errors';
import type { GraphBuilder } from '../../graph/builder.ts';
import type { OpName, ScatterMode, Value } from '../../graph/graph.ts';
import { sizeOf } from '../../types/shape.ts';
import { axesBut, inversePermutation } from '../layout/axes.ts';
import type { Vjp, VjpRule } from '../vjp.ts';
import type { IndexingOps } from './indexing.ts';

/**
 * Adds each cotangent to the element of `x` that was gathered. `scatterND` adds slices along the first axis, so the
 * gathered axis is moved to the front and back.
 */
const gather: VjpRule<'gather'> = (b, { operands: [x, indices], attributes: { axis } }, [g]) => {
  if (g === null) return [null, null];
  const shape = b.shape(x);
  const lengths = b.shape(indices);
  const front = [axis, ...axesBut(shape.length, [axis])];
  const indexed = lengths.map((_, i) => axis + i);
  const zeros = b.constant(
    0,
    b.dtype(x),
    front.map((i) => shape[i]),
  );
  const updates = b.transpose(g, [...indexed, ...axesBut(b.shape(g).length, indexed)]);
  const sums = b.scatterND(zeros, b.reshape(indices, [...lengths, 1]), updates, 'add');
  return [b.transpose(sums, inversePermutation(front)), null];
};

const gatherElements: VjpRule<'gatherElements'> = (b, { operands: [x, indices], attributes: { axis } }, [g]) => [
  g === null ? null : b.scatterElements(b.full(x, 0), indices, g, axis, 'add'),
  null,
];

/**
 * Adds each cotangent to the element of `x` that was gathered. `scatterND` has no batch axes, so the indices on the
 * batch axes are prepended to the given indices.
 */
const gatherND: VjpRule<'gatherND'> = (b, { operands: [x, indices], attributes: { batchDims } }, [g]) => {
  if (g === null) return [null, null];
  const rows = b.shape(indices).slice(0, -1);
  const batch = Array.from({ length: batchDims }, (_, axis) => b.iota('int32', [...rows, 1], axis));
  const full = batchDims === 0 ? indices : b.concat([...batch, indices], rows.length);
  return [b.scatterND(b.full(x, 0), full, g, 'add'), null];
};

const scatterElements: VjpRule<'scatterElements'> = (b, { operands, results: [result], attributes }, [g]) => {
  if (g === null) return [null, null, null];
  const [x, indices, updates] = operands;
  const access: Access = {
    op: 'scatterElements',
    scatter: (target, source, mode) => b.scatterElements(target, indices, source, attributes.axis, mode),
    gather: (source) => b.gatherElements(source, indices, attributes.axis),
    // Two updates of the same element differ only in their position along the axis.
    isLast: () => {
      const order = b.iota('int32', b.shape(indices), attributes.axis);
      const none = b.constant(-1, 'int32', b.shape(x));
      const last = b.scatterElements(none, indices, order, attributes.axis, 'max');
      return b.equal(b.gatherElements(last, indices, attributes.axis), order);
    },
  };
  const [dx, du] = scatterRules[attributes.mode](b, access, { x, updates, result, g });
  return [dx, null, du];
};

const scatterND: VjpRule<'scatterND'> = (
  b,
  { operands: [x, indices, updates], results: [result], attributes },
  [g],
) => {
  if (g === null) return [null, null, null];
  const access: Access = {
    op: 'scatterND',
    scatter: (target, source, mode) => b.scatterND(target, indices, source, mode),
    gather: (source) => b.gatherND(source, indices, 0),
    // Finds the last update for each row of indices, not for each element, because an update writes a whole slice.
    isLast: () => {
      const shape = b.shape(indices);
      const [rows, depth] = [shape.slice(0, -1), shape[shape.length - 1]];
      const order = b.reshape(b.iota('int32', [sizeOf(rows)], 0), rows);
      const none = b.constant(-1, 'int32', b.shape(x).slice(0, depth));
      const last = b.gatherND(b.scatterND(none, indices, order, 'max'), indices, 0);
      return b.expand(
        b.equal(last, order),
        b.shape(updates),
        rows.map((_, axis) => axis),
      );
    },
  };
  const [dx, du] = scatterRules[attributes.mode](b, access, { x, updates, result, g });
  return [dx, null, du];
};

/** Functions that write and read the elements that the indices of a scatter select. */
interface Access {
  readonly op: OpName;
  readonly scatter: (target: Value, source: Value, mode: ScatterMode) => Value;
  readonly gather: (source: Value) => Value;
  /** Returns a bool for each element of the updates: true for the last update of an element, in row-major order. */
  readonly isLast: () => Value;
}

/** Operands and result of a scatter, and the cotangent of the result. */
interface Scattered {
  readonly x: Value;
  readonly updates: Value;
  readonly result: Value;
  readonly g: Value;
}

type ScatterRule = (b: GraphBuilder, access: Access, values: Scattered) => readonly [x: Value, updates: Value];

/**
 * Splits the cotangent of an element evenly among the updates and the existing element that equal the result. If the
 * result is NaN, all of them get NaN.
 */
const extremum: ScatterRule = (b, { scatter, gather: read }, { x, updates, result, g }) => {
  const kept = b.equal(x, result);
  const taken = b.equal(updates, read(result));
  const winners = scatter(b.cast(kept, b.dtype(x)), b.cast(taken, b.dtype(x)), 'add');
  // A NaN result equals no element, so its count is 0. Dividing by 0 would make second derivatives of other elements
  // NaN.
  const share = b.div(g, b.max(winners, b.full(winners, 1)));
  const rest = b.select(b.isNaN(result), b.full(g, Number.NaN), b.full(g, 0));
  return [b.select(kept, share, rest), b.select(taken, read(share), read(rest))];
};

/** Gradient rules of a scatter by mode. */
const scatterRules: { readonly [K in ScatterMode]: ScatterRule } = {
  add: (_, { gather: read }, { g }) => [g, read(g)],
  /** Only the last update of an element affects the result, so it alone gets the cotangent. */
  set: (b, { scatter, gather: read, isLast }, { updates, g }) => {
    const zero = b.full(updates, 0);
    return [scatter(g, zero, 'set'), b.select(isLast(), read(g), zero)];
  },
  max: extremum,
  min: extremum,
  mul: (_, { op }) => {
    throw new ManabiError(
      'notDifferentiable',
      "Scatter mode 'mul' has no gradient. For positive values, scatter logarithms with mode 'add' and take exp(); for " +
        "distinct indices, gather, multiply and scatter with mode 'set'.",
      { op, data: { mode: 'mul' } },
    );
  },
};

/** Gradient rules of gathers and scatters: the gradient of a gather is a scatter with mode `add`, and vice versa. */
export const indexingVjp: { readonly [K in IndexingOps]: Vjp<K> } = {
  gather,
  gatherElements,
  gatherND,
  scatterElements,
  scatterND,
};

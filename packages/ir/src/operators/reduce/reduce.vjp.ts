import type { GraphBuilder } from '../../graph/builder.ts';
import type { Value } from '../../graph/graph.ts';
import type { Shape } from '../../types/shape.ts';
import { notDifferentiable, type Vjp, type VjpRule } from '../vjp.ts';
import { productOfOthers } from './product.ts';
import type { ReduceOp } from './reduce.ts';

/** Gradient rules of the reductions of `x` to `o`, where `g` is the cotangent of `o`. */
export const reduceVjp: { readonly [K in ReduceOp]: Vjp<K> } = {
  reduceSum: (b, { operands: [x], attributes: { axes } }, [g]) => [g === null ? null : spread(b, g, b.shape(x), axes)],
  reduceProd: (b, { operands: [x], attributes: { axes } }, [g]) => [g === null ? null : productOfOthers(b, g, x, axes)],
  reduceMax: extremum(),
  reduceMin: extremum(),
  argMax: notDifferentiable('its result is an index'),
  argMin: notDifferentiable('its result is an index'),
  cumSum: (b, { attributes: { axis, reverse, exclusive } }, [g]) => [
    g === null ? null : b.cumSum(g, axis, !reverse, exclusive),
  ],
};

/** Broadcasts a reduced value to every element that it was reduced from. */
function spread(b: GraphBuilder, reduced: Value, shape: Shape, axes: readonly number[]): Value {
  if (axes.length === 0) return reduced;
  const kept = shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
  return b.expand(reduced, shape, kept);
}

/** Splits the cotangent evenly among the elements equal to the result. */
function extremum<K extends 'reduceMax' | 'reduceMin'>(): VjpRule<K> {
  return (b, { operands: [x], results: [o], attributes: { axes } }, [g]) => {
    if (g === null) return [null];
    const shape = b.shape(x);
    const wins = b.equal(x, spread(b, o, shape, axes));
    const winners = b.reduceSum(b.cast(wins, b.dtype(g)), axes);
    // No element equals NaN, and an empty axis has no elements: a count of 0 would divide 0 by 0 in the next gradient.
    const part = b.div(g, b.max(winners, b.full(winners, 1)));
    // A NaN result has no defined gradient for the other elements, so their gradient is NaN too.
    const others = b.select(b.isNaN(o), b.full(g, Number.NaN), b.full(g, 0));
    return [b.select(wins, spread(b, part, shape, axes), spread(b, others, shape, axes))];
  };
}

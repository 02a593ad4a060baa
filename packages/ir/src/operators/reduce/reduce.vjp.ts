import type { GraphBuilder } from '../../graph/builder.ts';
import type { Value } from '../../graph/graph.ts';
import type { Shape } from '../../types/shape.ts';
import { notDifferentiable, type Vjp, type VjpRule } from '../vjp.ts';
import { productOfOthers } from './product.ts';
import type { ReduceOp } from './reduce.ts';

/**
 * Gradient rules of reductions and cumulative sums: `x` is the operand, `o` the result, and `g` the cotangent of the
 * result.
 */
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

/** Broadcasts a value that was reduced over `axes` back to the shape of the operand. */
function spread(b: GraphBuilder, reduced: Value, shape: Shape, axes: readonly number[]): Value {
  if (axes.length === 0) return reduced;
  const kept = shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
  return b.expand(reduced, shape, kept);
}

/**
 * Creates the gradient rule of a maximum or minimum: the cotangent is split evenly among the elements that equal the
 * result.
 */
function extremum<K extends 'reduceMax' | 'reduceMin'>(): VjpRule<K> {
  return (b, { operands: [x], results: [o], attributes: { axes } }, [g]) => {
    if (g === null) return [null];
    const shape = b.shape(x);
    const wins = b.equal(x, spread(b, o, shape, axes));
    const winners = b.reduceSum(b.cast(wins, b.dtype(g)), axes);
    // The count is 0 if the result is NaN, which equals no element, or if the axis is empty. Dividing by 0 would make
    // second derivatives NaN.
    const part = b.div(g, b.max(winners, b.full(winners, 1)));
    // If the result is NaN, the gradients of all elements are undefined, so they are NaN.
    const others = b.select(b.isNaN(o), b.full(g, Number.NaN), b.full(g, 0));
    return [b.select(wins, spread(b, part, shape, axes), spread(b, others, shape, axes))];
  };
}

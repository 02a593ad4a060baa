import type { GraphBuilder } from '../../graph/builder.ts';
import type { Value } from '../../graph/graph.ts';
import type { Shape } from '../../types/shape.ts';
import { notDifferentiable, type Vjp, type VjpRule } from '../vjp.ts';
import { productOfOthers } from './product.ts';
import type { ReduceOp } from './reduce.ts';

/** Gradient rules of the reductions of `x` to `o`; `g` is the cotangent of `o`. */
export const reduceVjp: { readonly [K in ReduceOp]: Vjp<K> } = {
  reduceSum: (b, { operands: [x], attributes: { axes } }, [g]) => [g === null ? null : spread(b, g, b.shape(x), axes)],
  reduceProd: (b, { operands: [x], attributes: { axes } }, [g]) => [g === null ? null : productOfOthers(b, g, x, axes)],
  reduceMax: extremum(),
  reduceMin: extremum(),
  argMax: notDifferentiable('its result is the place of an element, an integer'),
  argMin: notDifferentiable('its result is the place of an element, an integer'),
  cumSum: (b, { attributes: { axis, reverse, exclusive } }, [g]) => [
    g === null ? null : b.cumSum(g, axis, !reverse, exclusive),
  ],
};

/** A reduced value given back to every element that it came from. */
function spread(b: GraphBuilder, reduced: Value, shape: Shape, axes: readonly number[]): Value {
  if (axes.length === 0) return reduced;
  const kept = shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
  return b.expand(reduced, shape, kept);
}

/** Elements equal to the result share its cotangent evenly. */
function extremum<K extends 'reduceMax' | 'reduceMin'>(): VjpRule<K> {
  return (b, { operands: [x], results: [o], attributes: { axes } }, [g]) => {
    if (g === null) return [null];
    const shape = b.shape(x);
    const wins = b.equal(x, spread(b, o, shape, axes));
    const winners = b.reduceSum(b.cast(wins, b.dtype(g)), axes);
    // No element equals NaN, nor is there one on an empty axis: a count of 0 would divide 0 by 0 in the next gradient.
    const part = b.div(g, b.max(winners, b.full(winners, 1)));
    // Beside a NaN no other element has an influence that can be told: the gradient shows what the result does.
    const others = b.select(b.isNaN(o), b.full(g, Number.NaN), b.full(g, 0));
    return [b.select(wins, spread(b, part, shape, axes), spread(b, others, shape, axes))];
  };
}

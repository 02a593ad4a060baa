import type { GraphBuilder } from '../builder.ts';
import type { Value } from '../graph.ts';
import type { Shape } from '../shape.ts';
import type { ReduceOp } from './reduce.ts';
import { notDifferentiable, type Vjp, type VjpRule } from './vjp.ts';

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

/**
 * The cotangent times the product of all other elements. With zeros replaced by ones, that product is the whole
 * product over the element, where no other element is zero, and else 0. Right to first order everywhere; the second
 * derivative is right where no element is zero.
 */
function productOfOthers(b: GraphBuilder, g: Value, x: Value, axes: readonly number[]): Value {
  const shape = b.shape(x);
  const isZero = b.equal(x, b.full(x, 0));
  const zeros = b.cast(isZero, 'int32');
  const otherZeros = b.sub(spread(b, b.reduceSum(zeros, axes), shape, axes), zeros);
  const nonZero = b.select(isZero, b.full(x, 1), x);
  const all = spread(b, b.mul(g, b.reduceProd(nonZero, axes)), shape, axes);
  return b.select(b.equal(otherZeros, b.full(otherZeros, 0)), b.div(all, nonZero), b.full(x, 0));
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
    return [b.select(wins, spread(b, part, shape, axes), b.full(x, 0))];
  };
}

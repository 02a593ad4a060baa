import type { GraphBuilder } from '../../graph/builder.ts';
import type { Value } from '../../graph/graph.ts';
import { notDifferentiable, type Vjp, type VjpRule } from '../vjp.ts';
import type { ElementwiseBinaryOp } from './binary.ts';

const toBool = notDifferentiable('its result is bool');
const toBits = notDifferentiable('it is a bitwise operation');

/** Gradient rules of the binary elementwise operators: o = f(x, y), and `g` is the cotangent of o. */
export const elementwiseBinaryVjp: { readonly [K in ElementwiseBinaryOp]: Vjp<K> } = {
  add: rule((_b, g) => [g, g]),
  sub: rule((b, g) => [g, b.neg(g)]),
  mul: rule((b, g, x, y) => [b.mul(g, y), b.mul(g, x)]),
  div: rule((b, g, _x, y, o) => [b.div(g, y), b.neg(b.div(b.mul(g, o), y))]),
  // trunc(x / y) is computed as round((x - o) / y): x - o is an integer multiple of y, whereas x / y may be rounded to
  // the wrong integer.
  rem: rule((b, g, x, y, o) => [g, b.neg(b.mul(g, b.round(b.div(b.sub(x, o), y))))]),
  pow: rule((b, g, x, y) => [powBase(b, g, x, y), powExponent(b, g, x, y)]),
  max: rule((b, g, x, y) => shares(b, g, b.less(y, x), b.less(x, y), b.equal(x, y))),
  min: rule((b, g, x, y) => shares(b, g, b.less(x, y), b.less(y, x), b.equal(x, y))),
  equal: toBool,
  less: toBool,
  lessEqual: toBool,
  and: toBits,
  or: toBits,
  xor: toBits,
  shiftLeft: toBits,
  shiftRight: toBits,
};

function rule<K extends ElementwiseBinaryOp>(
  slopes: (builder: GraphBuilder, g: Value, x: Value, y: Value, o: Value) => readonly [Value, Value],
): VjpRule<K> {
  return (builder, { operands, results }, [g]) =>
    g === null ? [null, null] : slopes(builder, g, operands[0], operands[1], results[0]);
}

/**
 * Computes the cotangent of the base x: g · y · x^(y - 1), and 0 where y is 0, because x^0 is constant but x^-1 may be
 * infinite.
 */
function powBase(b: GraphBuilder, g: Value, x: Value, y: Value): Value {
  const isConstant = b.equal(y, b.full(y, 0));
  const one = b.full(y, 1);
  // The exponent is replaced before the power is computed, because an infinite power would make second derivatives NaN
  // even where it is not selected.
  const exponent = b.select(isConstant, one, y);
  const slope = b.mul(b.mul(g, exponent), b.pow(x, b.sub(exponent, one)));
  return b.select(isConstant, b.full(g, 0), slope);
}

/** Computes the cotangent of the exponent y: g · x^y · ln x, and its limit 0 where x is 0 and y is not negative. */
function powExponent(b: GraphBuilder, g: Value, x: Value, y: Value): Value {
  const zero = b.full(x, 0);
  const isFlat = b.and(b.equal(x, zero), b.lessEqual(zero, y));
  const base = b.select(isFlat, b.full(x, 1), x);
  return b.select(isFlat, b.full(g, 0), b.mul(b.mul(g, b.pow(base, y)), b.log(base)));
}

/**
 * Returns the cotangents of both operands of max or min: the selected operand gets g; equal operands get half of g
 * each; if one is NaN, both get NaN.
 */
function shares(b: GraphBuilder, g: Value, xWins: Value, yWins: Value, isTie: Value): readonly [Value, Value] {
  const zero = b.full(g, 0);
  const rest = b.select(isTie, b.mul(g, b.full(g, 0.5)), b.full(g, Number.NaN));
  return [b.select(xWins, g, b.select(yWins, zero, rest)), b.select(yWins, g, b.select(xWins, zero, rest))];
}

import type { GraphBuilder } from '../../graph/builder.ts';
import type { Value } from '../../graph/graph.ts';
import { notDifferentiable, type Vjp, type VjpRule } from '../vjp.ts';
import type { ElementwiseUnaryOp } from './unary.ts';

/** Gradient rules of the unary elementwise operators: y = f(x), where `o` is y and `g` the cotangent of y. */
export const elementwiseUnaryVjp: { readonly [K in ElementwiseUnaryOp]: Vjp<K> } = {
  neg: rule((b, g) => b.neg(g)),
  // The derivative at 0 is defined as 0.
  abs: rule((b, g, x) => b.mul(g, b.sign(x))),
  sign: () => [null],
  floor: () => [null],
  ceil: () => [null],
  round: () => [null],
  exp: rule((b, g, _x, o) => b.mul(g, o)),
  exp2: rule((b, g, _x, o) => b.mul(b.mul(g, b.full(g, Math.LN2)), o)),
  expm1: rule((b, g, _x, o) => b.mul(g, b.add(o, b.full(o, 1)))),
  log: rule((b, g, x) => b.div(g, x)),
  log1p: rule((b, g, x) => b.div(g, b.add(x, b.full(x, 1)))),
  sqrt: rule((b, g, _x, o) => b.div(b.mul(g, b.full(g, 0.5)), o)),
  sin: rule((b, g, x) => b.mul(g, b.cos(x))),
  cos: rule((b, g, x) => b.neg(b.mul(g, b.sin(x)))),
  tan: rule((b, g, _x, o) => b.mul(g, b.add(b.full(o, 1), b.mul(o, o)))),
  // 1 - x² is computed as (1 - x) (1 + x), which is accurate for |x| near 1.
  asin: rule((b, g, x) => {
    const one = b.full(x, 1);
    return b.div(g, b.sqrt(b.mul(b.sub(one, x), b.add(one, x))));
  }),
  atan: rule((b, g, x) => b.div(g, b.add(b.full(x, 1), b.mul(x, x)))),
  tanh: rule((b, g, _x, o) => b.mul(g, b.sub(b.full(o, 1), b.mul(o, o)))),
  sigmoid: rule((b, g, _x, o) => b.mul(g, b.mul(o, b.sub(b.full(o, 1), o)))),
  erf: rule((b, g, x) => b.mul(b.mul(g, b.full(g, 2 / Math.sqrt(Math.PI))), b.exp(b.neg(b.mul(x, x))))),
  isNaN: notDifferentiable('its result is bool'),
  isInf: notDifferentiable('its result is bool'),
  not: notDifferentiable('its result is bool or integer'),
};

function rule<K extends ElementwiseUnaryOp>(
  slope: (builder: GraphBuilder, g: Value, x: Value, o: Value) => Value,
): VjpRule<K> {
  return (builder, { operands, results }, [g]) => [g === null ? null : slope(builder, g, operands[0], results[0])];
}

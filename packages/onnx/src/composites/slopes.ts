import { guard, mayGuard } from '../write/guard.ts';
import type { CompositeRow } from './row.ts';

/**
 * Writes the derivative of the exact GELU, Φ(x) + x φ(x), as (1 + erf(u) + 2/√π · u · exp(-u²)) / 2 with u = x/√2: ten nodes, of which
 * two are not products or sums. The body of the composite, which is accurate for very negative x too, has 45 nodes. As in the
 * result of ONNX's Gelu, errors are a few units of the last place of 1. For infinite x, the product would be NaN.
 */
const geluSlope: CompositeRow<unknown> = (scope, { operands: [x] }) => {
  const { writer: w } = scope;
  if (!mayGuard(scope, x)) return null;
  const term = scope.term(x);
  guard(w, [term]);
  const number = (value: number) => w.scalar(value, 'float32');
  const u = w.compute('Mul', [term, number(Math.SQRT1_2)]);
  const power = w.compute('Exp', [w.compute('Neg', [w.compute('Mul', [u, u])])]);
  const density = w.compute('Mul', [w.compute('Mul', [u, power]), number(2 / Math.sqrt(Math.PI))]);
  const sum = w.compute('Add', [w.compute('Add', [w.compute('Erf', [u]), density]), number(1)]);
  return [w.compute('Mul', [sum, number(0.5)])];
};

/** Derivatives that composites call in their gradients, by the names of these calls; only for the backend `onnxruntime`. */
export const slopeRows: Readonly<Record<string, CompositeRow<unknown>>> = { geluSlope };

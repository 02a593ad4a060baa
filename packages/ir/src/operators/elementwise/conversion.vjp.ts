import { isFloat } from '../../types/dtype.ts';
import type { Vjp } from '../vjp.ts';
import type { ElementwiseConversionOp } from './conversion.ts';

/** Gradient rules of the operators that convert or select elements. */
export const elementwiseConversionVjp: { readonly [K in ElementwiseConversionOp]: Vjp<K> } = {
  cast: (b, { operands: [x] }, [g]) => [g === null || !isFloat(b.dtype(x)) ? null : b.cast(g, b.dtype(x))],
  bitcast: () => [null],
  stopGradient: () => [null],
  select: (b, { operands: [condition] }, [g]) => {
    if (g === null) return [null, null, null];
    const zero = b.full(g, 0);
    return [null, b.select(condition, g, zero), b.select(condition, zero, g)];
  },
};

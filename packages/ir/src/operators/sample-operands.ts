import type { DType } from '../types/dtype.ts';
import type { Shape } from '../types/shape.ts';
import type { SampleOperand } from './sample.ts';

/** Returns an operand of reals drawn uniformly from [low, high). */
export function uniform(dtype: DType, shape: Shape, low = -2, high = 2): SampleOperand {
  return { dtype, shape, fill: { kind: 'uniform', low, high } };
}

/** Returns an operand of integers drawn uniformly from low … high, both inclusive. */
export function integers(dtype: DType, shape: Shape, low: number, high: number): SampleOperand {
  return { dtype, shape, fill: { kind: 'integers', low, high } };
}

/**
 * Returns an operand of different values around zero in random order; floats are 0.25 apart and never a multiple of
 * 0.25.
 */
export function distinct(dtype: DType, shape: Shape): SampleOperand {
  return { dtype, shape, fill: { kind: 'distinct' } };
}

/** Returns an operand of the given values, repeated to fill the shape. Default shape: a vector of all values. */
export function values(dtype: DType, elements: readonly number[], shape: Shape = [elements.length]): SampleOperand {
  return { dtype, shape, fill: { kind: 'values', values: elements } };
}

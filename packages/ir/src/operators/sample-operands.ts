import type { DType } from '../types/dtype.ts';
import type { Shape } from '../types/shape.ts';
import type { SampleOperand } from './sample.ts';

/** An operand of reals drawn uniformly from [low, high). */
export function uniform(dtype: DType, shape: Shape, low = -2, high = 2): SampleOperand {
  return { dtype, shape, fill: { kind: 'uniform', low, high } };
}

/** An operand of integers drawn uniformly from low … high, both included. */
export function integers(dtype: DType, shape: Shape, low: number, high: number): SampleOperand {
  return { dtype, shape, fill: { kind: 'integers', low, high } };
}

/** An operand of well-separated values around zero, in a random order: none equal, none whole, none halfway. */
export function distinct(dtype: DType, shape: Shape): SampleOperand {
  return { dtype, shape, fill: { kind: 'distinct' } };
}

/** An operand of these very values, repeated if there are fewer than elements; without a shape, a vector of them. */
export function values(dtype: DType, elements: readonly number[], shape: Shape = [elements.length]): SampleOperand {
  return { dtype, shape, fill: { kind: 'values', values: elements } };
}

import { type DType, dtypes } from '../dtype.ts';
import type { Shape } from '../shape.ts';
import type { SampleOperand } from './sample.ts';

/** Numbers that every dtype of its kind can hold: an operand of a sample where values do not matter. */
export function anyOf(dtype: DType, shape: Shape): SampleOperand {
  switch (dtypes[dtype].kind) {
    case 'float':
      return { dtype, shape, fill: { kind: 'uniform', low: -2, high: 2 } };
    case 'signed':
      return { dtype, shape, fill: { kind: 'integers', low: -9, high: 9 } };
    case 'unsigned':
      return { dtype, shape, fill: { kind: 'integers', low: 0, high: 18 } };
    case 'bool':
      return { dtype, shape, fill: { kind: 'integers', low: 0, high: 1 } };
  }
}

/** Places on an axis of `extent` elements, drawn so that some come twice: the indices of a gather or scatter. */
export function placesIn(extent: number, shape: Shape): SampleOperand {
  return { dtype: 'int32', shape, fill: { kind: 'integers', low: 0, high: extent - 1 } };
}

/** An operand whose elements are given. */
export function given(dtype: DType, shape: Shape, values: readonly number[]): SampleOperand {
  return { dtype, shape, fill: { kind: 'values', values } };
}

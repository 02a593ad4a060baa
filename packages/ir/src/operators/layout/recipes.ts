import { type DType, dtypes } from '../../types/dtype.ts';
import type { Shape } from '../../types/shape.ts';
import type { SampleOperand } from '../sample.ts';
import { integers, uniform } from '../sample-operands.ts';

/** Returns an operand of arbitrary numbers of its dtype, for samples in which the values do not matter. */
export function anyOf(dtype: DType, shape: Shape): SampleOperand {
  switch (dtypes[dtype].kind) {
    case 'float':
      return uniform(dtype, shape);
    case 'signed':
      return integers(dtype, shape, -9, 9);
    case 'unsigned':
      return integers(dtype, shape, 0, 18);
    case 'bool':
      return integers(dtype, shape, 0, 1);
  }
}

/** Returns an operand of indices, some of them repeated, into an axis of `extent` elements. */
export function indicesInto(extent: number, shape: Shape): SampleOperand {
  return integers('int32', shape, 0, extent - 1);
}

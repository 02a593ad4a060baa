import { type DType, dtypes, isFloat } from '../../types/dtype.ts';
import { roundToFloat16 } from '../../types/float16.ts';
import type { Reference } from '../reference.ts';
import { fillReference } from '../reference-array.ts';
import type { ElementwiseConversionOp } from './conversion.ts';

/** Reference implementations of the operators that convert or select elements. */
export const elementwiseConversionReference: { readonly [K in ElementwiseConversionOp]: Reference<K> } = {
  cast: ([x], _attributes, [result]) => {
    const convert = converter(x.dtype, result.dtype);
    return [fillReference(result, (i) => convert(x.data[i]))];
  },
  bitcast: ([x], _attributes, [result]) => {
    const bits = dtypes[x.dtype].create(x.data.length);
    bits.set(x.data);
    const read = reader(result.dtype, bits.buffer);
    return [fillReference(result, (i) => read[i])];
  },
  stopGradient: ([x]) => [x],
  select: ([condition, x, y], _attributes, [result]) => [
    fillReference(result, (i) => (condition.data[i] !== 0 ? x.data[i] : y.data[i])),
  ],
};

function converter(from: DType, to: DType): (x: number) => number {
  if (to === 'bool') return (x) => (x !== 0 ? 1 : 0);
  if (to === 'float32') return Math.fround;
  if (to === 'float16') return roundToFloat16;
  if (to === 'float64' || !isFloat(from)) return (x) => x;
  const { min, max } = dtypes[to];
  return (x) => (Number.isNaN(x) ? 0 : Math.min(Math.max(Math.trunc(x), min), max));
}

function reader(dtype: DType, buffer: ArrayBufferLike): ArrayLike<number> {
  switch (dtype) {
    case 'float32':
    case 'float16':
      return new Float32Array(buffer);
    case 'float64':
      return new Float64Array(buffer);
    case 'int32':
      return new Int32Array(buffer);
    case 'uint32':
      return new Uint32Array(buffer);
    case 'uint8':
    case 'bool':
      return new Uint8Array(buffer);
  }
}

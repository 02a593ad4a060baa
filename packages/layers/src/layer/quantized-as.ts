/** How a layer stores quantized weights. */
export type QuantizedDType = 'int8' | 'float16';

const dtypes = new WeakMap<object, QuantizedDType>();

/** Records that a layer has quantized weights. */
export function noteQuantized(layer: object, dtype: QuantizedDType): void {
  dtypes.set(layer, dtype);
}

/**
 * Returns how a layer stores its weights if `quantize` made it, or it was loaded from a file with such weights; otherwise null.
 *
 * @example
 * ```ts
 * import { quantizedAs } from '@manabi/layers/internal';
 * import { layers } from 'manabi';
 *
 * console.log(quantizedAs(layers.dense({ units: 1 }))); // null
 * ```
 */
export function quantizedAs(layer: object): QuantizedDType | null {
  return dtypes.get(layer) ?? null;
}

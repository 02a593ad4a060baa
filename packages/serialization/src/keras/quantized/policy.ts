import type { Layer } from '@manabi/layers';
import { quantizedAs } from '@manabi/layers/internal';

/** Returns whether Keras stores a layer, with quantized weights, as integers and scales. */
export function isInt8InKeras(layer: Layer): boolean {
  return quantizedAs(layer) === 'int8' && /^(Dense|EinsumDense|Embedding)$/.test(layer.className);
}

import { type HostArray, hostArray } from '@manabi/core';
import type { Layer } from '@manabi/layers';
import { quantizedAs } from '@manabi/layers/internal';
import { floatValues } from '@manabi/layers/quantization';
import type { NewDataset, NewGroup } from '../../hdf5/tree.ts';

/**
 * Adds the weights of a quantized layer to a file: int8 weights as floats, unless the file holds the layer with int8 weights.
 *
 * @param isInt8 whether it does; see `int8Layers`
 */
export function putQuantized(group: NewGroup, layer: Layer, arrays: readonly HostArray[], isInt8: boolean): void {
  const isKept = isInt8 || quantizedAs(layer) === 'float16';
  (isKept ? arrays : floatValues(layer, arrays)).forEach((value, i) => {
    group.children.set(String(i), datasetOf(value));
  });
}

function datasetOf(value: HostArray): NewDataset {
  const attributes = new Map<string, string>();
  if (value.dtype !== 'uint8')
    return { kind: 'dataset', value: hostArray(value.dtype, value.shape, value.data), attributes };
  // The difference to the zero point, 128, as int8: its bits differ from those of the element only in the sign.
  const bits = Uint8Array.from(value.data, (element) => element ^ 0x80);
  return { kind: 'dataset', value: hostArray('uint8', value.shape, bits), isInt8: true, attributes };
}

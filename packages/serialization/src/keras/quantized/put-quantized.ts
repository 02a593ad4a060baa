import { type HostArray, hostArray } from '@manabi/core';
import type { Layer } from '@manabi/layers';
import { quantizedAs } from '@manabi/layers/internal';
import { floatValues, scaleValues } from '@manabi/layers/quantization';
import { groupAt, type NewDataset, type NewGroup } from '../../hdf5/tree.ts';
import { int8Layers } from './policy.ts';
import { SCALES } from './scales.ts';

/**
 * Returns a function that adds the weights of a layer of a model to its group of a file, if they are int8: as in Keras, or as floats
 * if Keras cannot load the layer in this form. The scales of the latter are in a group that Keras ignores, so that `loadModel`
 * finds the integers again. The function returns false for other layers, and adds nothing.
 *
 * @param root the root group of the file
 */
export function quantizedPutter(model: Layer, root: NewGroup) {
  const int8 = int8Layers(model);
  return (path: readonly string[], group: NewGroup, layer: Layer, arrays: readonly HostArray[]): boolean => {
    if (quantizedAs(layer) !== 'int8') return false;
    put(group, int8.has(layer) ? arrays : floatValues(layer, arrays));
    if (!int8.has(layer)) put(groupAt(root, [SCALES, ...path]), scaleValues(layer, arrays));
    return true;
  };
}

function put(group: NewGroup, arrays: readonly HostArray[]): void {
  arrays.forEach((value, i) => {
    group.children.set(String(i), datasetOf(value));
  });
}

function datasetOf(value: HostArray): NewDataset {
  const { dtype, shape, data } = value;
  const attributes = new Map<string, string>();
  if (dtype !== 'uint8') return { kind: 'dataset', value: hostArray(dtype, shape, data), attributes };
  // The difference to the zero point, 128, as int8: its bits differ from those of the element only in the sign.
  const bits = Uint8Array.from(data, (element) => element ^ 0x80);
  return { kind: 'dataset', value: hostArray('uint8', shape, bits), isInt8: true, attributes };
}

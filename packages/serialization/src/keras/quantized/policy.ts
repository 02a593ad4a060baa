import { Functional, Layer, type Model, Sequential } from '@manabi/layers';
import { savedAs } from '@manabi/layers/classes';
import { quantizedAs } from '@manabi/layers/internal';
import type { Revise } from '../config/layer-to-keras.ts';
import { kerasObject } from '../config/value-to-keras.ts';
import { isObject } from '../json.ts';

/**
 * Returns the layers that a `.keras` file holds with int8 weights, as Keras stores them: those of classes that Keras quantizes, if
 * the config of the model contains them. Keras creates layers within attention and custom layers itself, without quantization.
 */
export function int8Layers(model: Layer): ReadonlySet<Layer> {
  const found = new Set<Layer>();
  const visited = new Set<unknown>();
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null || visited.has(value)) return;
    visited.add(value);
    if (!(value instanceof Layer)) {
      if (Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype)
        Object.values(value).forEach(visit);
      return;
    }
    if (quantizedAs(value) === 'int8' && isQuantizableInKeras(value)) found.add(value);
    if (isChainOrGraph(value)) value.layers.forEach(visit);
    else visit(value.config);
  };
  visit(model);
  return found;
}

function isQuantizableInKeras({ className, config }: Layer): boolean {
  // Keras raises an error when it quantizes an equation with `...`.
  if (className === 'EinsumDense') return !('equation' in config && String(config.equation).includes('...'));
  return className === 'Dense' || className === 'Embedding';
}

/** Returns the function that adds to the layers of `int8Layers` the policy that says that their weights are quantized. */
export function withInt8Policies(model: Layer): Revise {
  const int8 = int8Layers(model);
  return (layer, written) => {
    if (!(layer instanceof Layer) || !int8.has(layer)) return written;
    const source = savedAs(layer).dtype ?? 'float32';
    const dtype = kerasObject('keras', 'QuantizedDTypePolicy', { mode: 'int8', source_name: source });
    return { ...written, config: { ...(isObject(written.config) ? written.config : {}), dtype } };
  };
}

function isChainOrGraph(layer: Layer): layer is Model {
  return (
    (layer instanceof Sequential || layer instanceof Functional) && /^(Sequential|Functional)$/.test(layer.className)
  );
}

import { ManabiError } from '@manabi/core';
import { Layer } from '../../layer/layer.ts';

/**
 * Creates a layer with the class and options of `layer` and with separate weights. Layers in the options are copied as
 * well.
 *
 * @param changes options in which the copy differs from `layer`, and the name of the copy
 * @throws ManabiError `argument` if the constructor of the class does not accept the config
 */
export function copyLayer(layer: Layer, changes: Readonly<Record<string, unknown>> = {}): Layer {
  const { name, dtypePolicy: dtype, trainable, activityRegularizer } = layer;
  const config = Object.fromEntries(Object.entries(layer.config).map(([option, value]) => [option, copied(value)]));
  const options = { name, dtype, trainable, activityRegularizer, ...config, ...changes };
  const copy: unknown = Reflect.construct(layer.constructor, [options]);
  if (copy instanceof Layer) return copy;
  const message = `Layer '${layer.name}' (${layer.className}) cannot be copied: its constructor did not return a layer.`;
  throw new ManabiError('argument', message, {
    op: 'copyLayer',
    data: { layer: layer.name, className: layer.className },
  });
}

function copied(value: unknown): unknown {
  if (value instanceof Layer) return copyLayer(value);
  return Array.isArray(value) ? value.map(copied) : value;
}

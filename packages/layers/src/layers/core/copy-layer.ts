import { ManabiError } from '@manabi/core';
import { Layer } from '../../layer/layer.ts';

/**
 * A layer of the same class and options, with weights of its own; so are the layers in its options.
 *
 * @param changes options of the copy that differ, and its name
 * @throws ManabiError `argument` for a class whose constructor does not take its config
 */
export function copyLayer(layer: Layer, changes: Readonly<Record<string, unknown>> = {}): Layer {
  const { name, dtype, trainable, activityRegularizer } = layer;
  const config = Object.fromEntries(Object.entries(layer.config).map(([option, value]) => [option, copied(value)]));
  const options = { name, dtype, trainable, activityRegularizer, ...config, ...changes };
  const copy: unknown = Reflect.construct(layer.constructor, [options]);
  if (copy instanceof Layer) return copy;
  throw new ManabiError('argument', `The layer '${layer.name}' (${layer.className}) cannot be made from its config.`, {
    op: 'copyLayer',
    data: { layer: layer.name, className: layer.className },
  });
}

function copied(value: unknown): unknown {
  if (value instanceof Layer) return copyLayer(value);
  return Array.isArray(value) ? value.map(copied) : value;
}

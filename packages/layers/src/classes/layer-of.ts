import { ManabiError } from '@manabi/core';
import { isLayerDescription, type LayerDescription } from '../layer/describe-layer.ts';
import { Layer } from '../layer/layer.ts';
import type { LayerClass } from '../layer/layer-class.ts';
import { noteSavedAs } from '../registry/saved-as.ts';

/**
 * Creates a layer from its description, including the layers that its config describes.
 *
 * @param classOf returns the layer class with a given name
 */
export function layerOf(description: LayerDescription, classOf: (className: string) => LayerClass): Layer {
  const known = new Map<LayerDescription, Layer>();
  const made = (described: LayerDescription): Layer => {
    const layer = known.get(described) ?? constructed(described);
    known.set(described, layer);
    if (described.savedAs !== undefined) noteSavedAs(layer, described.savedAs);
    return layer;
  };
  const constructed = ({ className, config }: LayerDescription): Layer => {
    const found = classOf(className);
    const revived = Object.fromEntries(Object.entries(config).map(([name, value]) => [name, revive(value)]));
    if (found.fromConfig !== undefined) return found.fromConfig(revived);
    const layer: unknown = Reflect.construct(found, [revived]);
    if (layer instanceof Layer) return layer;
    throw new ManabiError('argument', `The class registered as '${className}' must extend Layer.`, {
      op: 'layerFrom',
      data: { className },
    });
  };
  /** Returns a value of a config with layers in place of their descriptions. */
  const revive = (value: unknown): unknown => {
    if (isLayerDescription(value)) return made(value);
    if (Array.isArray(value)) return value.map(revive);
    if (!isPlainRecord(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, revive(item)]));
  };
  return made(description);
}

/** Returns whether a value is a plain object, as opposed to an array or an instance of a class. */
export function isPlainRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

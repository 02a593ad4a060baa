import { ManabiError } from '@manabi/core';
import { Layer } from '../layer.ts';
import { NameTable } from '../name-table.ts';
import { didYouMean, nearestNames } from '../nearest.ts';
import { customLayers, type LayerClass } from '../registry.ts';
import { Dense } from './dense.ts';
import { InputLayer } from './input-layer.ts';

/** The built-in layers by their class names: what loads models. Whoever does not import this downloads only what is used. */
const builtInLayers: Readonly<Record<string, LayerClass>> = {
  Dense,
  InputLayer,
};

const table = new NameTable<LayerClass>('layer', builtInLayers);

/**
 * The class of a name: a registered one, or a built-in one.
 *
 * @throws ManabiError `argument` if there is none, with the nearest names
 */
export function layerClass(className: string): LayerClass {
  if (customLayers.has(className)) return customLayers.get(className);
  if (table.has(className)) return table.get(className);
  const names = [...customLayers.names(), ...table.names()];
  throw new ManabiError(
    'argument',
    `There is no layer class '${className}'. ${didYouMean(className, names)} A class of your own is made known with ` +
      `register('${className}', ${className}).`,
    { op: 'layerClass', data: { name: className, nearest: nearestNames(className, names) } },
  );
}

/**
 * A layer from its class name and config: the inverse of `className` and `getConfig()`.
 *
 * @throws ManabiError `argument` for unknown names and wrong options
 */
export function layerFrom(className: string, config: object): Layer {
  const layer: unknown = Reflect.construct(layerClass(className), [config]);
  if (layer instanceof Layer) return layer;
  throw new ManabiError('argument', `The class registered as '${className}' makes no layers: it must extend Layer.`, {
    op: 'layerFrom',
    data: { className },
  });
}

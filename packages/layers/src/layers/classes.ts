import { ManabiError } from '@manabi/core';
import { isLayerDescription } from '../describe-config.ts';
import { Layer } from '../layer.ts';
import { Functional } from '../models/functional.ts';
import { Sequential } from '../models/sequential.ts';
import { NameTable } from '../name-table.ts';
import { didYouMean, nearestNames } from '../nearest.ts';
import { customLayers, type LayerClass } from '../registry.ts';
import { Dense } from './dense.ts';
import { InputLayer } from './input-layer.ts';

/** The built-in layers by their class names: what loads models. Whoever does not import this downloads only what is used. */
const builtInLayers: Readonly<Record<string, LayerClass>> = {
  Dense,
  Functional,
  InputLayer,
  Sequential,
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
 * A layer from its class name and config: the inverse of `className` and `getConfig()`. Layers within the config are made
 * first.
 *
 * @throws ManabiError `argument` for unknown names and wrong options
 */
export function layerFrom(className: string, config: Readonly<Record<string, unknown>>): Layer {
  const found = layerClass(className);
  const revived = Object.fromEntries(Object.entries(config).map(([name, value]) => [name, revive(value)]));
  if (found.fromConfig !== undefined) return found.fromConfig(revived);
  const layer: unknown = Reflect.construct(found, [revived]);
  if (layer instanceof Layer) return layer;
  throw new ManabiError('argument', `The class registered as '${className}' makes no layers: it must extend Layer.`, {
    op: 'layerFrom',
    data: { className },
  });
}

function revive(value: unknown): unknown {
  if (isLayerDescription(value)) return layerFrom(value.className, value.config);
  if (Array.isArray(value)) return value.map(revive);
  return isPlainRecord(value) ? Object.fromEntries(Object.entries(value).map(([k, v]) => [k, revive(v)])) : value;
}

function isPlainRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

import { type Kind, kind, readArgument, text } from '@manabi/errors';
import { registered } from '../registry/registered.ts';
import { Layer } from './layer.ts';

/**
 * A class of layers whose constructor takes a single object of options and accepts the result of `getConfig()`. Each class
 * checks its options itself.
 */
export type LayerClass = (new (
  config: never,
) => Layer) & {
  /**
   * Creates a layer from the result of `getConfig()`, if the constructor cannot. Layers in the config are already instances.
   */
  readonly fromConfig?: (config: Readonly<Record<string, unknown>>) => Layer;
};

function isLayerClass(given: unknown): given is LayerClass {
  return typeof given === 'function' && given.prototype instanceof Layer;
}

/** Accepts layer classes. */
export const layerClassKind: Kind<LayerClass> = kind('a class that extends Layer', isLayerClass);

/**
 * Returns the class registered under a name, with or without a package; undefined for an unknown name.
 *
 * @example
 * ```ts
 * import { registeredLayerClass } from '@manabi/layers/classes';
 * registeredLayerClass('Unknown'); // => undefined
 * ```
 */
export function registeredLayerClass(className: string): LayerClass | undefined {
  readArgument('registeredLayerClass', 'className', className, text);
  return registered<LayerClass>('layer').find(className)?.make;
}

import { type Kind, kind, readArgument, text } from '@manabi/errors';
import { registered } from '../registry/registered.ts';
import { Layer } from './layer.ts';

/**
 * A class of layers whose constructor takes one object, the options, and can be given what `getConfig()` returned. What
 * the options are, each class knows and checks itself.
 */
export type LayerClass = (new (
  config: never,
) => Layer) & {
  /**
   * Makes a layer from what `getConfig()` returned, if the constructor cannot. Layers within are instances already.
   */
  readonly fromConfig?: (config: Readonly<Record<string, unknown>>) => Layer;
};

function isLayerClass(given: unknown): given is LayerClass {
  return typeof given === 'function' && given.prototype instanceof Layer;
}

/** The kind of classes of layers. */
export const layerClassKind: Kind<LayerClass> = kind('a class that extends Layer', isLayerClass);

/** Returns the class that was registered under a name, with or without a package; undefined if there is none. */
export function registeredLayerClass(className: string): LayerClass | undefined {
  readArgument('registeredLayerClass', 'className', className, text);
  return registered<LayerClass>('layer').find(className)?.make;
}

import { type Kind, kind, name, readArgument, text } from '@manabi/errors';
import { customLayers } from './custom-layers.ts';
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
const layerClassKind: Kind<LayerClass> = kind('a class that extends Layer', isLayerClass);

/**
 * Makes a layer or model of your own known by name, so that models that hold it save and load. A class that is
 * registered again under the same name replaces the one before.
 *
 * @param className the name in files: its `static className`, or the name of the class, with the package that Python
 * registers it in, if files are exchanged with it
 * @example `register('Custom>Attention2', Attention2)`
 */
export function register(className: string, layerClass: LayerClass): void {
  customLayers.register(
    readArgument('register', 'className', className, name),
    readArgument('register', 'layerClass', layerClass, layerClassKind),
  );
}

/** Returns the class that was registered under a name, with or without a package; undefined if there is none. */
export function registeredLayerClass(className: string): LayerClass | undefined {
  readArgument('registeredLayerClass', 'className', className, text);
  const found = customLayers.has(className) ? customLayers.get(className) : undefined;
  return isLayerClass(found) ? found : undefined;
}

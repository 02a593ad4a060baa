import { type Kind, kind, name, readArgument, text } from '@manabi/errors';
import type { Layer } from '../layer/layer.ts';
import { NameTable } from './name-table.ts';

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

/** The kind of classes of layers. (`instanceof Layer`, for a file that `layer.ts` itself needs.) */
const layerClassKind: Kind<LayerClass> = kind(
  'a class that extends Layer',
  (given): given is LayerClass =>
    typeof given === 'function' && typeof given.prototype?.call === 'function' && 'getConfig' in given.prototype,
);

/** The layers that users registered; the built-in ones are in `layers/classes.ts`. */
export const customLayers = new NameTable<LayerClass>('layer');

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
  return customLayers.has(className) ? customLayers.get(className) : undefined;
}

import { type Kind, kind, readArgument, text } from '@manabi/errors';
import { registered } from '../registry/registered.ts';
import { Layer } from './layer.ts';

/**
 * A class of layers whose constructor takes a single object of options and accepts the result of `getConfig()`. The
 * constructor checks these options.
 */
export type LayerClass = (new (
  config: never,
) => Layer) & {
  /**
   * Creates a layer from the result of `getConfig()`; for classes whose constructor cannot. The layers nested in the
   * config have already been created.
   */
  readonly fromConfig?: (config: Readonly<Record<string, unknown>>) => Layer;
};

function isLayerClass(given: unknown): given is LayerClass {
  return typeof given === 'function' && given.prototype instanceof Layer;
}

/** Validates an argument that must be a layer class. */
export const layerClassKind: Kind<LayerClass> = kind('a class that extends Layer', isLayerClass);

/**
 * Returns the class registered under a name, which may include a package, as in `Custom>Scale`; undefined for an
 * unknown name.
 *
 * @example
 * ```ts
 * import { registeredLayerClass } from '@manabi/layers/classes';
 *
 * console.log(registeredLayerClass('Unknown')); // undefined
 * ```
 */
export function registeredLayerClass(className: string): LayerClass | undefined {
  readArgument('registeredLayerClass', 'className', className, text);
  return registered<LayerClass>('layer').find(className)?.make;
}

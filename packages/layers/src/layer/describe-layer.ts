import { type Kind, kind, readArgument } from '@manabi/errors';
import { isCallable } from '@manabi/errors/internal';
import { nameOfActivation } from '../activations/table.ts';
import { type Described, isDescribed } from '../registry/described.ts';
import { registered } from '../registry/registered.ts';
import { savedAs } from '../registry/saved-as.ts';

interface Configured {
  readonly className: string;
  getConfig(): Readonly<Record<string, unknown>>;
}

function isConfigured(value: unknown): value is Configured {
  if (typeof value !== 'object' || value === null || !('className' in value) || !('getConfig' in value)) return false;
  return typeof value.className === 'string' && isCallable(value.getConfig);
}

/**
 * Validates an argument that must be a layer or model. `layerKind` cannot be used here, because its file imports
 * `layer.ts`, which imports this file.
 */
const configuredKind: Kind<Configured> = kind('a layer or model', isConfigured);

/**
 * Converts a layer's config to plain data: initializers become `{ className, config }`, layers `{ kind, className,
 * config }`, and activations their names. Functions that are not registered stay in the config; saving the model then
 * throws an error about them.
 */
function describeConfig(value: unknown): unknown {
  if (typeof value === 'function') return nameOfActivation(value) ?? value;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(describeConfig);
  if (isConfigured(value)) return describeLayer(value);
  if (isDescribed(value)) {
    return withSavedAs(value, { className: value.className, config: describeEntries(value.config) });
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null ? describeEntries({ ...value }) : value;
}

/**
 * A layer as plain data. The field `kind` distinguishes a layer from an initializer with the same class name, such as
 * Identity.
 */
export interface LayerDescription extends Described {
  readonly kind: 'layer';
}

/**
 * Describes a layer or model as plain data, from which `layerFrom` recreates it.
 *
 * @throws ManabiError `argument` for values that are not layers
 * @example
 * ```ts
 * import { describeLayer } from '@manabi/layers/classes';
 * import { layers } from 'manabi';
 *
 * console.log(describeLayer(layers.flatten()).className); // Flatten
 * ```
 */
export function describeLayer(layer: Configured): LayerDescription {
  readArgument('describeLayer', 'layer', layer, configuredKind);
  return withSavedAs(layer, { kind: 'layer', className: classNameOfLayer(layer), config: layer.getConfig() });
}

/**
 * Returns the class name that a layer's description contains: the name under which the class was registered, or else
 * the static `className`.
 */
export function classNameOfLayer(layer: Pick<Configured, 'className'>): string {
  return registered('layer').nameOf(layer.constructor) ?? layer.className;
}

function withSavedAs<T extends Described>(value: object, described: T): T {
  const noted = savedAs(value);
  return Object.keys(noted).length === 0 ? described : { ...described, savedAs: noted };
}

/**
 * Returns whether a value is the description of a layer: an object with `kind`, `className` and `config`.
 *
 * @example
 * ```ts
 * import { describeLayer, isLayerDescription } from '@manabi/layers/classes';
 * import { layers } from 'manabi';
 *
 * console.log(isLayerDescription(describeLayer(layers.flatten()))); // true
 * ```
 */
export function isLayerDescription(value: unknown): value is LayerDescription {
  return isDescribed(value) && 'kind' in value && value.kind === 'layer';
}

/** Applies `describeConfig` to each value of an object. */
export function describeEntries(config: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(config).map(([name, value]) => [name, describeConfig(value)]));
}

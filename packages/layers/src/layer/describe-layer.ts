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

function isConfigured(thing: unknown): thing is Configured {
  if (typeof thing !== 'object' || thing === null || !('className' in thing) || !('getConfig' in thing)) return false;
  return typeof thing.className === 'string' && isCallable(thing.getConfig);
}

/** The kind of layers and models. (`layerKind` imports `layer.ts`, which needs this file.) */
const configuredKind: Kind<Configured> = kind('a layer or model', isConfigured);

/**
 * A config as plain data: initializers become `{ className, config }`, layers that with a kind, activations their names. Functions
 * that are not registered stay what they are, for whoever saves to complain about.
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

/** A layer as plain data. `kind` tells it from an initializer of the same class name, such as Identity. */
export interface LayerDescription extends Described {
  readonly kind: 'layer';
}

/**
 * Describes a layer or model as plain data: `layerFrom` makes it again.
 *
 * @throws ManabiError `argument` for what is not a layer
 */
export function describeLayer(layer: Configured): LayerDescription {
  readArgument('describeLayer', 'layer', layer, configuredKind);
  return withSavedAs(layer, { kind: 'layer', className: classNameOfLayer(layer), config: layer.getConfig() });
}

/** The name of a layer's class in descriptions: the one that it was registered under, if it was. */
export function classNameOfLayer(layer: Pick<Configured, 'className'>): string {
  return registered('layer').nameOf(layer.constructor) ?? layer.className;
}

function withSavedAs<T extends Described>(thing: object, described: T): T {
  const noted = savedAs(thing);
  return Object.keys(noted).length === 0 ? described : { ...described, savedAs: noted };
}

/** Whether something describes a layer. */
export function isLayerDescription(thing: unknown): thing is LayerDescription {
  return isDescribed(thing) && 'kind' in thing && thing.kind === 'layer';
}

/** `describeConfig` of each entry. */
export function describeEntries(config: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(config).map(([name, value]) => [name, describeConfig(value)]));
}

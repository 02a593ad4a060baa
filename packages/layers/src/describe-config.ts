import { nameOfActivation } from './activations/index.ts';

/** Something with Keras's class name and a config from which it can be made again. */
export interface Described {
  readonly className: string;
  readonly config: Readonly<Record<string, unknown>>;
}

/** Whether something says what it is by `className` and `config` (initializers, regularizers, constraints). */
export function isDescribed(thing: unknown): thing is Described {
  return typeof thing === 'object' && thing !== null && 'className' in thing && 'config' in thing;
}

interface Configured {
  readonly className: string;
  getConfig(): Readonly<Record<string, unknown>>;
}

function isConfigured(thing: object): thing is Configured {
  return 'className' in thing && 'getConfig' in thing && typeof thing.getConfig === 'function';
}

/**
 * A config as plain data: initializers become `{ className, config }`, layers that with a kind, activations their names. Functions
 * that are not registered stay what they are, for whoever saves to complain about.
 */
function describeConfig(value: unknown): unknown {
  if (typeof value === 'function') return nameOfActivation(value) ?? value;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(describeConfig);
  if (isConfigured(value)) return describeLayer(value);
  if (isDescribed(value)) return { className: value.className, config: describeEntries(value.config) };
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null ? describeEntries({ ...value }) : value;
}

/** A layer as plain data. `kind` tells it from an initializer of the same class name, such as Identity. */
export interface LayerDescription extends Described {
  readonly kind: 'layer';
}

/** What a layer or model is, as plain data: `layerFrom` makes it again. */
export function describeLayer(layer: Configured): LayerDescription {
  return { kind: 'layer', className: layer.className, config: layer.getConfig() };
}

/** Whether something describes a layer. */
export function isLayerDescription(thing: unknown): thing is LayerDescription {
  return isDescribed(thing) && 'kind' in thing && thing.kind === 'layer';
}

/** `describeConfig` of each entry. */
export function describeEntries(config: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(config).map(([name, value]) => [name, describeConfig(value)]));
}

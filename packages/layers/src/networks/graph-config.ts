import { isTensor, ManabiError } from '@manabi/core';
import type { CallOptions } from '../call/context.ts';
import type { SymbolicTensor } from '../layer/layer.ts';
import { Layer } from '../layer/layer.ts';
import { InputLayer } from '../layers/core/input-layer.ts';
import type { OneOrMany } from '../structure/nested.ts';
import type { Nested } from './nested-symbols.ts';

/**
 * Where a tensor in a config comes from: the name of a layer, the index of the layer's call in the model, and the index
 * of the output of that call.
 */
export type TensorLocation = readonly [layer: string, call: number, output: number];

/** Inputs, outputs and further options of a functional model that was rebuilt from its config. */
export interface RebuiltGraph {
  readonly inputs: Nested<SymbolicTensor>;
  readonly outputs: Nested<SymbolicTensor>;
  readonly [option: string]: unknown;
}

interface PendingCall {
  readonly layer: Layer;
  readonly inputs: OneOrMany<TensorLocation>;
  readonly options: CallOptions;
}

/**
 * Rebuilds the graph of a functional model: repeats the layer calls that its config describes.
 *
 * @throws ManabiError `graph` for calls that depend on each other in a cycle, or on a missing layer; `data` if the
 * config is not of a functional model
 */
export function rebuildGraph(config: Readonly<Record<string, unknown>>): RebuiltGraph {
  const { layers, inputLayers, outputLayers, ...options } = config;
  const results = new Map<string, SymbolicTensor[][]>();
  let waiting: PendingCall[] = [];
  for (const { layer, calls } of listOf(layers).map(readEntry)) {
    results.set(layer.name, layer instanceof InputLayer ? [[layer.output]] : []);
    waiting.push(...calls);
  }
  const find = ([name, call, output]: TensorLocation): SymbolicTensor | undefined =>
    results.get(name)?.[call]?.[output];
  while (waiting.length > 0) {
    const before = waiting.length;
    // Calls of the same layer are made in their original order, since configs refer to them by index.
    const held = new Set<Layer>();
    waiting = waiting.filter(({ layer, inputs, options }) => {
      const isReady = !held.has(layer) && locations(inputs).every((location) => find(location) !== undefined);
      if (!isReady) held.add(layer);
      else
        results.get(layer.name)?.push([
          ...layer.applyAll(
            eachLocation(inputs, (location) => found(find(location), location)),
            options,
          ),
        ]);
      return !isReady;
    });
    if (waiting.length === before) throw cyclic(waiting);
  }
  const resolve = (value: unknown): Nested<SymbolicTensor> => {
    if (isLocation(value)) return found(find(value), value);
    if (Array.isArray(value)) return value.map(resolve);
    if (typeof value !== 'object' || value === null) throw malformed('[layer, call, output]', value);
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, resolve(item)]));
  };
  return { ...options, inputs: resolve(inputLayers), outputs: resolve(outputLayers) };
}

function readEntry(entry: unknown): { readonly layer: Layer; readonly calls: readonly PendingCall[] } {
  if (typeof entry !== 'object' || entry === null || !('layer' in entry) || !(entry.layer instanceof Layer)) {
    throw malformed('a layer', entry);
  }
  const { layer } = entry;
  const nodes = 'inboundNodes' in entry ? listOf(entry.inboundNodes) : [];
  return { layer, calls: nodes.map((node) => ({ layer, ...readCall(node) })) };
}

function readCall(node: unknown): Omit<PendingCall, 'layer'> {
  if (typeof node !== 'object' || node === null || !('inputs' in node)) throw malformed('a call', node);
  const options = 'options' in node && typeof node.options === 'object' ? { ...node.options } : {};
  return { inputs: readLocations(node.inputs), options };
}

function readLocations(value: unknown): OneOrMany<TensorLocation> {
  if (isLocation(value)) return value;
  return listOf(value).map((item) => (isLocation(item) ? item : fail(malformed('[layer, call, output]', item))));
}

function isLocation(value: unknown): value is TensorLocation {
  return Array.isArray(value) && value.length === 3 && typeof value[0] === 'string';
}

/**
 * Returns a single `TensorLocation`, or several, as a list. `toList` cannot be used, since a location is itself a list.
 */
function locations(value: OneOrMany<TensorLocation>): readonly TensorLocation[] {
  return isLocation(value) ? [value] : value;
}

/**
 * Applies a function to a single `TensorLocation`, or to each of several. `mapEach` cannot be used, since a location is
 * itself a list.
 */
function eachLocation<T>(value: OneOrMany<TensorLocation>, f: (location: TensorLocation) => T): OneOrMany<T> {
  return isLocation(value) ? f(value) : value.map(f);
}

function listOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw malformed('a list', value);
}

function found(symbol: SymbolicTensor | undefined, location: TensorLocation): SymbolicTensor {
  return symbol ?? fail(malformed('the location of an existing output', location));
}

function fail(error: ManabiError): never {
  throw error;
}

function malformed(expected: string, given: unknown): ManabiError {
  const shown = isTensor(given) ? 'a tensor' : (JSON.stringify(given) ?? String(given)).slice(0, 200);
  return new ManabiError('data', `Not the config of a functional model: expected ${expected}; got ${shown}.`, {
    op: 'fromConfig',
    data: { expected },
  });
}

function cyclic(waiting: readonly PendingCall[]): ManabiError {
  const names = [...new Set(waiting.map(({ layer }) => layer.name))];
  return new ManabiError(
    'graph',
    `The config has a cycle or a missing layer: the calls of ${names.join(', ')} cannot be resolved. Check their ` +
      'inboundNodes.',
    { op: 'fromConfig', data: { layers: names } },
  );
}

import { isTensor, ManabiError } from '@manabi/core';
import type { CallOptions } from '../call/context.ts';
import type { SymbolicTensor } from '../layer/layer.ts';
import { Layer } from '../layer/layer.ts';
import { InputLayer } from '../layers/core/input-layer.ts';
import type { OneOrMany } from '../structure/nested.ts';
import type { Nested } from './nested-symbols.ts';

/** Where a tensor comes from, in configs: the layer, which of its calls in this model, which of the outputs. */
export type TensorPlace = readonly [layer: string, call: number, output: number];

/** What a functional model is made of, with its other options. */
export interface RebuiltGraph {
  readonly inputs: Nested<SymbolicTensor>;
  readonly outputs: Nested<SymbolicTensor>;
  readonly [option: string]: unknown;
}

interface PendingCall {
  readonly layer: Layer;
  readonly inputs: OneOrMany<TensorPlace>;
  readonly options: CallOptions;
}

/**
 * Calls the layers of a functional model's config as they were called, and returns what the model is made of.
 *
 * @throws ManabiError `graph` if layers wait for each other; `data` if the config is none of a functional model
 */
export function rebuildGraph(config: Readonly<Record<string, unknown>>): RebuiltGraph {
  const { layers, inputLayers, outputLayers, ...options } = config;
  const results = new Map<string, SymbolicTensor[][]>();
  let waiting: PendingCall[] = [];
  for (const { layer, calls } of listOf(layers).map(readEntry)) {
    results.set(layer.name, layer instanceof InputLayer ? [[layer.output]] : []);
    waiting.push(...calls);
  }
  const find = ([name, call, output]: TensorPlace): SymbolicTensor | undefined => results.get(name)?.[call]?.[output];
  while (waiting.length > 0) {
    const before = waiting.length;
    // Calls of one layer keep their order: their places are counted.
    const held = new Set<Layer>();
    waiting = waiting.filter(({ layer, inputs, options }) => {
      const isReady = !held.has(layer) && places(inputs).every((place) => find(place) !== undefined);
      if (!isReady) held.add(layer);
      else
        results.get(layer.name)?.push([
          ...layer.applyAll(
            eachPlace(inputs, (place) => found(find(place), place)),
            options,
          ),
        ]);
      return !isReady;
    });
    if (waiting.length === before) throw cyclic(waiting);
  }
  const ends = (what: unknown): Nested<SymbolicTensor> => {
    if (isPlace(what)) return found(find(what), what);
    if (Array.isArray(what)) return what.map(ends);
    if (typeof what !== 'object' || what === null) throw malformed('a place', what);
    return Object.fromEntries(Object.entries(what).map(([name, item]) => [name, ends(item)]));
  };
  return { ...options, inputs: ends(inputLayers), outputs: ends(outputLayers) };
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
  return { inputs: readPlaces(node.inputs), options };
}

function readPlaces(what: unknown): OneOrMany<TensorPlace> {
  return isPlace(what) ? what : listOf(what).map((item) => (isPlace(item) ? item : fail(malformed('a place', item))));
}

function isPlace(what: unknown): what is TensorPlace {
  return Array.isArray(what) && what.length === 3 && typeof what[0] === 'string';
}

/** A list of places, of one or many. (A place is a list itself.) */
function places(value: OneOrMany<TensorPlace>): readonly TensorPlace[] {
  return isPlace(value) ? [value] : value;
}

/** As `mapEach`, for places, which are lists themselves. */
function eachPlace<T>(value: OneOrMany<TensorPlace>, f: (place: TensorPlace) => T): OneOrMany<T> {
  return isPlace(value) ? f(value) : value.map(f);
}

function listOf(what: unknown): readonly unknown[] {
  if (Array.isArray(what)) return what;
  throw malformed('a list', what);
}

function found(symbol: SymbolicTensor | undefined, place: TensorPlace): SymbolicTensor {
  return symbol ?? fail(malformed('an output of a layer that is there', place));
}

function fail(error: ManabiError): never {
  throw error;
}

function malformed(expected: string, given: unknown): ManabiError {
  const shown = isTensor(given) ? 'a tensor' : (JSON.stringify(given) ?? String(given)).slice(0, 200);
  return new ManabiError('data', `The config is none of a functional model: ${expected} was expected, not ${shown}.`, {
    op: 'fromConfig',
    data: { expected },
  });
}

function cyclic(waiting: readonly PendingCall[]): ManabiError {
  const names = [...new Set(waiting.map(({ layer }) => layer.name))];
  return new ManabiError(
    'graph',
    `The layers ${names.join(', ')} wait for each other, or for a layer that is not there: the graph of a model has no ` +
      'cycles.',
    { op: 'fromConfig', data: { layers: names } },
  );
}

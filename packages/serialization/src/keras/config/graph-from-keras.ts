import { isList, isObject, type Json, type JsonObject } from '../json.ts';
import { withoutAutomaticMasks } from './automatic-masks.ts';
import type { LayerDescription } from './layer-description.ts';
import { layerRow } from './layer-rows.ts';
import { isOperator } from './operator-module.ts';
import { operatorFromKeras } from './operators.ts';
import { malformed, type Origin, type Scope, unsupported } from './origin.ts';
import { toCamel } from './spelling.ts';

/** Where a tensor comes from: the layer, which of its calls, which of the outputs. */
type Place = readonly [layer: string, call: number, output: number];
type Places = Place | readonly Place[];

interface Call {
  readonly inputs: Places;
  readonly options: Readonly<Record<string, unknown>>;
}

/**
 * The graph of a functional model's config, as `layerFrom('Functional', …)` takes it.
 *
 * @throws FileError `corrupt`, `unsupported`
 */
export function graphFromKeras(origin: Scope, config: JsonObject): Record<string, unknown> {
  const { layers, input_layers: inputs, output_layers: outputs } = withoutAutomaticMasks(config);
  if (!isList(layers)) throw malformed(origin, 'a list', layers, 'the layers of a functional model');
  const entries = layers.map((entry) => {
    if (!isObject(entry)) throw malformed(origin, 'a layer', entry, 'a layer of a functional model');
    const isOp = isOperator(entry);
    const layer = isOp ? operatorFromKeras(origin, entry) : withName(origin.readLayer(entry), entry.name);
    const nodes = entry.inbound_nodes ?? [];
    if (!isList(nodes)) throw malformed(origin, 'a list', nodes, `the calls of '${String(entry.name)}'`);
    return { layer, calls: nodes.map((node) => callFromKeras(origin, layer, isOp ? withoutNumbers(node) : node)) };
  });
  const ends = [placesOf(origin, inputs ?? null), placesOf(origin, outputs ?? null)];
  const shifts = callShifts(entries, ends);
  const shifted = (places: Places): Places =>
    isPlace(places) ? shiftedPlace(shifts, places) : places.map((place) => shiftedPlace(shifts, place));
  return {
    layers: entries.map(({ layer, calls }) => ({
      layer,
      inboundNodes: calls.map(({ inputs: from, options }) => ({ inputs: shifted(from), options })),
    })),
    inputLayers: alone(shifted(ends[0])),
    outputLayers: alone(shifted(ends[1])),
  };
}

/** The call of an operator without its numbers, which are options of the layer in its place. */
function withoutNumbers(node: Json): Json {
  if (!isObject(node) || !isList(node.args)) return node;
  return { args: node.args.filter((value) => typeof value !== 'number') };
}

/** The name of the entry is that by which others refer to a layer. */
function withName(layer: LayerDescription, name: Json | undefined): LayerDescription {
  if (typeof name !== 'string' || layer.config.name === name) return layer;
  return { ...layer, config: { ...layer.config, name } };
}

/**
 * Keras 2 counts the calls of a model within a model from 1: its own graph was the first. By how much to shift them.
 */
function callShifts(
  entries: readonly { readonly layer: LayerDescription; readonly calls: readonly Call[] }[],
  ends: readonly Places[],
): ReadonlyMap<string, number> {
  const used = [...entries.flatMap(({ calls }) => calls.map(({ inputs }) => inputs)), ...ends];
  const indices = new Map<string, number[]>();
  for (const [name, call] of used.flatMap((places) => (isPlace(places) ? [places] : places))) {
    indices.set(name, [...(indices.get(name) ?? []), call]);
  }
  const shifts = new Map<string, number>();
  for (const { layer, calls } of entries) {
    const name = String(layer.config.name);
    const referred = indices.get(name) ?? [];
    if (referred.length > 0 && Math.max(...referred) === calls.length && Math.min(...referred) > 0) shifts.set(name, 1);
  }
  return shifts;
}

function shiftedPlace(shifts: ReadonlyMap<string, number>, [name, call, output]: Place): Place {
  return [name, call - (shifts.get(name) ?? 0), output];
}

/** Older versions write one input as a list of one. */
function alone(places: Places): Places {
  return !isPlace(places) && places.length === 1 ? places[0] : places;
}

function callFromKeras(origin: Origin, layer: LayerDescription, node: Json): Call {
  const { args, kwargs } = argumentsOf(origin, layer, node);
  const form = layerRow(layer.className)?.call ?? 'plain';
  const options = new Map<string, unknown>();
  const named = new Map<string, Places>();
  for (const [name, value] of Object.entries(kwargs)) {
    if (holdsTensors(value)) named.set(name, placesOf(origin, value));
    else if (keepsOption(origin, name, value)) options.set(toCamel(name), value);
  }
  const { inputs, left } = inputsOf(
    form,
    args.map((value) => placesOf(origin, value)),
    Object.fromEntries(named),
  );
  const strange = Object.keys(left)[0];
  if (strange !== undefined || inputs.length === 0) {
    const what = strange === undefined ? 'with no tensor' : `with the tensor '${strange}'`;
    throw unsupported(
      origin,
      `'${String(layer.config.name)}' (${layer.className}) is called ${what}, which is not there.`,
      {
        layer: layer.config.name,
        className: layer.className,
        argument: strange ?? null,
      },
    );
  }
  return { inputs, options: Object.fromEntries(options) };
}

/** Whether a call's option says something. */
function keepsOption({ generation, isOurs }: Origin, name: string, value: Json): boolean {
  if (value === null || value === undefined) return false;
  // Keras 3 overrules what a call in a graph says of training when the model runs.
  return name !== 'training' || (value === true && (isOurs || generation < 3));
}

/** What a call is given, in our order: the tensors, and those whose names mean nothing here. */
function inputsOf(
  form: 'plain' | 'heads' | 'recurrent' | 'cell',
  args: readonly Places[],
  named: Readonly<Record<string, Places>>,
): { readonly inputs: Places; readonly left: Readonly<Record<string, Places>> } {
  const flat = (places: readonly Places[]): readonly Place[] =>
    places.flatMap((item) => (isPlace(item) ? [item] : item));
  switch (form) {
    case 'heads': {
      const { query, value, key, attention_mask: mask, ...left } = named;
      const all = flat([...args, ...given(query, value, key)]);
      const [q, v, k = v] = all;
      return { inputs: mask === undefined ? all : [q, v, k, ...flat([mask])], left };
    }
    case 'recurrent': {
      const { initial_state: state, ...left } = named;
      const all = flat([...args, ...given(state)]);
      return { inputs: all.length === 1 ? all[0] : all, left };
    }
    case 'cell':
      return { inputs: flat(args), left: named };
    case 'plain': {
      const { inputs, ...left } = named;
      const all = [...args, ...given(inputs)];
      return { inputs: all.length === 1 ? all[0] : flat(all), left };
    }
  }
}

function given(...items: readonly (Places | undefined)[]): readonly Places[] {
  return items.filter((item) => item !== undefined);
}

interface Arguments {
  readonly args: readonly Json[];
  readonly kwargs: JsonObject;
}

/** The arguments of a call, from the form of Keras 3, or from that of Keras 2: lists of `[layer, call, output, options]`. */
function argumentsOf(origin: Origin, layer: LayerDescription, node: Json): Arguments {
  if (isObject(node)) {
    const { args, kwargs } = node;
    return { args: isList(args) ? args : [], kwargs: isObject(kwargs) ? kwargs : {} };
  }
  if (!isList(node)) throw malformed(origin, 'a call', node, `a call of '${String(layer.config.name)}'`);
  const tensors = node.map((item) => (isList(item) ? item.slice(0, 3) : item));
  const kwargs: JsonObject = Object.assign(
    {},
    ...node.map((item) => (isList(item) && isObject(item[3]) ? item[3] : {})),
  );
  return { args: tensors.length === 1 ? tensors : [tensors], kwargs };
}

/** Whether an argument is a tensor of the graph, or holds some. */
function holdsTensors(value: Json): boolean {
  if (isRawPlace(value)) return true;
  if (isList(value)) return value.some(holdsTensors);
  return isObject(value) && value.class_name === '__keras_tensor__';
}

function placesOf(origin: Origin, value: Json): Places {
  if (isRawPlace(value)) return [value[0], value[1], value[2]];
  if (isObject(value) && value.class_name === '__keras_tensor__' && isObject(value.config)) {
    const { keras_history: history } = value.config;
    if (isRawPlace(history ?? null)) return placesOf(origin, history ?? null);
  }
  if (isList(value)) {
    return value.flatMap((item): readonly Place[] => {
      const places = placesOf(origin, item);
      return isPlace(places) ? [places] : places;
    });
  }
  // A record of tensors: Keras sorts them by name.
  if (isObject(value) && !('class_name' in value)) {
    return placesOf(
      origin,
      Object.keys(value)
        .sort()
        .map((name) => value[name]),
    );
  }
  throw malformed(origin, 'a tensor', value, 'what a layer is called with');
}

function isRawPlace(value: Json): value is readonly [string, number, number] {
  return (
    isList(value) &&
    value.length === 3 &&
    typeof value[0] === 'string' &&
    typeof value[1] === 'number' &&
    typeof value[2] === 'number'
  );
}

function isPlace(value: Places): value is Place {
  return value.length === 3 && typeof value[0] === 'string';
}

import type { CallForm, LayerDescription } from '@manabi/layers/classes';
import { isList, isObject, type Json } from '../json.ts';
import { withoutAutomaticMasks } from './automatic-masks.ts';
import type { ConfigPart, ReadLayer } from './config-part.ts';
import { layerRow } from './keras-classes.ts';
import { isOperator } from './operator-module.ts';
import { operatorFromKeras } from './operators.ts';
import type { Origin } from './origin.ts';
import {
  isFlat,
  isPlace,
  leavesOf,
  mapPlaces,
  type Place,
  type PlaceStructure,
  type Places,
  placesOf,
  structureOf,
} from './places-from-keras.ts';
import { toCamel } from './spelling.ts';

interface Call {
  readonly inputs: Places;
  readonly options: Readonly<Record<string, unknown>>;
}

interface Entry {
  readonly layer: LayerDescription;
  readonly calls: readonly Call[];
}

/**
 * Reads the graph of a functional model's config, as `layerFrom('Functional', …)` takes it.
 *
 * @throws FileError `corrupt`, `unsupported`
 */
export function graphFromKeras(config: ConfigPart, readLayer: ReadLayer): Record<string, unknown> {
  const entries = layersOf(config).map((part) => entryFromKeras(part, readLayer));
  const ends = [config.field('input_layers'), config.field('output_layers')].map(endOf);
  const shifts = callShifts(config.origin, entries, ends.flatMap(leavesOf));
  return {
    layers: entries.map(({ layer, calls }) => ({
      layer,
      inboundNodes: calls.map(({ inputs: from, options }) => ({ inputs: mapPlaces(from, shifts.within), options })),
    })),
    inputLayers: mapPlaces(ends[0], shifts.atEnds),
    outputLayers: mapPlaces(ends[1], shifts.atEnds),
  };
}

/** The layers of a config, without the operators that Keras computes masks with. */
function layersOf(config: ConfigPart): readonly ConfigPart[] {
  const parts = config.field('layers').list('a list of layers');
  const entries = parts.map((part) => part.object('a layer'));
  const unmasked = withoutAutomaticMasks(entries, config.field('output_layers').value ?? null);
  return parts.flatMap((part, i) => {
    const entry = unmasked[i];
    return entry === null ? [] : [part.as(entry)];
  });
}

function entryFromKeras(part: ConfigPart, readLayer: ReadLayer): Entry {
  const entry = part.object('a layer');
  const isOp = isOperator(entry);
  const name = part.optional('name')?.text() ?? null;
  const layer = isOp ? operatorFromKeras(part.within(name)) : withName(readLayer(part), name);
  const nodes = part.optional('inbound_nodes')?.within(String(layer.config.name)).list('a list of calls') ?? [];
  return { layer, calls: nodes.map((node) => callFromKeras(layer, isOp ? withoutNumbers(node) : node)) };
}

/** The call of an operator without its numbers, which are options of the layer in its place. */
function withoutNumbers(node: ConfigPart): ConfigPart {
  const call = node.value;
  if (!isObject(call) || !isList(call.args)) return node;
  return node.as({ args: call.args.filter((value) => typeof value !== 'number') });
}

/** The name of the entry is that by which others refer to a layer. */
function withName(layer: LayerDescription, name: string | null): LayerDescription {
  if (name === null || layer.config.name === name) return layer;
  return { ...layer, config: { ...layer.config, name } };
}

interface Shifts {
  readonly within: (place: Place) => Place;
  readonly atEnds: (place: Place) => Place;
}

/**
 * Keras counts the calls of a model within a model from 1, since its own graph is the first: Keras 2 everywhere, Keras 3
 * where the model around it begins and ends. Returns what counts them from 0.
 */
function callShifts(origin: Origin, entries: readonly Entry[], ends: readonly Place[]): Shifts {
  const counted = new Map(entries.map(({ layer, calls }) => [String(layer.config.name), { layer, calls }] as const));
  if (origin.generation === 3) {
    const isModel = (name: string): boolean => counted.get(name)?.layer.className === 'Functional';
    return { within: (place) => place, atEnds: (place) => (isModel(place[0]) ? shifted(place) : place) };
  }
  // Each call is used somewhere: those of a layer are 0 to n - 1, or 1 to n.
  const used = [...entries.flatMap(({ calls }) => calls.flatMap(({ inputs }) => leavesOf(inputs))), ...ends];
  const last = new Map<string, number>();
  for (const [name, call] of used) last.set(name, Math.max(call, last.get(name) ?? 0));
  const shift = (place: Place): Place => {
    const [name] = place;
    const count = counted.get(name)?.calls.length ?? 0;
    return count > 0 && last.get(name) === count ? shifted(place) : place;
  };
  return { within: shift, atEnds: shift };
}

function shifted([name, call, output]: Place): Place {
  return [name, Math.max(0, call - 1), output];
}

/** Where a model begins or ends. Versions before 3 write one tensor as a list of one. */
function endOf(part: ConfigPart): PlaceStructure {
  const structure = structureOf(part);
  const leaves = leavesOf(structure);
  return part.origin.generation < 3 && leaves.length === 1 ? leaves[0] : structure;
}

function callFromKeras(layer: LayerDescription, node: ConfigPart): Call {
  const { args, kwargs } = argumentsOf(node);
  // Layers of one's own, and models, have no row: they may take whatever they like.
  const { call: form = 'plain', several = false } = layerRow(layer.className) ?? { several: true };
  const options = new Map<string, unknown>();
  const named = new Map<string, Places>();
  for (const [name, part] of kwargs) {
    if (holdsTensors(part.value ?? null)) named.set(name, argumentOf(layer, form, part));
    else if (keepsOption(node.origin, name, part.value)) options.set(toCamel(name), part.value);
  }
  const { inputs, left } = inputsOf(
    form,
    args.map((arg) => argumentOf(layer, form, arg)),
    Object.fromEntries(named),
  );
  const strange = Object.keys(left)[0];
  if (strange !== undefined || inputs.length === 0) {
    const what = strange === undefined ? 'without a tensor' : `with the tensor '${strange}'`;
    throw node.unsupported(
      `the layer '${String(layer.config.name)}' (${layer.className}) is called ${what}, which is not supported.`,
      { layer: layer.config.name, className: layer.className, argument: strange ?? null },
    );
  }
  if (form === 'plain' && !several && !isPlace(inputs)) {
    throw node.wrong(`a call with one tensor, which is what ${layer.className} takes`);
  }
  return { inputs, options: Object.fromEntries(options) };
}

/** The tensors of an argument. Models take records and lists of lists, whose order their own inputs say. */
function argumentOf(layer: LayerDescription, form: CallForm, part: ConfigPart): Places {
  const structure = structureOf(part);
  if (form !== 'plain' || layer.className === 'Functional' || isFlat(structure)) return placesOf(part);
  throw part.unsupported(
    `the layer '${String(layer.config.name)}' (${layer.className}) is called with tensors in records, or in lists within ` +
      'lists. Layers here take a tensor, or a list of tensors.',
    { layer: layer.config.name, className: layer.className },
  );
}

/** Whether a call's option says something. */
function keepsOption({ generation, isOurs }: Origin, name: string, value: Json | undefined): boolean {
  if (value === undefined || isNothing(value)) return false;
  // Keras 3 overrules what a call in a graph says of training when the model runs.
  return name !== 'training' || (value === true && (isOurs || generation < 3));
}

/** Null, or lists and records of nothing else: the masks of tensors that have none. */
function isNothing(value: Json): boolean {
  if (value === null) return true;
  if (isList(value)) return value.length > 0 && value.every(isNothing);
  return isObject(value) && Object.keys(value).length > 0 && Object.values(value).every(isNothing);
}

/** What a call is given, in our order: the tensors, and those whose names mean nothing here. */
function inputsOf(
  form: CallForm,
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
  readonly args: readonly ConfigPart[];
  readonly kwargs: readonly (readonly [name: string, part: ConfigPart])[];
}

/** The arguments of a call, from the form of Keras 3, or from that of Keras 2: lists of `[layer, call, output, options]`. */
function argumentsOf(node: ConfigPart): Arguments {
  if (isObject(node.value)) {
    return { args: node.optional('args')?.list() ?? [], kwargs: node.optional('kwargs')?.entries() ?? [] };
  }
  const items = node.list('a call');
  const kwargs = new Map<string, ConfigPart>();
  const tensors = items.map((item) => {
    if (!isList(item.value)) return item;
    const options = item.list()[3];
    if (options !== undefined && isObject(options.value)) {
      for (const [name, part] of options.entries()) kwargs.set(name, part);
    }
    return item.as(item.value.slice(0, 3));
  });
  const together = node.as(tensors.map(({ value }) => value ?? null));
  return { args: tensors.length === 1 ? tensors : [together], kwargs: [...kwargs] };
}

/** Whether an argument is a tensor of the graph, or holds some. */
function holdsTensors(value: Json): boolean {
  if (isList(value)) return isRawPlace(value) || value.some(holdsTensors);
  return isObject(value) && value.class_name === '__keras_tensor__';
}

function isRawPlace(value: readonly Json[]): boolean {
  const [layer, call, output] = value;
  return value.length === 3 && typeof layer === 'string' && typeof call === 'number' && typeof output === 'number';
}

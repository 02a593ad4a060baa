import type { CallForm, LayerDescription } from '@manabi/layers/classes';
import { isList, isObject, type Json } from '../json.ts';
import type { GraphCall, GraphEntry, OperatorReader } from '../operators/operator-reader.ts';
import type { ConfigPart, ReadLayer } from './config-part.ts';
import { layerRow } from './keras-classes.ts';
import type { Origin } from './origin.ts';
import { toCamel } from './spelling.ts';
import {
  isFlat,
  isTensorRef,
  leavesOf,
  mapTensorRefs,
  structureOf,
  type TensorRef,
  type TensorRefStructure,
  type TensorRefs,
  tensorRefsOf,
} from './tensor-refs.ts';

/**
 * Reads the graph of a functional model's config as options of `layerFrom('Functional', …)`.
 *
 * @throws FileError `corrupt`, `unsupported`
 */
export function graphFromKeras(config: ConfigPart, readLayer: ReadLayer) {
  const { operators: given } = config.origin;
  const operators = given !== null && isReader(given) ? given : null;
  const parts = operators?.entriesOf(config) ?? config.field('layers').list('a list of layers');
  const entries = parts.map(
    (part) => operators?.read(part, { structureOf, isTensorRef, toCamel }) ?? entryFromKeras(part, readLayer),
  );
  const ends = [config.field('input_layers'), config.field('output_layers')].map(endOf);
  const shifts = callShifts(config.origin, entries, ends.flatMap(leavesOf));
  return {
    layers: entries.map(({ layer, calls }) => ({
      layer,
      inboundNodes: calls.map(({ inputs: from, options }) => ({ inputs: mapTensorRefs(from, shifts.within), options })),
    })),
    inputLayers: mapTensorRefs(ends[0], shifts.atEnds),
    outputLayers: mapTensorRefs(ends[1], shifts.atEnds),
  };
}

/** Narrows the reader of an origin, whose type cannot name it without a circle of imports. */
function isReader(given: object): given is OperatorReader {
  return 'entriesOf' in given;
}

function entryFromKeras(part: ConfigPart, readLayer: ReadLayer): GraphEntry {
  const name = part.optional('name')?.text() ?? null;
  const layer = withName(readLayer(part), name);
  const nodes = part.optional('inbound_nodes')?.within(String(layer.config.name)).list('a list of calls') ?? [];
  return { layer, calls: nodes.map((node) => callFromKeras(layer, node)) };
}

/** Renames a layer to the name of its entry, which other entries use to refer to the layer. */
function withName(layer: LayerDescription, name: string | null): LayerDescription {
  if (name === null || layer.config.name === name) return layer;
  return { ...layer, config: { ...layer.config, name } };
}

interface Shifts {
  readonly within: (ref: TensorRef) => TensorRef;
  readonly atEnds: (ref: TensorRef) => TensorRef;
}

/**
 * Returns functions that renumber the calls of a layer from 0. Keras numbers the calls of a nested model from 1,
 * because the graph of the nested model counts as its first call. Keras 2 does so in all references, Keras 3 only in
 * the inputs and outputs of the outer model.
 */
function callShifts(origin: Origin, entries: readonly GraphEntry[], ends: readonly TensorRef[]): Shifts {
  const counted = new Map(entries.map(({ layer, calls }) => [String(layer.config.name), { layer, calls }] as const));
  if (origin.generation === 3) {
    const isModel = (name: string): boolean => counted.get(name)?.layer.className === 'Functional';
    return { within: (ref) => ref, atEnds: (ref) => (isModel(ref[0]) ? shifted(ref) : ref) };
  }
  // Every call is used, so the used numbers of a layer are 0 to n - 1, or 1 to n.
  const used = [...entries.flatMap(({ calls }) => calls.flatMap(({ inputs }) => leavesOf(inputs))), ...ends];
  const last = new Map<string, number>();
  for (const [name, call] of used) last.set(name, Math.max(call, last.get(name) ?? 0));
  const shift = (ref: TensorRef): TensorRef => {
    const [name] = ref;
    const count = counted.get(name)?.calls.length ?? 0;
    return count > 0 && last.get(name) === count ? shifted(ref) : ref;
  };
  return { within: shift, atEnds: shift };
}

function shifted([name, call, output]: TensorRef): TensorRef {
  return [name, Math.max(0, call - 1), output];
}

/** Reads the inputs or outputs of a model. Before Keras 3, a single tensor is written as a list of one. */
function endOf(part: ConfigPart): TensorRefStructure {
  const structure = structureOf(part);
  const leaves = leavesOf(structure);
  return part.origin.generation < 3 && leaves.length === 1 ? leaves[0] : structure;
}

function callFromKeras(layer: LayerDescription, node: ConfigPart): GraphCall {
  const { args, kwargs } = argumentsOf(node);
  // Custom layers and models have no entry in the table of layers: they may take any arguments.
  const { call: form = 'plain', several = false } = layerRow(layer.className) ?? { several: true };
  const options = new Map<string, unknown>();
  const named = new Map<string, TensorRefs>();
  for (const [name, part] of kwargs) {
    if (holdsTensors(part.value ?? null)) named.set(name, argumentOf(layer, form, part));
    else if (keepsOption(node.origin, name, part.value)) options.set(toCamel(name), part.value);
  }
  const { inputs, left } = inputsOf(
    form,
    args.map((arg) => argumentOf(layer, form, arg)),
    Object.fromEntries(named),
  );
  const unexpected = Object.keys(left)[0];
  if (unexpected !== undefined || inputs.length === 0) {
    const problem = unexpected === undefined ? 'no tensor argument' : `the unsupported tensor argument '${unexpected}'`;
    throw node.unsupported(
      `layer '${String(layer.config.name)}' (${layer.className}) is called with ${problem}. Replace the layer and save the model again.`,
      { layer: layer.config.name, className: layer.className, argument: unexpected ?? null },
    );
  }
  if (form === 'plain' && !several && !isTensorRef(inputs)) {
    throw node.wrong(`a call of ${layer.className} with one tensor`);
  }
  return { inputs, options: Object.fromEntries(options) };
}

/**
 * Reads the tensors of an argument as one or a flat list. Objects and nested lists are accepted only for nested models,
 * and flattened in the order of the inputs of the model.
 */
function argumentOf(layer: LayerDescription, form: CallForm, part: ConfigPart): TensorRefs {
  const structure = structureOf(part);
  if (form !== 'plain' || layer.className === 'Functional' || isFlat(structure)) return tensorRefsOf(part);
  throw part.unsupported(
    `layer '${String(layer.config.name)}' (${layer.className}) is called with tensors in an object or in nested lists; expected ` +
      'a tensor or a list of tensors. Change its call and save the model again.',
    { layer: layer.config.name, className: layer.className },
  );
}

/** Reports whether an option of a call affects the result, and must therefore be kept. */
function keepsOption({ generation, isFromManabi }: Origin, name: string, value: Json | undefined): boolean {
  if (value === undefined || isNothing(value)) return false;
  // When a model runs, Keras 3 overrides the value of `training` in its graph.
  return name !== 'training' || (value === true && (isFromManabi || generation < 3));
}

/**
 * Reports whether a value is null, or a list or object that contains only null, as Keras writes the masks of tensors
 * without masks.
 */
function isNothing(value: Json): boolean {
  if (value === null) return true;
  if (isList(value)) return value.length > 0 && value.every(isNothing);
  return isObject(value) && Object.keys(value).length > 0 && Object.values(value).every(isNothing);
}

/**
 * Returns the tensors of a call in the order in which manabi passes them, and the named tensor arguments that manabi's
 * layer does not accept.
 */
function inputsOf(
  form: CallForm,
  args: readonly TensorRefs[],
  named: Readonly<Record<string, TensorRefs>>,
): { readonly inputs: TensorRefs; readonly left: Readonly<Record<string, TensorRefs>> } {
  const flat = (refs: readonly TensorRefs[]): readonly TensorRef[] =>
    refs.flatMap((item) => (isTensorRef(item) ? [item] : item));
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

function given(...items: readonly (TensorRefs | undefined)[]): readonly TensorRefs[] {
  return items.filter((item) => item !== undefined);
}

interface Arguments {
  readonly args: readonly ConfigPart[];
  readonly kwargs: readonly (readonly [name: string, part: ConfigPart])[];
}

/**
 * Returns the arguments of a call. Keras 3 writes `args` and `kwargs`; Keras 2 writes a list of `[layer, call, output,
 * options]` for each tensor.
 */
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

/** Reports whether an argument is or contains a tensor of the graph. */
function holdsTensors(value: Json): boolean {
  if (isList(value)) return isRawTensorRef(value) || value.some(holdsTensors);
  return isObject(value) && value.class_name === '__keras_tensor__';
}

function isRawTensorRef(value: readonly Json[]): boolean {
  const [layer, call, output] = value;
  return value.length === 3 && typeof layer === 'string' && typeof call === 'number' && typeof output === 'number';
}

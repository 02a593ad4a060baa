import { Functional, type Layer, type Node, type OneOrMany, type SymbolicTensor } from '@manabi/layers';
import type { CallForm } from '@manabi/layers/classes';
import { mapStructure } from '@manabi/layers/internal';
import { isList, type Json, type JsonObject } from '../json.ts';
import { layerRow } from './keras-classes.ts';
import { operandsToKeras } from './operation-to-keras.ts';
import { configToKeras, type Owner, ownerOf } from './value-to-keras.ts';

/**
 * Returns the graph of a functional model in Keras's format: each layer with its calls and their inputs, and the inputs
 * and outputs of the model.
 *
 * @param writeLayer converts a layer that is an option of another layer
 * @param writeEntry converts a layer of the graph, without its calls
 * @throws ManabiError `argument` for call options that files cannot hold
 */
export function graphToKeras(
  model: Functional,
  writeLayer: Owner['writeLayer'],
  writeEntry: (layer: Layer) => JsonObject,
): JsonObject {
  const refOf = ({ node, index }: SymbolicTensor): readonly [string, number, number] => [
    node.layer.name,
    Math.max(0, model.calls.get(node.layer)?.indexOf(node) ?? 0),
    index,
  ];
  // In the outputs, Keras numbers the calls of a nested model from 1, because the graph of the nested model counts as
  // its first call.
  const outputOf = (symbol: SymbolicTensor): Json => {
    const [name, call, output] = refOf(symbol);
    return [name, symbol.node.layer instanceof Functional ? call + 1 : call, output];
  };
  const tensorOf = (symbol: SymbolicTensor): Json => ({
    class_name: '__keras_tensor__',
    config: { shape: [...symbol.shape], dtype: symbol.dtype, keras_history: refOf(symbol) },
  });
  const layers = model.layers.filter(isWritten).map((layer) => ({
    ...writeEntry(layer),
    name: layer.name,
    inbound_nodes: isInput(layer)
      ? []
      : (model.calls.get(layer) ?? []).map((node) => callToKeras(node, tensorOf, writeLayer)),
  }));
  return {
    layers,
    input_layers: mapStructure(model.inputStructure, refOf),
    output_layers: mapStructure(model.outputStructure, outputOf),
  };
}

function callToKeras(
  { layer, inputs: set, options: called }: Node,
  tensorOf: (symbol: SymbolicTensor) => Json,
  writeLayer: Owner['writeLayer'],
): JsonObject {
  if (layer.className === 'Operation')
    return operandsToKeras(
      called.operands,
      listOf(set).map((symbol) => tensorOf(unmasked(symbol))),
    );
  const { mask, key: _key, ...plain } = called;
  const owner = ownerOf(layer, writeLayer);
  const options = configToKeras(owner, mask === undefined || mask === null ? plain : { ...plain, mask });
  const form = layerRow(layer.className)?.call ?? 'plain';
  const given = { ...options, ...masksOf(form, each(set, maskIn(tensorOf))) };
  const inputs = each(set, unmasked);
  const tensors = listOf(inputs).map(tensorOf);
  const [first, ...rest] = tensors;
  switch (form) {
    case 'heads': {
      const scores: JsonObject = tensors.length > 3 ? { attention_mask: tensors[3] } : {};
      // Without a key, Keras uses the value.
      const symbols = listOf(inputs);
      const count = symbols[2] === symbols[1] ? 2 : 3;
      return { args: tensors.slice(0, count), kwargs: { ...given, ...scores } };
    }
    case 'recurrent':
      return { args: [first], kwargs: rest.length === 0 ? given : { ...given, initial_state: rest } };
    case 'cell':
      return { args: [first, rest], kwargs: given };
    case 'plain':
      return { args: [plainArgument(layer, inputs, tensorOf)], kwargs: given };
  }
}

/**
 * Returns the argument of a call: a tensor or a list of tensors. For a nested model, the tensors are in lists and
 * objects like those of its inputs.
 */
function plainArgument(
  layer: Layer,
  inputs: OneOrMany<SymbolicTensor>,
  tensorOf: (symbol: SymbolicTensor) => Json,
): Json {
  if (!(layer instanceof Functional)) return each(inputs, tensorOf);
  const tensors = listOf(inputs).map(tensorOf);
  return mapStructure(layer.inputStructure, (_, position) => tensors[position]);
}

function isInput({ className }: Layer): boolean {
  return className === 'InputLayer';
}

function listOf<T>(value: OneOrMany<T>): readonly T[] {
  return isMany(value) ? value : [value];
}

/** Reports whether files contain a layer: they have the masks of `SetMask` in the calls that follow. */
function isWritten({ className }: Layer): boolean {
  return className !== 'SetMask';
}

/** Returns the tensor to which `SetMask` gives a mask; another tensor unchanged. */
function unmasked(symbol: SymbolicTensor): SymbolicTensor {
  const { node } = symbol;
  return isWritten(node.layer) ? symbol : unmasked(listOf(node.inputs)[0]);
}

/** Returns a function that returns the mask that `SetMask` gives to a tensor; null for none. */
function maskIn(tensorOf: (symbol: SymbolicTensor) => Json): (symbol: SymbolicTensor) => Json {
  return ({ node }) => (isWritten(node.layer) ? null : (listOf(node.inputs).slice(1).map(tensorOf)[0] ?? null));
}

/** Returns the arguments of a call that hold masks. */
function masksOf(form: CallForm, masks: Json): JsonObject {
  const list = isList(masks) ? masks : [masks];
  if (list.every((mask) => mask === null)) return {};
  if (form !== 'heads') return { mask: form === 'plain' ? masks : list[0] };
  const named = ['query_mask', 'value_mask', 'key_mask'].map((name, i) => [name, list[i] ?? null] as const);
  return Object.fromEntries(named.filter(([, mask]) => mask !== null));
}

function each<T, U>(value: OneOrMany<T>, f: (item: T) => U): U | readonly U[] {
  return isMany(value) ? value.map(f) : f(value);
}

function isMany<T>(value: OneOrMany<T>): value is readonly T[] {
  return Array.isArray(value);
}

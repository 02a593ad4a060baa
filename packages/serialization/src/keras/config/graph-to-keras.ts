import { Functional, type Layer, type Node, type OneOrMany, type SymbolicTensor } from '@manabi/layers';
import { mapStructure } from '@manabi/layers/internal';
import type { Json, JsonObject } from '../json.ts';
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
  const layers = model.layers.map((layer) => ({
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
  { layer, inputs, options }: Node,
  tensorOf: (symbol: SymbolicTensor) => Json,
  writeLayer: Owner['writeLayer'],
): JsonObject {
  if (layer.className === 'Operation') return operandsToKeras(options.operands, listOf(inputs).map(tensorOf));
  const { mask, key: _key, ...plain } = options;
  const owner = ownerOf(layer, writeLayer);
  const given = configToKeras(owner, mask === undefined || mask === null ? plain : { ...plain, mask });
  const tensors = listOf(inputs).map(tensorOf);
  const [first, ...rest] = tensors;
  switch (layerRow(layer.className)?.call ?? 'plain') {
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

function each<T>(value: OneOrMany<T>, f: (item: T) => Json): Json {
  return isMany(value) ? value.map(f) : f(value);
}

function isMany<T>(value: OneOrMany<T>): value is readonly T[] {
  return Array.isArray(value);
}

import { ManabiError, type Tensor } from '@manabi/core';
import type { CallContext, CallOptions } from '../call/context.ts';
import { describeEntries, describeLayer } from '../layer/describe-layer.ts';
import { type Layer, type Node, newNode, type SymbolicTensor } from '../layer/layer.ts';
import { InputLayer } from '../layers/core/input-layer.ts';
import { mapEach, type OneOrMany, type PartialType, type Tensors, toList } from '../structure/nested.ts';
import { checkUniqueNames } from './find-layer.ts';
import { graphBetween } from './graph-between.ts';
import type { TensorLocation } from './graph-config.ts';
import type { LayerInput } from './index-extents.ts';
import { castInput } from './inputs.ts';
import { leavesOf, mapStructure, type Nested, namesOfRecord } from './nested-symbols.ts';
import type { ProbedTypes } from './signature.ts';

/** The layer calls of a functional model, which compute its symbolic outputs from its symbolic inputs. */
export class LayerGraph {
  /** Symbolic inputs as they were passed to `model`: one tensor, or arrays and objects of tensors. */
  readonly inputStructure: Nested<SymbolicTensor>;
  /** Symbolic outputs as they were passed to `model`: one tensor, or arrays and objects of tensors. */
  readonly outputStructure: Nested<SymbolicTensor>;
  /** The symbolic input, or a flat list of all symbolic inputs. */
  readonly inputs: OneOrMany<SymbolicTensor>;
  /** The symbolic output, or a flat list of all symbolic outputs. */
  readonly outputs: OneOrMany<SymbolicTensor>;
  /** The layers, in Keras's order. */
  readonly layers: readonly Layer[];
  /** The calls of each layer, in topological order. */
  readonly calls: ReadonlyMap<Layer, readonly Node[]>;
  readonly #nodes: readonly Node[];
  readonly #owner: string;

  /**
   * @param owner name of the model, for messages
   * @throws ManabiError `graph` if an output depends on an input that is not listed; `argument` for duplicate layer names
   */
  constructor(owner: string, inputs: Nested<SymbolicTensor>, outputs: Nested<SymbolicTensor>) {
    this.#owner = owner;
    const start = startingAtInputs(inputs, outputs);
    this.inputStructure = start.inputs;
    this.outputStructure = start.outputs;
    this.inputs = flat(start.inputs);
    this.outputs = flat(start.outputs);
    const { nodes, layers } = graphBetween(owner, toList(this.inputs), toList(this.outputs));
    this.#nodes = nodes;
    const calls = new Map<Layer, Node[]>();
    for (const node of nodes) {
      const known = calls.get(node.layer);
      if (known === undefined) calls.set(node.layer, [node]);
      else known.push(node);
    }
    this.calls = calls;
    this.layers = layers;
    checkUniqueNames('model', owner, layers);
  }

  get inputNames(): readonly string[] {
    return namesOfRecord(this.inputStructure) ?? toList(this.inputs).map(({ name }) => name);
  }

  get outputNames(): readonly string[] {
    const given = namesOfRecord(this.outputStructure);
    if (given !== null) return given;
    const names = toList(this.outputs).map(({ name }) => name);
    return names.map((name, i) => {
      const before = names.slice(0, i).filter((other) => other === name).length;
      return before === 0 ? name : `${name}_${before}`;
    });
  }

  /** Types of the model's outputs and of each layer's outputs. */
  get types(): ProbedTypes {
    const layerOutputs = new Map<Layer, readonly PartialType[]>();
    for (const [layer, [{ outputs }]] of this.calls) layerOutputs.set(layer, outputs);
    return { outputs: toList(this.outputs), layerOutputs };
  }

  /** Calls the layers in topological order. */
  call(inputs: Tensors, context: CallContext): Tensors {
    const given = toList(inputs);
    const expected = toList(this.inputs);
    if (given.length !== expected.length) throw this.#wrongCount(given.length);
    const values = new Map<SymbolicTensor, Tensor>();
    expected.forEach((symbol, i) => {
      values.set(symbol, castInput(given[i], symbol));
    });
    const valueAt = (symbol: SymbolicTensor): Tensor => {
      const value = values.get(symbol);
      if (value !== undefined) return value;
      throw new ManabiError(
        'graph',
        `Layer '${symbol.name}' returned fewer outputs than when the model was created. Return the same number in every call.`,
        { op: 'model', data: { layer: symbol.name } },
      );
    };
    for (const node of this.#nodes) {
      if (node.outputs.every((symbol) => values.has(symbol))) continue;
      const results = node.layer.applyAll(mapEach(node.inputs, valueAt), context.with(node.options));
      node.outputs.forEach((symbol, i) => {
        if (!values.has(symbol)) values.set(symbol, results[i]);
      });
    }
    return mapEach(this.outputs, valueAt);
  }

  /** Returns the layers to which an input of the model is passed directly. */
  consumersOf(position: number): readonly LayerInput[] {
    const symbol = toList(this.inputs)[position];
    return this.#nodes.flatMap(({ layer, inputs }) =>
      toList(inputs).flatMap((input, i) => (input === symbol ? [{ layer, position: i }] : [])),
    );
  }

  /** Returns where the inputs of a layer come from: `dense[0][0]` is output 0 of call 0 of the layer `dense`. */
  connectionsOf(layer: Layer): readonly string[] {
    return (this.calls.get(layer) ?? [])
      .flatMap(({ inputs }) => toList(inputs))
      .map((symbol) => {
        const [name, call, output] = this.#locationOf(symbol);
        return `${name}[${call}][${output}]`;
      });
  }

  /**
   * Returns the graph as plain data; `inboundNodes` lists, for each call of a layer, the layers that produce its
   * inputs.
   */
  describe(): Readonly<Record<'layers' | 'inputLayers' | 'outputLayers', unknown>> {
    const layers = this.layers.map((layer) => ({
      layer: describeLayer(layer),
      inboundNodes: (layer instanceof InputLayer ? [] : (this.calls.get(layer) ?? [])).map(({ inputs, options }) =>
        this.#describeNode(inputs, options),
      ),
    }));
    return {
      layers,
      inputLayers: mapStructure(this.inputStructure, (symbol) => this.#locationOf(symbol)),
      outputLayers: mapStructure(this.outputStructure, (symbol) => this.#locationOf(symbol)),
    };
  }

  #describeNode(inputs: OneOrMany<SymbolicTensor>, options: CallOptions): object {
    return { inputs: mapEach(inputs, (symbol) => this.#locationOf(symbol)), options: describeEntries(options) };
  }

  #locationOf({ node, index }: SymbolicTensor): TensorLocation {
    return [node.layer.name, Math.max(0, this.calls.get(node.layer)?.indexOf(node) ?? 0), index];
  }

  #wrongCount(count: number): ManabiError {
    const names = this.inputNames;
    return new ManabiError(
      'argument',
      `Model '${this.#owner}' has ${names.length} inputs (${names.join(', ')}); got ${count}. Pass a list with one each.`,
      { op: 'model', data: { model: this.#owner, expected: names.length, given: count } },
    );
  }
}

/**
 * Adds an input layer for each symbolic input that is an output of a layer, and copies the layer calls that depend on
 * it.
 */
function startingAtInputs(
  inputs: Nested<SymbolicTensor>,
  outputs: Nested<SymbolicTensor>,
): { readonly inputs: Nested<SymbolicTensor>; readonly outputs: Nested<SymbolicTensor> } {
  const list = leavesOf(inputs);
  if (list.every(({ node }) => node.layer instanceof InputLayer)) return { inputs, outputs };
  const replaced = new Map<SymbolicTensor, SymbolicTensor>();
  for (const symbol of list) {
    const isInput = symbol.node.layer instanceof InputLayer;
    replaced.set(symbol, isInput ? symbol : new InputLayer({ batchShape: symbol.shape, dtype: symbol.dtype }).output);
  }
  const copy = (symbol: SymbolicTensor): SymbolicTensor => {
    const known = replaced.get(symbol);
    if (known !== undefined) return known;
    const { node } = symbol;
    if (node.layer instanceof InputLayer) return symbol;
    const copied = newNode(node.layer, mapEach(node.inputs, copy), node.options, node.outputs);
    node.outputs.forEach((output, i) => {
      if (!replaced.has(output)) replaced.set(output, copied.outputs[i]);
    });
    return copied.outputs[symbol.index];
  };
  return { inputs: mapStructure(inputs, copy), outputs: mapStructure(outputs, copy) };
}

/** Returns the tensors in nested arrays and objects as a flat list; a single tensor is returned as it is. */
function flat(structure: Nested<SymbolicTensor>): OneOrMany<SymbolicTensor> {
  const leaves = leavesOf(structure);
  return leaves.length === 1 ? leaves[0] : leaves;
}

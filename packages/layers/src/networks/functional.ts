import { ManabiError, type Tensor } from '@manabi/core';
import { type KindsOf, readOptions } from '@manabi/errors';
import type { CallContext, CallOptions } from '../call/context.ts';
import { describeEntries, describeLayer } from '../layer/describe-layer.ts';
import { isLayer, type Layer, type Node, newNode, type SymbolicTensor } from '../layer/layer.ts';
import { findSublayers } from '../layer/sublayers.ts';
import { InputLayer } from '../layers/core/input-layer.ts';
import { Model, type ModelOptions } from '../model/model.ts';
import { mapEach, type OneOrMany, type PartialType, type Tensors, toList } from '../structure/nested.ts';
import { checkUniqueNames } from './find-layer.ts';
import { rebuildGraph } from './functional-config.ts';
import { graphBetween, type LayerGraph } from './graph.ts';
import type { LayerInput } from './index-extents.ts';
import { castInput, specOf } from './inputs.ts';
import { leavesOf, mapStructure, type Nested, namesOfRecord, structureKind } from './nested-symbols.ts';
import { MODEL_OPTIONS } from './network.ts';
import { tellsOfChanges } from './structure.ts';

/** What `model` takes. */
export interface FunctionalOptions extends ModelOptions {
  /**
   * Of `input`, or any symbolic tensors: then the model begins there. One, a list, or a record, whose names the inputs
   * then have; lists and records of those too. Tensors of a record come in the order of its sorted names, as in Keras.
   */
  readonly inputs: Nested<SymbolicTensor>;
  /** As `inputs`. */
  readonly outputs: Nested<SymbolicTensor>;
}

const kinds = { inputs: structureKind, outputs: structureKind } satisfies KindsOf<
  Omit<FunctionalOptions, keyof ModelOptions>
>;

/** Where a tensor comes from, in configs: the layer, which of its calls in this model, which of the outputs. */
export type TensorPlace = readonly [layer: string, call: number, output: number];

/** A model made of symbolic tensors: see `model`. */
export class Functional extends Model {
  static override readonly className: string = 'Functional';
  /** What it begins with, as it was given: lists and records of tensors. */
  readonly inputStructure: Nested<SymbolicTensor>;
  /** What it ends with, as it was given. */
  readonly outputStructure: Nested<SymbolicTensor>;
  readonly #inputs: OneOrMany<SymbolicTensor>;
  readonly #outputs: OneOrMany<SymbolicTensor>;
  readonly #graph: LayerGraph;

  constructor(given: FunctionalOptions) {
    const { inputs, outputs } = readOptions('model', given, kinds, { others: MODEL_OPTIONS });
    const { inputs: _inputs, outputs: _outputs, ...options } = given;
    super(options);
    tellsOfChanges(this);
    const start = beginningAt(inputs, outputs);
    this.inputStructure = start.inputs;
    this.outputStructure = start.outputs;
    this.#inputs = flat(start.inputs);
    this.#outputs = flat(start.outputs);
    this.#graph = graphBetween(this.name, toList(this.#inputs), toList(this.#outputs));
    checkUniqueNames('model', this.name, this.#graph.layers);
    this.inputSpec = mapEach(this.#inputs, specOf);
    this.setInputTypes(mapEach(this.#inputs, ({ shape, dtype }) => ({ shape, dtype })));
    this.setOutputTypes(toList(this.#outputs), outputsByLayer(this.#graph.nodes));
    this.becomeBuilt();
    if (!this.trainable) this.trainable = false;
  }

  /** Makes a model from what `getConfig()` returned. */
  static fromConfig(config: Readonly<Record<string, unknown>>): Functional {
    return new Functional(rebuildGraph(config));
  }

  /** The symbolic tensors that it begins with. */
  get inputs(): OneOrMany<SymbolicTensor> {
    return this.#inputs;
  }

  /** The symbolic tensors that it ends with. */
  get outputs(): OneOrMany<SymbolicTensor> {
    return this.#outputs;
  }

  override get sublayers(): readonly Layer[] {
    return findSublayers(this, isLayer, this.#graph.layers);
  }

  override get inputNames(): readonly string[] {
    return namesOfRecord(this.inputStructure) ?? toList(this.#inputs).map(({ name }) => name);
  }

  override get outputNames(): readonly string[] {
    const given = namesOfRecord(this.outputStructure);
    if (given !== null) return given;
    const names = toList(this.#outputs).map(({ name }) => name);
    return names.map((name, i) => {
      const before = names.slice(0, i).filter((other) => other === name).length;
      return before === 0 ? name : `${name}_${before}`;
    });
  }

  override call(inputs: Tensors, context: CallContext): Tensors {
    const given = toList(inputs);
    const expected = toList(this.#inputs);
    if (given.length !== expected.length) throw this.#wrongCount(given.length);
    const values = new Map<SymbolicTensor, Tensor>();
    expected.forEach((symbol, i) => {
      values.set(symbol, castInput(given[i], symbol));
    });
    const valueAt = (symbol: SymbolicTensor): Tensor => {
      const value = values.get(symbol);
      if (value !== undefined) return value;
      throw new ManabiError('graph', `The output of layer '${symbol.name}' has no value.`, {
        op: 'model',
        data: { layer: symbol.name },
      });
    };
    for (const node of this.#graph.nodes) {
      if (node.outputs.every((symbol) => values.has(symbol))) continue;
      const results = node.layer.applyAll(mapEach(node.inputs, valueAt), context.with(node.options));
      node.outputs.forEach((symbol, i) => {
        if (!values.has(symbol)) values.set(symbol, results[i]);
      });
    }
    return mapEach(this.#outputs, valueAt);
  }

  override consumersOf(place: number): readonly LayerInput[] {
    const symbol = toList(this.#inputs)[place];
    return this.#graph.nodes.flatMap(({ layer, inputs }) =>
      toList(inputs).flatMap((input, i) => (input === symbol ? [{ layer, place: i }] : [])),
    );
  }

  override connectionsOf(layer: Layer): readonly string[] {
    return this.#graph.nodes
      .filter((node) => node.layer === layer)
      .flatMap(({ inputs }) => toList(inputs))
      .map((symbol) => {
        const [name, call, output] = this.#placeOf(symbol);
        return `${name}[${call}][${output}]`;
      });
  }

  /**
   * The layers with the places of their inputs: `inboundNodes` holds one entry for each call of a layer in this model.
   */
  override getConfig(): Record<string, unknown> {
    const layers = this.#graph.layers.map((layer) => ({
      layer: describeLayer(layer),
      inboundNodes: this.#graph.nodes
        .filter((node) => node.layer === layer && !(layer instanceof InputLayer))
        .map(({ inputs, options }) => this.#describeNode(inputs, options)),
    }));
    return {
      name: this.name,
      trainable: this.trainable,
      layers,
      inputLayers: mapStructure(this.inputStructure, (symbol) => this.#placeOf(symbol)),
      outputLayers: mapStructure(this.outputStructure, (symbol) => this.#placeOf(symbol)),
    };
  }

  #describeNode(inputs: OneOrMany<SymbolicTensor>, options: CallOptions): object {
    return { inputs: mapEach(inputs, (symbol) => this.#placeOf(symbol)), options: describeEntries(options) };
  }

  #placeOf({ node, index }: SymbolicTensor): TensorPlace {
    const calls = this.#graph.nodes.filter(({ layer }) => layer === node.layer);
    return [node.layer.name, Math.max(0, calls.indexOf(node)), index];
  }

  #wrongCount(count: number): ManabiError {
    const names = this.inputNames;
    return new ManabiError(
      'argument',
      `Model '${this.name}' takes ${names.length} inputs (${names.join(', ')}), but was given ${count}.`,
      { op: 'model', data: { model: this.name, expected: names.length, given: count } },
    );
  }
}

/**
 * A model from some symbolic tensors to others: any graph of layers without a cycle, with several inputs and outputs,
 * and layers that are used more than once.
 *
 * @throws ManabiError `graph` if an output depends on an input that is not given; `argument` for two layers of one name,
 * or what is not symbolic
 * @example
 * ```ts
 * const x = input({ shape: [32, 32, 3] });
 * const y = layers.conv2d({ filters: 3, kernelSize: 3, padding: 'same' }).apply(x);
 * const block = model({ inputs: x, outputs: layers.add().apply([x, y]) });
 * ```
 */
export function model(options: FunctionalOptions): Functional {
  return new Functional(options);
}

/** A graph that begins at inputs alone: where it begins at what a layer makes, an input is put in that place. */
function beginningAt(
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

/** The tensors of a structure: one, or a list of all. */
function flat(structure: Nested<SymbolicTensor>): OneOrMany<SymbolicTensor> {
  const leaves = leavesOf(structure);
  return leaves.length === 1 ? leaves[0] : leaves;
}

function outputsByLayer(nodes: readonly Node[]): Map<Layer, readonly PartialType[]> {
  const types = new Map<Layer, readonly PartialType[]>();
  for (const { layer, outputs } of nodes) if (!types.has(layer)) types.set(layer, outputs);
  return types;
}

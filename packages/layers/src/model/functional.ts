import { type KindsOf, readOptions } from '@manabi/errors';
import type { CallContext } from '../call/context.ts';
import { isLayer, type Layer, type Node, type SymbolicTensor } from '../layer/layer.ts';
import { findSublayers } from '../layer/sublayers.ts';
import { rebuildGraph } from '../networks/graph-config.ts';
import type { LayerInput } from '../networks/index-extents.ts';
import { specOf } from '../networks/inputs.ts';
import { LayerGraph } from '../networks/layer-graph.ts';
import { type Nested, structureKind } from '../networks/nested-symbols.ts';
import { reportsChanges } from '../networks/structure.ts';
import { mapEach, type OneOrMany, type Tensors } from '../structure/nested.ts';
import { MODEL_OPTIONS, Model, type ModelOptions } from './model.ts';

/** Options of `model`. */
export interface FunctionalOptions extends ModelOptions {
  /**
   * Symbolic tensors at which the model starts: results of `input`, or outputs of layers. Pass one tensor, an array, an
   * object whose keys become the names of the inputs, or nested arrays and objects. As in Keras, the tensors of an
   * object are ordered by key.
   */
  readonly inputs: Nested<SymbolicTensor>;
  /** Symbolic outputs: one tensor, an array, an object, or nested arrays and objects, as for `inputs`. */
  readonly outputs: Nested<SymbolicTensor>;
}

const kinds = { inputs: structureKind, outputs: structureKind } satisfies KindsOf<
  Omit<FunctionalOptions, keyof ModelOptions>
>;

/**
 * A model defined by its symbolic inputs and outputs, created by `model`.
 *
 * @throws ManabiError `argument` for invalid options
 * @example
 * ```ts
 * import { Functional, input, layers, model } from 'manabi';
 *
 * const x = input({ shape: [4] });
 * const classifier = model({ inputs: x, outputs: layers.dense({ units: 2, name: 'scores' }).apply(x) });
 * console.log(classifier instanceof Functional); // true
 * console.log(classifier.outputNames); // ['scores']
 * ```
 */
export class Functional extends Model {
  static override readonly className: string = 'Functional';
  readonly #graph: LayerGraph;

  constructor(given: FunctionalOptions) {
    const { inputs, outputs } = readOptions('model', given, kinds, { others: MODEL_OPTIONS });
    const { inputs: _inputs, outputs: _outputs, ...options } = given;
    super(options);
    reportsChanges(this);
    this.#graph = new LayerGraph(this.name, inputs, outputs);
    this.inputSpec = mapEach(this.#graph.inputs, specOf);
    this.setTypes(
      mapEach(this.#graph.inputs, ({ shape, dtype }) => ({ shape, dtype })),
      this.#graph.types,
    );
    this.becomeBuilt();
    if (!this.trainable) this.trainable = false;
  }

  /** Creates a model from the result of `getConfig()`. */
  static fromConfig(config: Readonly<Record<string, unknown>>): Functional {
    return new Functional(rebuildGraph(config));
  }

  /** Symbolic inputs as they were passed to `model`: one tensor, or arrays and objects of tensors. */
  get inputStructure(): Nested<SymbolicTensor> {
    return this.#graph.inputStructure;
  }

  /** Symbolic outputs as they were passed to `model`: one tensor, or arrays and objects of tensors. */
  get outputStructure(): Nested<SymbolicTensor> {
    return this.#graph.outputStructure;
  }

  /** The symbolic input, or a flat list of all symbolic inputs. */
  get inputs(): OneOrMany<SymbolicTensor> {
    return this.#graph.inputs;
  }

  /** The symbolic output, or a flat list of all symbolic outputs. */
  get outputs(): OneOrMany<SymbolicTensor> {
    return this.#graph.outputs;
  }

  /** The symbolic input, or a flat list of all symbolic inputs, like `inputs`. */
  override get input(): OneOrMany<SymbolicTensor> {
    return this.#graph.inputs;
  }

  /** The symbolic output, or a flat list of all symbolic outputs, like `outputs`. */
  override get output(): OneOrMany<SymbolicTensor> {
    return this.#graph.outputs;
  }

  override get sublayers(): readonly Layer[] {
    return findSublayers(this, isLayer, this.#graph.layers);
  }

  override get inputNames(): readonly string[] {
    return this.#graph.inputNames;
  }

  override get outputNames(): readonly string[] {
    return this.#graph.outputNames;
  }

  override call(inputs: Tensors, context: CallContext): Tensors {
    return this.#graph.call(inputs, context);
  }

  /** The calls of each layer in this model, in topological order. */
  get calls(): ReadonlyMap<Layer, readonly Node[]> {
    return this.#graph.calls;
  }

  override consumersOf(position: number): readonly LayerInput[] {
    return this.#graph.consumersOf(position);
  }

  override connectionsOf(layer: Layer): readonly string[] {
    return this.#graph.connectionsOf(layer);
  }

  /**
   * Returns the config: the layers, and in `inboundNodes`, for each call of a layer, the layers that produce its
   * inputs.
   */
  override getConfig(): Record<string, unknown> {
    return { name: this.name, trainable: this.trainable, ...this.#graph.describe() };
  }
}

/**
 * Creates a model from its symbolic inputs and outputs. The layers between them may form any graph without cycles, with
 * several inputs and outputs, and with layers that are used more than once.
 *
 * @throws ManabiError `graph` if an output depends on an input that is not listed; `argument` for duplicate layer names, or
 * values that are not symbolic tensors
 * @example
 * ```ts
 * import { input, layers, model } from 'manabi';
 *
 * const x = input({ shape: [8, 8, 3] });
 * const y = layers.conv2d({ filters: 3, kernelSize: 3, padding: 'same' }).apply(x);
 * const block = model({ inputs: x, outputs: layers.add().apply([x, y]) });
 * console.log(block.outputTypes?.[0].shape); // [null, 8, 8, 3]
 * ```
 */
export function model(options: FunctionalOptions): Functional {
  return new Functional(options);
}

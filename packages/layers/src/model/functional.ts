import { type KindsOf, readOptions } from '@manabi/errors';
import type { CallContext } from '../call/context.ts';
import { isLayer, type Layer, type SymbolicTensor } from '../layer/layer.ts';
import { findSublayers } from '../layer/sublayers.ts';
import { rebuildGraph } from '../networks/graph-config.ts';
import type { LayerInput } from '../networks/index-extents.ts';
import { specOf } from '../networks/inputs.ts';
import { LayerGraph } from '../networks/layer-graph.ts';
import { type Nested, structureKind } from '../networks/nested-symbols.ts';
import { tellsOfChanges } from '../networks/structure.ts';
import { mapEach, type OneOrMany, type Tensors } from '../structure/nested.ts';
import { MODEL_OPTIONS, Model, type ModelOptions } from './model.ts';

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

/** A model made of symbolic tensors: see `model`. */
export class Functional extends Model {
  static override readonly className: string = 'Functional';
  readonly #graph: LayerGraph;

  constructor(given: FunctionalOptions) {
    const { inputs, outputs } = readOptions('model', given, kinds, { others: MODEL_OPTIONS });
    const { inputs: _inputs, outputs: _outputs, ...options } = given;
    super(options);
    tellsOfChanges(this);
    this.#graph = new LayerGraph(this.name, inputs, outputs);
    this.inputSpec = mapEach(this.#graph.inputs, specOf);
    this.setTypes(
      mapEach(this.#graph.inputs, ({ shape, dtype }) => ({ shape, dtype })),
      this.#graph.types,
    );
    this.becomeBuilt();
    if (!this.trainable) this.trainable = false;
  }

  /** Makes a model from what `getConfig()` returned. */
  static fromConfig(config: Readonly<Record<string, unknown>>): Functional {
    return new Functional(rebuildGraph(config));
  }

  /** What it begins with, as it was given: lists and records of tensors. */
  get inputStructure(): Nested<SymbolicTensor> {
    return this.#graph.inputStructure;
  }

  /** What it ends with, as it was given. */
  get outputStructure(): Nested<SymbolicTensor> {
    return this.#graph.outputStructure;
  }

  /** The symbolic tensors that it begins with. */
  get inputs(): OneOrMany<SymbolicTensor> {
    return this.#graph.inputs;
  }

  /** The symbolic tensors that it ends with. */
  get outputs(): OneOrMany<SymbolicTensor> {
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

  override consumersOf(position: number): readonly LayerInput[] {
    return this.#graph.consumersOf(position);
  }

  override connectionsOf(layer: Layer): readonly string[] {
    return this.#graph.connectionsOf(layer);
  }

  /** The layers with the places of their inputs: `inboundNodes` holds one entry for each call of a layer in this model. */
  override getConfig(): Record<string, unknown> {
    return { name: this.name, trainable: this.trainable, ...this.#graph.describe() };
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

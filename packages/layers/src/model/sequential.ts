import { listOf, ManabiError, readArgument } from '@manabi/errors';
import type { CallContext } from '../call/context.ts';
import { describeLayer } from '../layer/describe-layer.ts';
import { isLayer, type Layer, type SymbolicTensor } from '../layer/layer.ts';
import { layerKind } from '../layer/layer-kind.ts';
import { findSublayers } from '../layer/sublayers.ts';
import { InputLayer } from '../layers/core/input-layer.ts';
import { Chain } from '../networks/chain.ts';
import type { LayerInput } from '../networks/index-extents.ts';
import { specOf } from '../networks/inputs.ts';
import { seedWeights } from '../networks/seed-weights.ts';
import type { ProbedTypes } from '../networks/signature.ts';
import { noteChange, reportsChanges } from '../networks/structure.ts';
import type { OneOrMany, PartialType, Tensors } from '../structure/nested.ts';
import { Model, type ModelOptions } from './model.ts';

const layersKind = listOf(layerKind);

/**
 * A model that calls its layers one after the other, created by `sequential`.
 *
 * @throws ManabiError `argument` for invalid options
 * @example
 * ```ts
 * import { layers, Sequential } from 'manabi';
 *
 * const model = new Sequential();
 * model.add(layers.dense({ units: 2, inputShape: [3] }));
 * console.log(model.countParams()); // 8
 * ```
 */
export class Sequential extends Model {
  static override readonly className: string = 'Sequential';
  readonly #chain: Chain;

  constructor(layers: readonly Layer[] = [], options: ModelOptions = {}) {
    super(checkedOptions(options));
    reportsChanges(this);
    this.#chain = new Chain(this);
    const list = readArgument('sequential', 'layers', layers, layersKind);
    if (this.batchShape !== null) this.add(new InputLayer({ batchShape: this.batchShape, dtype: this.dtype }));
    for (const layer of list) this.#append(layer);
    if (this.#noteTypes() && list.length > 0) this.becomeBuilt();
  }

  /** Creates a model from the result of `getConfig()`. */
  static fromConfig({ layers, ...options }: Readonly<Record<string, unknown>>): Sequential {
    return new Sequential(readArgument('sequential', 'layers', layers ?? [], layersKind), options);
  }

  /**
   * Appends a layer. Once the input shape is known, from an `inputLayer` or the option `inputShape` of the first layer,
   * the weights of each layer are created when it is added.
   *
   * @throws ManabiError `argument` for a duplicate name, for values that are not layers, and while `fit` runs; `shape`
   * if the layer does not accept the output of the previous one; `graph` if the model would contain itself
   */
  add(layer: Layer): void {
    readArgument('add', 'layer', layer, layerKind);
    this.checkMayChange('add');
    this.#append(layer);
    if (!this.#noteTypes() || layer instanceof InputLayer) return;
    this.markBuilt();
    // The seed of this model depends on the positions of all weights; without one, earlier layers have theirs.
    seedWeights(this.seed === null ? layer : this);
  }

  /**
   * Removes and returns the last layer.
   *
   * @throws ManabiError `argument` if there are no layers, or while `fit` runs
   */
  pop(): Layer {
    this.checkMayChange('pop');
    noteChange();
    const layer = this.#chain.pop();
    this.#noteTypes();
    return layer;
  }

  override get sublayers(): readonly Layer[] {
    return findSublayers(this, isLayer, this.#chain.layers);
  }

  /** The symbolic input; null while the input shape is unknown. */
  get inputs(): SymbolicTensor | null {
    return this.#chain.input;
  }

  /** The symbolic output; null while the input shape is unknown. */
  get outputs(): SymbolicTensor | null {
    return this.#chain.output;
  }

  /**
   * The symbolic input, like `inputs`.
   *
   * @throws ManabiError `graph` while the input shape is unknown
   */
  override get input(): SymbolicTensor {
    return this.inputs ?? noSymbols('input', this.name);
  }

  /**
   * The symbolic output, like `outputs`.
   *
   * @throws ManabiError `graph` while the input shape is unknown
   */
  override get output(): SymbolicTensor {
    return this.outputs ?? noSymbols('output', this.name);
  }

  override get inputNames(): readonly string[] {
    return this.#chain.input === null ? super.inputNames : [this.#chain.input.name];
  }

  override get outputNames(): readonly string[] {
    const last = this.#chain.layers.at(-1);
    return last === undefined ? super.outputNames : [last.name];
  }

  override consumersOf(): readonly LayerInput[] {
    return this.#chain.layers.slice(0, 1).map((layer) => ({ layer, position: 0 }));
  }

  override call(inputs: Tensors, context: CallContext): Tensors {
    return this.#chain.call(inputs, context);
  }

  override getConfig(): Record<string, unknown> {
    const { input, layers } = this.#chain;
    const first = input === null ? [] : [describeLayer(input.node.layer)];
    return { name: this.name, trainable: this.trainable, layers: [...first, ...layers.map(describeLayer)] };
  }

  protected override probe(inputs: OneOrMany<PartialType>): ProbedTypes {
    this.#chain.beginWith(inputs);
    this.#noteTypes();
    return this.#chain.types ?? super.probe(inputs);
  }

  #append(layer: Layer): void {
    noteChange();
    this.#chain.add(layer);
    if (!(layer instanceof InputLayer || this.trainable)) layer.trainable = false;
  }

  /** Stores the input and output types of the sequence of layers. Returns false while the input shape is unknown. */
  #noteTypes(): boolean {
    const { input, types } = this.#chain;
    if (input === null || types === null) return false;
    this.inputSpec = specOf(input);
    this.setTypes({ shape: input.shape, dtype: input.dtype }, types);
    return true;
  }
}

/**
 * Creates a model of layers in sequence.
 *
 * @throws ManabiError `argument` for values that are not layers, or duplicate names; `shape` for layers that do not match
 * @example
 * ```ts
 * import { layers, sequential } from 'manabi';
 *
 * const model = sequential([
 *   layers.flatten({ inputShape: [28, 28, 1] }),
 *   layers.dense({ units: 128, activation: 'relu' }),
 *   layers.dense({ units: 10, activation: 'softmax' }),
 * ]);
 * console.log(model.countParams()); // 101770
 * ```
 */
export function sequential(layers: readonly Layer[] = [], options: ModelOptions = {}): Sequential {
  return new Sequential(layers, options);
}

/**
 * Checks the second argument of `sequential`. If it is a layer, the error tells the user to pass all layers in one
 * array.
 */
function checkedOptions(options: ModelOptions): ModelOptions {
  if (!isLayer(options)) return options;
  throw new ManabiError('argument', 'Pass the layers in one array: sequential([a, b]).', {
    op: 'sequential',
    data: { name: 'layers', given: `layer '${options.name}'` },
  });
}

function noSymbols(op: string, model: string): never {
  throw new ManabiError(
    'graph',
    `The input shape of '${model}' is unknown. Pass inputShape to the first layer, or call build([null, …]) first.`,
    { op, data: { layer: model, className: 'Sequential' } },
  );
}

import { ManabiError } from '@manabi/core';
import type { CallContext } from '../call/context.ts';
import { isLayer, type Layer, type SymbolicTensor } from '../layer/layer.ts';
import { findSublayers } from '../layer/sublayers.ts';
import { InputLayer } from '../layers/core/input-layer.ts';
import { formatPartialType, isList, type OneOrMany, type PartialType, type Tensors } from '../structure/nested.ts';
import { checkUniqueNames } from './find-layer.ts';
import { castInput } from './inputs.ts';
import { isNetwork } from './network.ts';
import type { ProbedTypes } from './signature.ts';

/** The sequence of layers of a sequential model. */
export class Chain {
  readonly #owner: Layer;
  readonly #layers: Layer[] = [];
  #input: SymbolicTensor | null = null;
  #output: SymbolicTensor | null = null;
  readonly #names = new Map<string, Layer>();
  readonly #outputTypes = new Map<Layer, readonly PartialType[]>();

  /** @param owner the sequential model, which the layers must not contain */
  constructor(owner: Layer) {
    this.#owner = owner;
  }

  /** The layers in order, without the input layer. */
  get layers(): readonly Layer[] {
    return this.#layers;
  }

  /** The symbolic input; null while the input shape is unknown. */
  get input(): SymbolicTensor | null {
    return this.#input;
  }

  /** The symbolic output; null while the input shape is unknown. */
  get output(): SymbolicTensor | null {
    return this.#output;
  }

  /** Types of the model's outputs and of each layer's outputs; null while the input shape is unknown. */
  get types(): ProbedTypes | null {
    return this.#output === null ? null : { outputs: [this.#output], layerOutputs: this.#outputTypes };
  }

  /**
   * Appends a layer, and creates its weights if the input shape is known.
   *
   * @throws ManabiError as documented at `Sequential.add`
   */
  add(layer: Layer): void {
    if (layer instanceof InputLayer) {
      this.#begin(layer);
      return;
    }
    const sameName = this.#names.get(layer.name);
    if (sameName !== undefined) checkUniqueNames('add', this.#owner.name, [sameName, layer]);
    findSublayers(this.#owner, isLayer, [layer]);
    if (this.#layers.length === 0 && this.#input === null) {
      const known = firstInput(layer);
      if (known !== null) this.#begin(new InputLayer({ batchShape: known.shape, dtype: known.dtype }));
    }
    if (this.#output !== null) this.#apply(layer, this.#output);
    this.#layers.push(layer);
    this.#names.set(layer.name, layer);
  }

  /**
   * Removes and returns the last layer.
   *
   * @throws ManabiError `argument` if there are no layers
   */
  pop(): Layer {
    const layer = this.#layers.pop();
    if (layer === undefined) {
      throw new ManabiError('argument', `'${this.#owner.name}' has no layers to remove. Add one first.`, {
        op: 'pop',
        data: { model: this.#owner.name },
      });
    }
    this.#names.delete(layer.name);
    this.#outputTypes.delete(layer);
    const before = this.#output?.node.inputs;
    if (before !== undefined && !isList(before)) this.#output = before;
    return layer;
  }

  /**
   * Sets the type of the input and creates the weights of all layers.
   *
   * @throws ManabiError `argument` for several inputs
   */
  beginWith(inputs: OneOrMany<PartialType>): void {
    if (isList(inputs)) {
      const { name } = this.#owner;
      throw new ManabiError(
        'argument',
        `A sequential model has one input; '${name}' got ${inputs.length}: ` +
          `${inputs.map(formatPartialType).join(', ')}. For several, use model({ inputs, outputs }).`,
        { op: 'sequential', data: { model: name, inputs: inputs.length } },
      );
    }
    this.#connect(new InputLayer({ batchShape: inputs.shape, dtype: inputs.dtype }).output);
  }

  /** Applies the layers to inputs, one after the other. */
  call(inputs: Tensors, context: CallContext): Tensors {
    let value: Tensors = isList(inputs) ? inputs : castInput(inputs, this.#input);
    for (const layer of this.#layers) value = layer.forward(value, context);
    return value;
  }

  #begin({ output }: InputLayer): void {
    if (this.#input !== null || this.#layers.length > 0) {
      throw new ManabiError('argument', `The input of '${this.#owner.name}' must be added once, as the first layer.`, {
        op: 'add',
        data: { model: this.#owner.name },
      });
    }
    this.#connect(output);
  }

  #connect(input: SymbolicTensor): void {
    this.#input = input;
    this.#output = input;
    for (const layer of this.#layers) this.#apply(layer, this.#output);
  }

  #apply(layer: Layer, input: SymbolicTensor): void {
    this.#output = layer.apply(input);
    this.#outputTypes.set(layer, this.#output.node.outputs);
  }
}

/**
 * Returns the input type that a layer declares with its options; for a model as the first layer, that of the model's
 * own first layer.
 */
function firstInput(layer: Layer): PartialType | null {
  if (layer.batchShape !== null) return { shape: layer.batchShape, dtype: layer.dtype };
  if (!isNetwork(layer) || layer.inputTypes === null || isList(layer.inputTypes)) return null;
  return layer.inputTypes;
}

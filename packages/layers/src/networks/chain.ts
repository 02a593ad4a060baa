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

/** Layers one after the other: what a sequential model is made of. */
export class Chain {
  readonly #owner: Layer;
  readonly #layers: Layer[] = [];
  #input: SymbolicTensor | null = null;
  #output: SymbolicTensor | null = null;

  /** @param owner the model, which no layer may hold */
  constructor(owner: Layer) {
    this.#owner = owner;
  }

  /** The layers, without that of the input. */
  get layers(): readonly Layer[] {
    return this.#layers;
  }

  /** What it begins with; null as long as its shape is not known. */
  get input(): SymbolicTensor | null {
    return this.#input;
  }

  /** What comes out; null as long as the input is not known. */
  get types(): ProbedTypes | null {
    if (this.#output === null) return null;
    const layerOutputs = new Map<Layer, readonly PartialType[]>();
    for (let at = this.#output; at !== this.#input && !isList(at.node.inputs); at = at.node.inputs) {
      layerOutputs.set(at.node.layer, at.node.outputs);
    }
    return { outputs: [this.#output], layerOutputs };
  }

  /**
   * Puts a layer at the end; it is built if the input's shape is known by then.
   *
   * @throws ManabiError as `Sequential.add`
   */
  add(layer: Layer): void {
    if (layer instanceof InputLayer) {
      this.#begin(layer);
      return;
    }
    checkUniqueNames('add', this.#owner.name, [...this.#layers, layer]);
    findSublayers(this.#owner, isLayer, [layer]);
    if (this.#layers.length === 0 && this.#input === null) {
      const known = firstInput(layer);
      if (known !== null) this.#begin(new InputLayer({ batchShape: known.shape, dtype: known.dtype }));
    }
    if (this.#output !== null) this.#output = layer.apply(this.#output);
    this.#layers.push(layer);
  }

  /**
   * Takes the last layer away, and returns it.
   *
   * @throws ManabiError `argument` if there is none
   */
  pop(): Layer {
    const layer = this.#layers.pop();
    if (layer === undefined) {
      throw new ManabiError('argument', `'${this.#owner.name}' has no layer to take away.`, {
        op: 'pop',
        data: { model: this.#owner.name },
      });
    }
    if (this.#input !== null) this.#connect(this.#input);
    return layer;
  }

  /**
   * Says what the input is, and builds all layers.
   *
   * @throws ManabiError `argument` for several inputs
   */
  beginWith(inputs: OneOrMany<PartialType>): void {
    if (isList(inputs)) {
      const { name } = this.#owner;
      throw new ManabiError(
        'argument',
        `A sequential model has one input, but '${name}' was given ${inputs.length}: ` +
          `${inputs.map(formatPartialType).join(', ')}. The functional form, model({ inputs, outputs }), takes several.`,
        { op: 'sequential', data: { model: name, inputs: inputs.length } },
      );
    }
    this.#connect(new InputLayer({ batchShape: inputs.shape, dtype: inputs.dtype }).output);
  }

  /** What the layers make of some inputs, one after the other. */
  call(inputs: Tensors, context: CallContext): Tensors {
    let value: Tensors = isList(inputs) ? inputs : castInput(inputs, this.#input);
    for (const layer of this.#layers) value = layer.forward(value, context);
    return value;
  }

  #begin({ output }: InputLayer): void {
    if (this.#input !== null || this.#layers.length > 0) {
      throw new ManabiError('argument', `The input of '${this.#owner.name}' comes first, and there is one.`, {
        op: 'add',
        data: { model: this.#owner.name },
      });
    }
    this.#connect(output);
  }

  #connect(input: SymbolicTensor): void {
    this.#input = input;
    this.#output = input;
    for (const layer of this.#layers) this.#output = layer.apply(this.#output);
  }
}

/** The input that a layer declares, or a network as the first layer. */
function firstInput(layer: Layer): PartialType | null {
  if (layer.batchShape !== null) return { shape: layer.batchShape, dtype: layer.dtype };
  if (!isNetwork(layer) || layer.inputTypes === null || isList(layer.inputTypes)) return null;
  return layer.inputTypes;
}

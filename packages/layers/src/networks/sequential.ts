import { ManabiError } from '@manabi/core';
import { listOf, readArgument } from '@manabi/errors';
import type { CallContext } from '../call/context.ts';
import { describeLayer } from '../layer/describe-layer.ts';
import type { SymbolicTensor } from '../layer/layer.ts';
import { isLayer, type Layer } from '../layer/layer.ts';
import { layerKind } from '../layer/layer-kind.ts';
import { findSublayers } from '../layer/sublayers.ts';
import { InputLayer } from '../layers/core/input-layer.ts';
import { Model, type ModelOptions } from '../model/model.ts';
import { formatPartialType, isList, type OneOrMany, type PartialType, type Tensors } from '../structure/nested.ts';
import { checkUniqueNames } from './find-layer.ts';
import type { LayerInput } from './index-extents.ts';
import { castInput, specOf } from './inputs.ts';
import { noteChange, tellsOfChanges } from './structure.ts';

const layersKind = listOf(layerKind);

/** A model of layers, one after the other: see `sequential`. */
export class Sequential extends Model {
  static override readonly className: string = 'Sequential';
  readonly #layers: Layer[] = [];
  #input: SymbolicTensor | null = null;
  #output: SymbolicTensor | null = null;

  constructor(layers: readonly Layer[] = [], options: ModelOptions = {}) {
    super(options);
    tellsOfChanges(this);
    const list = readArgument('sequential', 'layers', layers, layersKind);
    if (this.batchShape !== null) this.add(new InputLayer({ batchShape: this.batchShape, dtype: this.dtype }));
    for (const layer of list) this.add(layer);
  }

  /** Makes a model from what `getConfig()` returned. */
  static fromConfig({ layers, ...options }: Readonly<Record<string, unknown>>): Sequential {
    return new Sequential(readArgument('sequential', 'layers', layers ?? [], layersKind), options);
  }

  /**
   * Puts a layer at the end. Once the input's shape is known (of an `inputLayer`, or the option `inputShape` of the first
   * layer), each layer is built as it is added.
   *
   * @throws ManabiError `argument` for a name that is there already, or what is no layer; `shape` if it cannot take what
   * the layer before makes; `graph` if the model would be within itself; `argument` while `fit` trains the model
   */
  add(layer: Layer): void {
    readArgument('add', 'layer', layer, layerKind);
    this.checkMayChange('add');
    noteChange();
    if (layer instanceof InputLayer) {
      this.#begin(layer);
      return;
    }
    checkUniqueNames('add', this.name, [...this.#layers, layer]);
    findSublayers(this, isLayer, [layer]);
    if (this.#layers.length === 0 && this.#input === null) {
      const known = firstInput(layer);
      if (known !== null) this.#begin(new InputLayer({ batchShape: known.shape, dtype: known.dtype }));
    }
    if (this.#output !== null) this.#output = layer.apply(this.#output);
    this.#layers.push(layer);
    if (!this.trainable) layer.trainable = false;
    if (this.#output !== null) {
      this.#noteOutputs();
      this.becomeBuilt();
    }
  }

  /**
   * Takes the last layer away, and returns it.
   *
   * @throws ManabiError `argument` if there is none, or while `fit` trains the model
   */
  pop(): Layer {
    this.checkMayChange('pop');
    noteChange();
    const layer = this.#layers.pop();
    if (layer === undefined) {
      throw new ManabiError('argument', `'${this.name}' has no layer to take away.`, {
        op: 'pop',
        data: { model: this.name },
      });
    }
    if (this.#input !== null) this.#connect(this.#input);
    return layer;
  }

  override get sublayers(): readonly Layer[] {
    return findSublayers(this, isLayer, this.#layers);
  }

  /** The symbolic tensor that it begins with; null as long as its shape is not known. */
  get inputs(): SymbolicTensor | null {
    return this.#input;
  }

  override get inputNames(): readonly string[] {
    return this.#input === null ? super.inputNames : [this.#input.name];
  }

  override get outputNames(): readonly string[] {
    const last = this.#layers.at(-1);
    return last === undefined ? super.outputNames : [last.name];
  }

  override consumersOf(): readonly LayerInput[] {
    return this.#layers.slice(0, 1).map((layer) => ({ layer, place: 0 }));
  }

  override call(inputs: Tensors, context: CallContext): Tensors {
    let value: Tensors = isList(inputs) ? inputs : castInput(inputs, this.#input);
    for (const layer of this.#layers) value = layer.forward(value, context);
    return value;
  }

  override getConfig(): Record<string, unknown> {
    const layers = this.#layers.map(describeLayer);
    const input = this.#input === null ? [] : [describeLayer(this.#input.node.layer)];
    return { name: this.name, trainable: this.trainable, layers: [...input, ...layers] };
  }

  protected override probe(inputs: OneOrMany<PartialType>): void {
    if (isList(inputs)) {
      throw new ManabiError(
        'argument',
        `A sequential model has one input, but '${this.name}' was given ${inputs.length}: ` +
          `${inputs.map(formatPartialType).join(', ')}. The functional form, model({ inputs, outputs }), takes several.`,
        { op: 'sequential', data: { model: this.name, inputs: inputs.length } },
      );
    }
    this.#connect(new InputLayer({ batchShape: inputs.shape, dtype: inputs.dtype }).output);
  }

  #begin({ output }: InputLayer): void {
    if (this.#input !== null || this.#layers.length > 0) {
      throw new ManabiError('argument', `The input of '${this.name}' comes first, and there is one.`, {
        op: 'add',
        data: { model: this.name },
      });
    }
    this.#connect(output);
  }

  #connect(input: SymbolicTensor): void {
    this.#input = input;
    this.inputSpec = specOf(input);
    this.setInputTypes({ shape: input.shape, dtype: input.dtype });
    this.#output = input;
    for (const layer of this.#layers) this.#output = layer.apply(this.#output);
    this.#noteOutputs();
  }

  #noteOutputs(): void {
    if (this.#output === null) return;
    const types = new Map<Layer, readonly PartialType[]>();
    for (let at = this.#output; at !== this.#input && !isList(at.node.inputs); at = at.node.inputs) {
      types.set(at.node.layer, at.node.outputs);
    }
    this.setOutputTypes([this.#output], types);
  }
}

/**
 * A model of layers, one after the other.
 *
 * @example
 * ```ts
 * const model = sequential([
 *   layers.flatten({ inputShape: [28, 28, 1] }),
 *   layers.dense({ units: 128, activation: 'relu' }),
 *   layers.dense({ units: 10, activation: 'softmax' }),
 * ]);
 * ```
 */
export function sequential(layers: readonly Layer[] = [], options: ModelOptions = {}): Sequential {
  return new Sequential(layers, options);
}

function firstInput(layer: Layer): PartialType | null {
  if (layer.batchShape !== null) return { shape: layer.batchShape, dtype: layer.dtype };
  if (!(layer instanceof Model) || layer.inputTypes === null || isList(layer.inputTypes)) return null;
  return layer.inputTypes;
}

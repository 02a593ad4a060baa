import { type DType, type HostArray, ManabiError, type Tensor } from '@manabi/core';
import { boolean, readArgument } from '@manabi/errors';
import { advice } from '@manabi/errors/internal';
import { callInDtype } from '../call/autocast.ts';
import { callOptions, checkTensors, isEach } from '../call/call-inputs.ts';
import type { CallContext, CallOptions } from '../call/context.ts';
import type { Regularizer } from '../regularizers/regularizer.ts';
import { computeDtypeOf, type DTypePolicy, dtypePolicy, variableDtypeOf } from '../structure/dtype-policy.ts';
import {
  formatPartialType,
  isShape,
  mapEach,
  type OneOrMany,
  type PartialShape,
  type PartialType,
  type Tensors,
  toList,
} from '../structure/nested.ts';
import { shapesKind } from '../structure/shape-kinds.ts';
import { typesKind } from '../structure/type-kind.ts';
import { OwnWeights } from '../variables/own-weights.ts';
import type { Variable } from '../variables/variable.ts';
import type { WeightOptions } from '../variables/weight-options.ts';
import { readWeights, writeWeights } from '../variables/weights.ts';
import { describeEntries } from './describe-layer.ts';
import { inferOutputs } from './infer-outputs.ts';
import { checkInputSpecs, countedInputs, type InputSpec, type Origin, tooManyInputs } from './input-spec.ts';
import { inLayer } from './layer-errors.ts';
import { classNameOf, readBaseOptions } from './layer-kinds.ts';
import type { LayerOptions } from './layer-options.ts';
import { automaticName } from './naming.ts';
import { runOnTensors } from './run-on-tensors.ts';
import { findSublayers } from './sublayers.ts';
import { refuseMethodsOfTensors, SYMBOLIC_ADVICE } from './symbolic-advice.ts';

export type { WeightOptions } from '../variables/weight-options.ts';
export type { LayerOptions } from './layer-options.ts';

/** Creates a frozen weight in the place of another weight of a layer, which the layer then no longer has. */
export let replaceWeight: (layer: Layer, weight: Variable, options: WeightOptions) => Variable;

/**
 * A layer: a configuration (`config`, plain data) and a pure function of weights and inputs. Custom layers extend this
 * class, create their weights in `build` and compute their outputs in `call`.
 *
 * @throws ManabiError `argument` for invalid options
 * @example
 * ```ts
 * import {
 *   CallContext,
 *   knownLength,
 *   Layer,
 *   mul,
 *   type PartialShape,
 *   register,
 *   Tensor,
 *   tensor,
 *   Variable,
 * } from 'manabi';
 *
 * class Scale extends Layer {
 *   static override readonly className = 'Scale';
 *   factor?: Variable;
 *
 *   override build(inputShape: PartialShape) {
 *     this.factor = this.addWeight({ name: 'factor', shape: [knownLength(this, inputShape, -1)], initializer: 'ones' });
 *   }
 *
 *   override call(x: Tensor, context: CallContext) {
 *     return mul(x, context.read(this.factor));
 *   }
 * }
 * register('layer', 'Scale', Scale); // lets saved models load it
 * console.log(await (new Scale().apply(tensor([[1, 2]]))).array()); // [[1, 2]]
 * ```
 */
export abstract class Layer<Config extends object = object> {
  /** Class name in Keras and in saved files; if empty, the JavaScript name of the class is used. */
  static readonly className: string = '';

  readonly name: string;
  readonly className: string;
  /** Options of the layer, with defaults filled in; initializers are objects and activations are functions. */
  readonly config: Config;
  /** Dtype policy: how weights are stored and outputs computed. */
  readonly dtypePolicy: DTypePolicy;
  /** Dtype of the weights. */
  readonly dtype: DType;
  /** Dtype in which the layer computes, and to which it casts float inputs and weights if either is float16. */
  readonly computeDtype: DType;
  /** Shape of an input with the batch axis, if the options contain one. */
  readonly batchShape: PartialShape | null;
  readonly activityRegularizer: Regularizer | null;
  readonly #own: OwnWeights;
  #trainable: boolean;
  #built = false;
  /** Whether the layer passes the mask of its input on to its output. */
  supportsMasking = false;
  /** Whether float inputs are cast to or from float16, as `computeDtype` requires. */
  readonly autocast: boolean = true;
  /** Whether the layer computes in float32 and rounds its outputs if `computeDtype` is float16, as normalizations do. */
  readonly computesInFloat32: boolean = false;
  /**
   * Shapes that the layer accepts: one spec for a layer with a single input, or a list with one per input; inputs
   * beyond the list are not checked. null accepts any number of inputs of any shape.
   */
  inputSpec: OneOrMany<InputSpec> | null = null;
  readonly #nodes: Node[] = [];
  readonly #build: this['build'];
  readonly #buildOnce: this['build'];

  static {
    replaceWeight = (layer, weight, options) => layer.#own.replace(weight, options);
  }

  /**
   * @param options the options as received from the user
   * @param config the options that this class adds to `LayerOptions`, under the same names: the result of
   * `readLayerOptions`, or plain values
   * @throws ManabiError `argument` for an option that is neither in `config` nor in `LayerOptions`, with the nearest
   * names
   */
  constructor(options?: LayerOptions, config?: Config);
  constructor(options: LayerOptions = {}, config: Config) {
    this.className = classNameOf(new.target);
    // Without the argument `config`, the class defines no options of its own, and its type `Config` is `object`.
    this.config = config ?? ({} as Config);
    const base = readBaseOptions(this.className, options, Object.keys(this.config));
    this.name = base.name ?? automaticName(this.className);
    this.dtypePolicy = base.dtype ?? dtypePolicy();
    this.dtype = variableDtypeOf(this.dtypePolicy);
    this.computeDtype = computeDtypeOf(this.dtypePolicy);
    this.batchShape = base.batchShape ?? (base.inputShape === undefined ? null : [null, ...base.inputShape]);
    this.activityRegularizer = base.activityRegularizer;
    this.#trainable = base.trainable;
    this.#own = new OwnWeights(this);
    this.#build = this.build;
    this.#buildOnce = (inputShape) => {
      const shapes: OneOrMany<PartialShape> = readArgument('build', 'inputShape', inputShape, shapesKind);
      const { dtype } = this;
      this.ensureBuilt(isShape(shapes) ? { shape: shapes, dtype } : shapes.map((shape) => ({ shape, dtype })));
    };
    // Replaces `build` by a version that creates the weights only once and marks the layer as built.
    Object.defineProperty(this, 'build', { value: this.#buildOnce, configurable: true, writable: true });
  }

  /**
   * Computes the outputs: a pure function. Read weights with `context.read`, write state with `context.update`, take random
   * keys from `context.key()` and masks from `context.mask`. Call other layers with `layer.apply(x)`, or with options:
   * `layer.apply(x, context.with({ … }))`.
   */
  abstract call(inputs: Tensors, context: CallContext): Tensors;

  /**
   * Creates the weights with `addWeight`. Subclasses override it. It runs only once: before the first call, or when the
   * program calls it. Sublayers create their weights when they are first called.
   *
   * @param inputShape shape with the batch axis, and null for unknown lengths; a list for a layer with several inputs
   * @throws ManabiError `argument` for values that are not shapes
   * @example
   * ```ts
   * import { layers, sequential } from 'manabi';
   *
   * const model = sequential([layers.dense({ units: 10 })]);
   * model.build([null, 784]);
   * console.log(model.countParams()); // 7850
   * ```
   */
  build(_inputShape: OneOrMany<PartialShape>): void {}

  /**
   * Returns the masks of the outputs; runs after `call`. By default, a layer with `supportsMasking` passes on the mask of
   * its only input.
   */
  computeMask(
    _inputs: Tensors,
    masks: readonly (Tensor | null)[],
    _context: CallContext,
  ): Tensor | null | readonly (Tensor | null)[] {
    return this.supportsMasking && masks.length === 1 ? masks[0] : null;
  }

  /** Returns the config as plain data, from which the constructor recreates the layer. */
  getConfig(): Record<string, unknown> {
    const { name, trainable, dtypePolicy: dtype, activityRegularizer } = this;
    const base = activityRegularizer === null ? {} : { activityRegularizer };
    return describeEntries({ name, trainable, dtype, ...base, ...this.config });
  }

  /** Whether the layer has created its weights. */
  get built(): boolean {
    return this.#built;
  }

  /** Whether an optimizer may change the weights of this layer and its sublayers. */
  get trainable(): boolean {
    return this.#trainable;
  }

  /** Freezes or unfreezes the layer and its sublayers. Takes effect at the next `compile`. */
  set trainable(trainable: boolean) {
    this.#trainable = readArgument('trainable', 'trainable', trainable, boolean);
    this.#own.setTrainable(trainable);
    for (const layer of this.sublayers) layer.trainable = trainable;
  }

  /**
   * Layers in the fields of this layer, in the order of the fields. Arrays, plain objects and maps in the fields are
   * searched, too.
   */
  get sublayers(): readonly Layer[] {
    return findSublayers(this, isLayer);
  }

  /** Weights of this layer, without those of its sublayers; trainable ones first. */
  get ownWeights(): readonly Variable[] {
    return this.ownVariables.filter(({ persistent }) => persistent);
  }

  /** Weights of this layer and state that is not saved, without those of its sublayers. */
  get ownVariables(): readonly Variable[] {
    return this.#own.all;
  }

  /**
   * All weights in Keras's order, without duplicates: those of this layer, trainable ones first, then those of each
   * sublayer.
   */
  get weights(): readonly Variable[] {
    return [...new Set([...this.ownWeights, ...this.sublayers.flatMap((layer) => layer.weights)])];
  }

  /** Weights that an optimizer may change. */
  get trainableWeights(): readonly Variable[] {
    return this.#trainable ? this.weights.filter(({ trainable }) => trainable) : [];
  }

  /** Weights that no optimizer changes: frozen weights, and state such as moving statistics. */
  get nonTrainableWeights(): readonly Variable[] {
    const trained = new Set(this.trainableWeights);
    return this.weights.filter((weight) => !trained.has(weight));
  }

  /** Returns the number of elements of all weights. */
  countParams(): number {
    this.checkBuilt('countParams');
    return this.weights.reduce((sum, { size }) => sum + size, 0);
  }

  /**
   * Returns the weight with a given name.
   *
   * @throws ManabiError `argument` for an unknown name
   */
  weight(name: string): Variable {
    return this.#own.named(name);
  }

  /** Reads the values of all weights to the host, in the order of `weights`. */
  getWeights(): Promise<HostArray[]> {
    this.checkBuilt('getWeights');
    return readWeights(this.weights);
  }

  /**
   * Sets all weights, in the order of `weights`.
   *
   * @throws ManabiError `argument` for a wrong number of values; `shape` or `dtype` for a value that does not match
   */
  setWeights(values: readonly (HostArray | Tensor)[]): void {
    this.checkBuilt('setWeights');
    writeWeights(this.name, this.weights, values);
  }

  /** Sets `built` to true, for layers that create their weights outside of `build`. */
  protected markBuilt(): void {
    this.#built = true;
  }

  /** Checks that the layer's weights exist. @throws ManabiError `argument` if they do not */
  protected checkBuilt(op: string): void {
    if (this.#built) return;
    throw new ManabiError(
      'argument',
      `'${this.name}' (${this.className}) is not built: its input shape is unknown. Pass inputShape to the first layer, ` +
        'call the model on data, or call build([null, …]).',
      { op, data: { layer: this.name, className: this.className, built: false } },
    );
  }

  /**
   * Creates a weight; for use in `build`. The initial value is drawn on first use.
   *
   * @throws ManabiError `argument` for invalid options, and for unknown names
   */
  addWeight(options: WeightOptions): Variable {
    return this.#own.add(options, this.#trainable);
  }

  /** All calls of the layer on symbolic tensors, in order. */
  get nodes(): readonly Node[] {
    return this.#nodes;
  }

  /**
   * Symbolic input of the layer's first call in a functional or sequential model; a list if the call had several. For a
   * model, its own inputs.
   *
   * @throws ManabiError `graph` if the layer was not called on symbolic tensors
   */
  get input(): OneOrMany<SymbolicTensor> {
    return this.#firstNode('input').inputs;
  }

  /**
   * Symbolic output of the layer's first call in a functional or sequential model; a list if the layer has several
   * outputs. For a model, its own outputs. With it, `model` creates a model that ends at this layer.
   *
   * @throws ManabiError `graph` if the layer was not called on symbolic tensors
   * @example
   * ```ts
   * import { layers, model, sequential } from 'manabi';
   *
   * const whole = sequential([layers.dense({ units: 3, name: 'hidden', inputShape: [2] }), layers.dense({ units: 1 })]);
   * const part = model({ inputs: whole.input, outputs: whole.getLayer('hidden').output });
   * console.log(part.outputTypes?.[0].shape); // [null, 3]
   * ```
   */
  get output(): OneOrMany<SymbolicTensor> {
    const { outputs } = this.#firstNode('output');
    return outputs.length === 1 ? outputs[0] : outputs;
  }

  #firstNode(op: string): Node {
    const node = this.#nodes.at(0);
    if (node !== undefined) return node;
    throw new ManabiError(
      'graph',
      `Layer '${this.name}' (${this.className}) has no symbolic ${op}: it is in no model with a known input shape. ` +
        'Pass inputShape to the first layer, or call the layer on input().',
      { op, data: { layer: this.name, className: this.className } },
    );
  }

  /**
   * Calls the layer. On symbolic tensors, it returns the symbolic output for a functional model. On tensors, it
   * computes the output with the current weights. If another layer passes its context, the call uses the weights, keys
   * and losses of that context. The first call creates the weights.
   *
   * @throws ManabiError `shape`, with the names of the layers, for inputs that do not match; `argument` if the layer
   * has several outputs, which `applyAll` returns
   */
  apply(inputs: OneOrMany<SymbolicTensor>, options?: CallOptions): SymbolicTensor;
  apply(inputs: Tensors, options?: CallContext | CallOptions): Tensor;
  apply(inputs: OneOrMany<SymbolicTensor> | Tensors, options: CallContext | CallOptions = {}): SymbolicTensor | Tensor {
    const outputs = isEach(inputs, isSymbolic)
      ? this.#applySymbolic(inputs, callOptions('apply', options))
      : toList(this.#applyTensors(inputs, options));
    if (outputs.length === 1) return outputs[0];
    throw new ManabiError(
      'argument',
      `Layer '${this.name}' (${this.className}) has ${outputs.length} outputs, but apply() returns one. Call ` +
        `applyAll(): const [first, second] = layer.applyAll(inputs).`,
      { op: this.className, data: { layer: this.name, outputs: outputs.length } },
    );
  }

  /** Calls the layer like `apply` and always returns a list; for layers with several outputs, such as with `returnState`. */
  applyAll(inputs: OneOrMany<SymbolicTensor>, options?: CallOptions): readonly SymbolicTensor[];
  applyAll(inputs: Tensors, options?: CallContext | CallOptions): readonly Tensor[];
  applyAll(
    inputs: OneOrMany<SymbolicTensor> | Tensors,
    options: CallContext | CallOptions = {},
  ): readonly SymbolicTensor[] | readonly Tensor[] {
    if (isEach(inputs, isSymbolic)) return this.#applySymbolic(inputs, callOptions('applyAll', options));
    return toList(this.#applyTensors(inputs, options));
  }

  /** Calls the layer like `apply` and returns one tensor or a list, as `call` does; for code that handles any layer. */
  forward(inputs: Tensors, options: CallContext | CallOptions = {}): Tensors {
    checkTensors('forward', inputs);
    return this.#applyTensors(inputs, options);
  }

  /** Creates the weights unless they exist. */
  ensureBuilt(inputs: OneOrMany<PartialType>): void {
    readArgument('ensureBuilt', 'inputs', inputs, typesKind);
    if (this.built) return;
    this.makeWeights(inputs);
    this.markBuilt();
  }

  /** Advice that is added to an error if a layer was passed in place of another value. */
  get [advice](): string {
    return 'Add the layer to the layers of the model instead.';
  }

  /** Creates the weights by calling `build`. */
  protected makeWeights(inputs: OneOrMany<PartialType>): void {
    // A subclass may define `build` as a field, which then hides the method of the class.
    const build = this.build === this.#buildOnce ? this.#build : this.build;
    build.call(
      this,
      mapEach(inputs, ({ shape }) => shape),
    );
  }

  #applySymbolic(given: OneOrMany<SymbolicTensor>, options: CallOptions): readonly SymbolicTensor[] {
    const inputs = this.#counted(given);
    const list = toList(inputs);
    const sources = list.map(({ name }) => name);
    const types = inLayer(this, list, sources, () => {
      const check = (): void => checkInputSpecs(this, list, sources, (i) => originOf(list[i].node));
      check();
      this.ensureBuilt(inputs);
      check();
      return this.inferOutputs(inputs, options);
    });
    const node = newNode(this, inputs, options, types);
    this.#nodes.push(node);
    return node.outputs;
  }

  /** Returns the output types for input types. Traces `call`; subclasses may override this method. */
  protected inferOutputs(inputs: OneOrMany<PartialType>, options: CallOptions): readonly PartialType[] {
    return inferOutputs(this.name, inputs, options, (placeholders, context) =>
      callInDtype(this, placeholders, context),
    );
  }

  #applyTensors(inputs: Tensors, given: CallContext | CallOptions): Tensors {
    const hasOwnMasks = this.computeMask !== Layer.prototype.computeMask;
    return runOnTensors(this, this.#counted(inputs), given, hasOwnMasks, (built, context) =>
      this.buildWithin(built, context),
    );
  }

  /** Creates the weights during a call, from the shapes of the call's inputs. */
  protected buildWithin(inputs: Tensors, { run }: CallContext): void {
    this.ensureBuilt(
      mapEach(inputs, ({ shape, dtype }) => ({ dtype, shape: run.probing ? [null, ...shape.slice(1)] : shape })),
    );
  }

  #counted<T extends PartialType>(inputs: OneOrMany<T>): OneOrMany<T> {
    this.checkCount(toList(inputs).length, Array.isArray(inputs));
    return countedInputs(this.inputSpec, inputs);
  }

  /**
   * Checks the number of inputs: a layer whose `inputSpec` is not a list accepts one.
   *
   * @throws ManabiError `argument` for another number
   */
  protected checkCount(count: number, _isGivenAsList: boolean): void {
    if (count !== 1 && this.inputSpec !== null && !Array.isArray(this.inputSpec)) throw tooManyInputs(this, count);
  }
}

/** Returns whether a value is a layer or model. */
export function isLayer(value: unknown): value is Layer {
  return value instanceof Layer;
}

/** A call of a layer on symbolic tensors: a node of the graph from which a functional model is created. */
export interface Node {
  readonly layer: Layer;
  /** Inputs of the call: one, or a list. */
  readonly inputs: OneOrMany<SymbolicTensor>;
  /** Options of the call. In `predict`, too, the layer is called with these options, such as `{ training: true }`. */
  readonly options: CallOptions;
  /** Outputs of the call, in order. */
  readonly outputs: readonly SymbolicTensor[];
}

/**
 * A placeholder for an input or a layer's output in a functional model: a shape with null for unknown lengths, a dtype,
 * and the call that produces it. `input` and `layer.apply` create symbolic tensors; `model({ inputs, outputs })`
 * creates a model from them.
 *
 * @example
 * ```ts
 * import { input, layers, model } from 'manabi';
 *
 * const x = input({ shape: [4] });
 * const y = layers.dense({ units: 2 }).apply(x);
 * console.log(y.shape); // [null, 2]
 * console.log(model({ inputs: x, outputs: y }).countParams()); // 10
 * ```
 */
export class SymbolicTensor {
  /** Shape, with null for lengths that are not known yet. */
  readonly shape: PartialShape;
  /** Dtype of the elements. */
  readonly dtype: DType;
  /** The call of a layer that returns the tensor. */
  readonly node: Node;
  /** Index of the tensor among the outputs of its node. */
  readonly index: number;

  constructor(shape: PartialShape, dtype: DType, node: Node, index: number) {
    this.shape = shape;
    this.dtype = dtype;
    this.node = node;
    this.index = index;
  }

  /** Advice that is added to an error if a symbolic tensor was passed in place of a tensor. */
  get [advice](): string {
    return SYMBOLIC_ADVICE;
  }

  /** Returns a text such as `SymbolicTensor float32[null, 10] of 'dense'`. */
  toString(): string {
    return `SymbolicTensor ${formatPartialType(this)} of '${this.name}'`;
  }

  /** Returns the text of `toString`: as JSON, the tensor itself would contain all layers that it depends on. */
  toJSON(): string {
    return this.toString();
  }

  /**
   * Throws an error when a JavaScript operator tries to convert the symbolic tensor to a number.
   *
   * @throws ManabiError `argument` for expressions such as `x + 1` and `x > 0`
   */
  [Symbol.toPrimitive](hint: string): string {
    if (hint === 'string') return this.toString();
    throw new ManabiError('argument', `Operators such as + and > do not support symbolic tensors. ${SYMBOLIC_ADVICE}`, {
      op: 'SymbolicTensor',
      data: { given: 'a symbolic tensor' },
    });
  }

  /** Number of axes. */
  get rank(): number {
    return this.shape.length;
  }

  /** Name of the layer that produces the symbolic tensor. */
  get name(): string {
    return this.node.layer.name;
  }
}

refuseMethodsOfTensors(SymbolicTensor.prototype);

/**
 * Returns whether a value is a symbolic tensor.
 *
 * @example
 * ```ts
 * import { input, isSymbolic, tensor } from 'manabi';
 *
 * console.log(isSymbolic(input({ shape: [4] }))); // true
 * console.log(isSymbolic(tensor([1]))); // false
 * ```
 */
export function isSymbolic(value: unknown): value is SymbolicTensor {
  return value instanceof SymbolicTensor;
}

/** Returns what produced the outputs of a node, for error messages. */
function originOf({ inputs, layer }: Node): Origin {
  if (toList(inputs).length === 0) return 'input';
  return 'returnSequences' in layer.config && layer.config.returnSequences === false ? 'lastStep' : 'layer';
}

/** Creates the node for a call of a layer, and the symbolic outputs of the call. */
export function newNode(
  layer: Layer,
  inputs: OneOrMany<SymbolicTensor>,
  options: CallOptions,
  types: readonly { readonly shape: PartialShape; readonly dtype: DType }[],
): Node {
  const outputs: SymbolicTensor[] = [];
  const node: Node = { layer, inputs, options, outputs };
  types.forEach(({ shape, dtype }, i) => {
    outputs.push(new SymbolicTensor(shape, dtype, node, i));
  });
  return node;
}

import { type DType, type HostArray, ManabiError, type Tensor } from '@manabi/core';
import { boolean, readArgument } from '@manabi/errors';
import { advice } from '@manabi/errors/internal';
import { callOptions, checkTensors, isEach } from '../call/call-inputs.ts';
import { callOutputs } from '../call/call-outputs.ts';
import type { CallContext, CallOptions } from '../call/context.ts';
import type { Regularizer } from '../regularizers/regularizer.ts';
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
import { checkInputSpecs, countedInputs, type InputSpec, tooManyInputs } from './input-spec.ts';
import { inLayer } from './layer-errors.ts';
import { classNameOf, readBaseOptions } from './layer-kinds.ts';
import type { LayerOptions } from './layer-options.ts';
import { automaticName } from './naming.ts';
import { runOnTensors } from './run-on-tensors.ts';
import { findSublayers } from './sublayers.ts';
import { refuseMethodsOfTensors, SYMBOLIC_ADVICE } from './symbolic-advice.ts';

export type { WeightOptions } from '../variables/weight-options.ts';
export type { LayerOptions } from './layer-options.ts';

/**
 * A layer: a description (`config`, plain data) and a function of weights and inputs. One of your own extends this
 * class, makes its weights in `build`, and computes in `call`.
 *
 * @example
 * ```ts
 * class Scale extends Layer {
 *   static readonly className = 'Scale';
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
 * register('Scale', Scale);
 * ```
 */
export abstract class Layer<Config extends object = object> {
  /** Keras's class name, under which it saves and loads; without one of its own, the name of the class. */
  static readonly className: string = '';

  readonly name: string;
  readonly className: string;
  /** The resolved options: no undefined, initializers and activations as objects and functions. */
  readonly config: Config;
  readonly dtype: DType;
  /** Shape of an input with the batch's axis, if the options say one. */
  readonly batchShape: PartialShape | null;
  readonly activityRegularizer: Regularizer | null;
  readonly #own: OwnWeights;
  #trainable: boolean;
  #built = false;
  /** Whether masks of inputs go on to the outputs. */
  supportsMasking = false;
  /**
   * What is demanded of inputs: of a single one, or, as a list, of each of several; further ones are not checked. null for
   * any number of any inputs.
   */
  inputSpec: OneOrMany<InputSpec> | null = null;
  readonly #nodes: Node[] = [];
  readonly #build: this['build'];
  readonly #buildOnce: this['build'];

  /**
   * @param options as the user gave them
   * @param config the options that the class has beside those of all layers, under the same names: checked by
   * `readLayerOptions`, or plain values
   * @throws ManabiError `argument` for an option that neither the class nor all layers have, with the nearest names
   */
  constructor(options?: LayerOptions, config?: Config);
  constructor(options: LayerOptions = {}, config: Config) {
    this.className = classNameOf(new.target);
    // A class that passes no config has no options of its own, so that `Config` is `object`.
    this.config = config ?? ({} as Config);
    const base = readBaseOptions(this.className, options, Object.keys(this.config));
    this.name = base.name ?? automaticName(this.className);
    this.dtype = base.dtype;
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
    // Whoever calls build gets weights that are made once, and a layer that knows of it.
    Object.defineProperty(this, 'build', { value: this.#buildOnce, configurable: true, writable: true });
  }

  /**
   * What the layer computes: a pure function. Weights are read with `context.read`, state goes out by `context.update`,
   * random numbers come from `context.key()`, masks from `context.mask`. Other layers are called with
   * `layer.apply(x)`, or with options `layer.apply(x, context.with({ … }))`.
   */
  abstract call(inputs: Tensors, context: CallContext): Tensors;

  /**
   * Makes the weights with `addWeight`. A class overrides this; it runs once, before the first call or when it is called
   * from outside. Layers that it holds build themselves when they are first called.
   *
   * @param inputShape with the batch's axis, and null for lengths that are not known; a list for a layer of several inputs
   * @throws ManabiError `argument` for what is not a shape
   * @example `model.build([null, 784])`
   */
  build(_inputShape: OneOrMany<PartialShape>): void {}

  /**
   * The masks of the outputs, called after `call`. By default a layer with `supportsMasking` hands on the mask of its
   * only input.
   */
  computeMask(
    _inputs: Tensors,
    masks: readonly (Tensor | null)[],
    _context: CallContext,
  ): Tensor | null | readonly (Tensor | null)[] {
    return this.supportsMasking && masks.length === 1 ? masks[0] : null;
  }

  /** The config as plain data, from which the constructor makes the same layer again. */
  getConfig(): Record<string, unknown> {
    const { name, trainable, dtype, activityRegularizer } = this;
    const base = activityRegularizer === null ? {} : { activityRegularizer };
    return describeEntries({ name, trainable, dtype, ...base, ...this.config });
  }

  /** Whether the weights exist. */
  get built(): boolean {
    return this.#built;
  }

  /** Whether an optimizer may change the weights, these and those of the layers within. */
  get trainable(): boolean {
    return this.#trainable;
  }

  /** Freezes the layer and all within, or thaws them. Counts from the next `compile` on. */
  set trainable(trainable: boolean) {
    this.#trainable = readArgument('trainable', 'trainable', trainable, boolean);
    this.#own.setTrainable(trainable);
    for (const layer of this.sublayers) layer.trainable = trainable;
  }

  /** The layers within: those that its fields hold, directly, in lists, records and maps, in the order of the fields. */
  get sublayers(): readonly Layer[] {
    return findSublayers(this, isLayer);
  }

  /** The weights that are its own, trained ones first. */
  get ownWeights(): readonly Variable[] {
    return this.ownVariables.filter(({ persistent }) => persistent);
  }

  /** The weights that are its own, and what else it keeps between runs. */
  get ownVariables(): readonly Variable[] {
    return this.#own.all;
  }

  /** All weights in Keras's order: its own, trained ones first, then those of each layer within; each once. */
  get weights(): readonly Variable[] {
    return [...new Set([...this.ownWeights, ...this.sublayers.flatMap((layer) => layer.weights)])];
  }

  /** The weights that an optimizer may change. */
  get trainableWeights(): readonly Variable[] {
    return this.#trainable ? this.weights.filter(({ trainable }) => trainable) : [];
  }

  /** The weights that no optimizer changes: frozen ones and state. */
  get nonTrainableWeights(): readonly Variable[] {
    const trained = new Set(this.trainableWeights);
    return this.weights.filter((weight) => !trained.has(weight));
  }

  /** Number of elements of all weights. */
  countParams(): number {
    this.checkBuilt('countParams');
    return this.weights.reduce((sum, { size }) => sum + size, 0);
  }

  /**
   * The weight of a name.
   *
   * @throws ManabiError `argument` if there is none
   */
  weight(name: string): Variable {
    return this.#own.named(name);
  }

  /** The values of all weights, in the order of `weights`, read to the host. */
  getWeights(): Promise<HostArray[]> {
    this.checkBuilt('getWeights');
    return readWeights(this.weights);
  }

  /**
   * Sets all weights, in the order of `weights`.
   *
   * @throws ManabiError `argument` for a wrong number; `shape` or `dtype` for one that does not fit
   */
  setWeights(values: readonly (HostArray | Tensor)[]): void {
    this.checkBuilt('setWeights');
    writeWeights(this.name, this.weights, values);
  }

  /** Says that the weights exist, if they were made elsewhere than in `build`. */
  protected markBuilt(): void {
    this.#built = true;
  }

  /** @throws ManabiError `argument` if the weights do not exist yet */
  protected checkBuilt(op: string): void {
    if (this.#built) return;
    throw new ManabiError(
      'argument',
      `${op} needs the weights, but '${this.name}' (${this.className}) is not built: the shape of its input is unknown. ` +
        'Give the first layer an inputShape, call it on data, or call build([null, …]).',
      { op, data: { layer: this.name, className: this.className, built: false } },
    );
  }

  /**
   * Makes a weight; for `build`. Its first value is drawn when it is first read.
   *
   * @throws ManabiError `argument` for options that do not fit, and for unknown names
   */
  addWeight(options: WeightOptions): Variable {
    return this.#own.add(options, this.#trainable);
  }

  /** The calls on symbolic tensors, in order. */
  get nodes(): readonly Node[] {
    return this.#nodes;
  }

  /**
   * Calls the layer: on symbolic tensors it makes the next one of a functional model; on tensors it computes, with the
   * present weights, or, given the context of a layer that calls, within that call. The first call builds the weights.
   *
   * @throws ManabiError `shape`, with the names of the layers, if the inputs do not fit; `argument` if the layer makes
   * several outputs: `applyAll` returns those
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
      `Layer '${this.name}' (${this.className}) makes ${outputs.length} outputs, and apply returns one. Write ` +
        `const [first, second] = layer.applyAll(inputs).`,
      { op: this.className, data: { layer: this.name, outputs: outputs.length } },
    );
  }

  /** As `apply`, for layers with several outputs, such as recurrent ones with `returnState`: always a list. */
  applyAll(inputs: OneOrMany<SymbolicTensor>, options?: CallOptions): readonly SymbolicTensor[];
  applyAll(inputs: Tensors, options?: CallContext | CallOptions): readonly Tensor[];
  applyAll(
    inputs: OneOrMany<SymbolicTensor> | Tensors,
    options: CallContext | CallOptions = {},
  ): readonly SymbolicTensor[] | readonly Tensor[] {
    if (isEach(inputs, isSymbolic)) return this.#applySymbolic(inputs, callOptions('applyAll', options));
    return toList(this.#applyTensors(inputs, options));
  }

  /** As `apply`, for whoever does not know the layer: one tensor or a list, as `call` returns it. */
  forward(inputs: Tensors, options: CallContext | CallOptions = {}): Tensors {
    checkTensors('forward', inputs);
    return this.#applyTensors(inputs, options);
  }

  /** Builds the weights unless they exist. */
  ensureBuilt(inputs: OneOrMany<PartialType>): void {
    readArgument('ensureBuilt', 'inputs', inputs, typesKind);
    if (this.built) return;
    this.makeWeights(inputs);
    this.markBuilt();
  }

  /** Makes the weights as the class says in `build`. */
  protected makeWeights(inputs: OneOrMany<PartialType>): void {
    // A class may have put a function of its own in the place of `build`, as a field.
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
      const check = (): void =>
        checkInputSpecs(this, list, sources, (i) => (toList(list[i].node.inputs).length === 0 ? 'input' : 'layer'));
      check();
      this.ensureBuilt(inputs);
      check();
      return this.inferOutputs(inputs, options);
    });
    const node = newNode(this, inputs, options, types);
    this.#nodes.push(node);
    return node.outputs;
  }

  /** Types of the outputs for inputs of some types: by tracing `call`, unless a layer knows better. */
  protected inferOutputs(inputs: OneOrMany<PartialType>, options: CallOptions): readonly PartialType[] {
    return inferOutputs(this.name, inputs, options, (stand, context) => callOutputs(this, stand, context));
  }

  #applyTensors(inputs: Tensors, given: CallContext | CallOptions): Tensors {
    const hasOwnMasks = this.computeMask !== Layer.prototype.computeMask;
    return runOnTensors(this, this.#counted(inputs), given, hasOwnMasks, (built, context) =>
      this.buildWithin(built, context),
    );
  }

  /** Builds the weights in the course of a call. */
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
   * Checks the number of inputs: a layer with a single `inputSpec` takes one.
   *
   * @throws ManabiError `argument` for another number
   */
  protected checkCount(count: number, _isGivenAsList: boolean): void {
    if (count !== 1 && this.inputSpec !== null && !Array.isArray(this.inputSpec)) throw tooManyInputs(this, count);
  }
}

/** Whether something is a layer, models included. */
export function isLayer(thing: unknown): thing is Layer {
  return thing instanceof Layer;
}

/** A call of a layer on symbolic tensors: a node of the graph that a functional model is made from. */
export interface Node {
  readonly layer: Layer;
  /** What the layer was called on: one, or a list. */
  readonly inputs: OneOrMany<SymbolicTensor>;
  /** What it was called with: `{ training: true }` stays with the graph, also at predict time. */
  readonly options: CallOptions;
  /** What came out, in order. */
  readonly outputs: readonly SymbolicTensor[];
}

/**
 * What a layer will make when a model runs: a shape with null for lengths that are not known yet, a dtype, and the call
 * that it comes from. Made by `input` and `layer.apply`; made into a model by `model({ inputs, outputs })`.
 */
export class SymbolicTensor {
  readonly shape: PartialShape;
  readonly dtype: DType;
  readonly node: Node;
  /** Which of the node's outputs it is. */
  readonly index: number;

  constructor(shape: PartialShape, dtype: DType, node: Node, index: number) {
    this.shape = shape;
    this.dtype = dtype;
    this.node = node;
    this.index = index;
  }

  /** What to do where a tensor belongs. */
  get [advice](): string {
    return SYMBOLIC_ADVICE;
  }

  /** A text such as `SymbolicTensor float32[null, 10] of 'dense'`. */
  toString(): string {
    return `SymbolicTensor ${formatPartialType(this)} of '${this.name}'`;
  }

  /** What `JSON.stringify` writes: the text of `toString`, since the graph leads to all layers. */
  toJSON(): string {
    return this.toString();
  }

  /**
   * What operators of JavaScript get.
   *
   * @throws ManabiError `argument` for `x + 1`, `x > 0` and the like
   */
  [Symbol.toPrimitive](hint: string): string {
    if (hint === 'string') return this.toString();
    throw new ManabiError('argument', `Operators such as + and > do not take symbolic tensors. ${SYMBOLIC_ADVICE}`, {
      op: 'SymbolicTensor',
      data: { given: 'a symbolic tensor' },
    });
  }

  /** Number of axes. */
  get rank(): number {
    return this.shape.length;
  }

  /** Name of the layer that makes it. */
  get name(): string {
    return this.node.layer.name;
  }
}

refuseMethodsOfTensors(SymbolicTensor.prototype);

/** Whether something is a symbolic tensor. */
export function isSymbolic(thing: unknown): thing is SymbolicTensor {
  return thing instanceof SymbolicTensor;
}

/** Makes the node of a call, and its outputs; the layer remembers it. */
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

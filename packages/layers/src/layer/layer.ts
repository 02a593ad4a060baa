import { ManabiError, type Tensor } from '@manabi/core';
import { type Kind, listOf, readArgument, wrongArgument } from '@manabi/errors';
import { callOptions, checkTensors, isSymbolicInput, maskList, withMasks } from '../call/call-inputs.ts';
import { callOutputs } from '../call/call-outputs.ts';
import { CallContext, type CallOptions } from '../call/context.ts';
import { currentCall } from '../call/current-call.ts';
import { maskOf, setMask } from '../call/masks.ts';
import { eagerRun } from '../call/runs.ts';
import { setSource, sourceOf } from '../call/sources.ts';
import {
  isList,
  isShape,
  mapEach,
  type OneOrMany,
  type PartialShape,
  type PartialType,
  type Tensors,
  toList,
} from '../structure/nested.ts';
import { inferOutputs } from './infer-outputs.ts';
import { checkInputSpec, type InputSpec } from './input-spec.ts';
import { LayerBase } from './layer-base.ts';
import { inLayer } from './layer-errors.ts';
import type { LayerOptions } from './layer-options.ts';
import { partialShape } from './option-kinds.ts';
import { type Node, newNode, type SymbolicTensor } from './symbolic.ts';
import { typesKind } from './type-kind.ts';

export type { LayerOptions, WeightOptions } from './layer-options.ts';

const shapeList = listOf(partialShape);

/** A shape is a list itself, so that it stands first: of its lengths, none is a list. */
const shapesKind: Kind<OneOrMany<PartialShape>> = {
  expected: 'a shape such as [null, 28, 28], or a list of shapes',
  accepts: Array.isArray,
  read: (given, place) => {
    if (!Array.isArray(given)) throw wrongArgument(place, shapesKind.expected, given);
    return given.some(Array.isArray) ? shapeList.read(given, place) : partialShape.read(given, place);
  },
};

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
export abstract class Layer<Config extends object = object> extends LayerBase<Config> {
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

  constructor(options?: LayerOptions, config?: Config) {
    super(options, config);
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
    const outputs = isSymbolicInput(inputs)
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
    if (isSymbolicInput(inputs)) return this.#applySymbolic(inputs, callOptions('applyAll', options));
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
      this.#checkInputs(list, sources);
      this.ensureBuilt(inputs);
      this.#checkInputs(list, sources);
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

  #applyTensors(unmasked: Tensors, given: CallContext | CallOptions): Tensors {
    const options = callOptions('apply', given);
    const outer =
      given instanceof CallContext ? given : (this.#callAround(options) ?? new CallContext(eagerRun(options.key)));
    const counted = this.#counted(unmasked);
    const inputs = options.mask === undefined ? counted : withMasks(counted, options.mask);
    const list = toList(inputs);
    const sources = list.map(sourceOf);
    return inLayer(this, list, sources, () => {
      this.#checkInputs(list, sources);
      if (!this.built) {
        this.buildWithin(inputs, outer);
        this.#checkInputs(list, sources);
      }
      const context = outer.enter(this.name, options, list.map(maskOf));
      const result = callOutputs(this, inputs, context);
      const outputs = this.#intercepted(toList(result), context);
      this.#handOnMasks(inputs, outputs, context);
      for (const output of outputs) setSource(output, this.name);
      if (this.activityRegularizer !== null) {
        for (const output of outputs) context.addLoss(this.activityRegularizer.penalty(output));
      }
      return isList(result) ? outputs : outputs[0];
    });
  }

  /**
   * The call that this one stands in, if it was given no context and that pass has values for its weights: those of a layer
   * from elsewhere are constants there.
   */
  #callAround({ key }: CallOptions): CallContext | null {
    const around = currentCall();
    if (around === null || key !== undefined) return null;
    const { holds } = around.run;
    return holds === undefined || this.weights.every(holds) ? around : null;
  }

  /** Builds the weights in the course of a call. */
  protected buildWithin(inputs: Tensors, { run }: CallContext): void {
    this.ensureBuilt(
      mapEach(inputs, ({ shape, dtype }) => ({ dtype, shape: run.probing ? [null, ...shape.slice(1)] : shape })),
    );
  }

  #intercepted(outputs: readonly Tensor[], context: CallContext): readonly Tensor[] {
    const { run } = context;
    return run.intercept === undefined ? outputs : run.intercept(this, outputs, context.path);
  }

  #handOnMasks(inputs: Tensors, outputs: readonly Tensor[], context: CallContext): void {
    // Layers that call others have masks on their outputs already.
    if (outputs.some((output) => maskOf(output) !== null)) return;
    const masks = maskList(this.computeMask(inputs, context.masks, context), outputs.length);
    outputs.forEach((output, i) => {
      setMask(output, masks[i] ?? null);
    });
  }

  /**
   * Returns the inputs in the form that `call` takes: a list of one becomes this one for a layer that takes one.
   *
   * @throws ManabiError `argument` for a wrong number
   */
  #counted<T extends PartialType>(inputs: OneOrMany<T>): OneOrMany<T> {
    this.checkCount(isList(inputs) ? inputs.length : 1, isList(inputs));
    return isList(inputs) && this.inputSpec !== null && !isList(this.inputSpec) ? inputs[0] : inputs;
  }

  /**
   * Checks the number of inputs: a layer with a single `inputSpec` takes one.
   *
   * @throws ManabiError `argument` for another number
   */
  protected checkCount(count: number, _isGivenAsList: boolean): void {
    if (count === 1 || this.inputSpec === null || isList(this.inputSpec)) return;
    throw new ManabiError(
      'argument',
      `Layer '${this.name}' (${this.className}) takes one input; got ${count}. Merge them first: ` +
        'layers.concatenate([a, b]).',
      { op: this.className, data: { layer: this.name, expected: 1, given: count } },
    );
  }

  #checkInputs(list: readonly PartialType[], sources: readonly (string | null)[]): void {
    const { inputSpec } = this;
    if (inputSpec === null) return;
    list.forEach((given, i) => {
      const spec = isList(inputSpec) ? inputSpec[i] : inputSpec;
      if (spec !== undefined) checkInputSpec(this, spec, given, sources[i] ?? null);
    });
  }
}

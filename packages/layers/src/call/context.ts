import { type DType, isTensor, ManabiError, random, type Tensor } from '@manabi/core';
import { nullable, optional, readArgument } from '@manabi/errors';
import { checkTensor } from '../structure/check-tensor.ts';
import { seedKind } from '../structure/option-kinds.ts';
import { Variable, variableKind } from '../variables/variable.ts';
import { type CallOptions, readCallOptions } from './call-options.ts';
import { castHalf } from './cast-half.ts';

export type { CallOptions } from './call-options.ts';

/** The members of a layer that are needed while it is called. */
export interface CalledLayer {
  readonly name: string;
  readonly className: string;
}

/**
 * One forward pass through a network: it provides the values of weights and random keys, and collects state updates and
 * losses.
 */
export interface Run {
  /** Returns the value of a variable in this forward pass. */
  read(variable: Variable): Tensor;
  /** Stores the new value of a variable, such as a moving statistic. */
  update(variable: Variable, value: Tensor): void;
  /** Stores a float scalar to be added to the loss. */
  addLoss(loss: Tensor): void;
  /** Returns a new random key, different in each call. */
  key(): Tensor;
  /** Returns whether the pass has a value for a variable; if the method is missing, it has values for all variables. */
  holds?(variable: Variable): boolean;
  /** Whether the pass is only traced to infer output shapes, with an arbitrary batch size. */
  readonly probing: boolean;
  /** Called with the outputs of each layer; returns the outputs to use in their place. */
  intercept?(layer: CalledLayer, outputs: readonly Tensor[], path: readonly string[]): readonly Tensor[];
}

interface Scene {
  readonly training: boolean;
  readonly options: CallOptions;
  readonly masks: readonly (Tensor | null)[];
  readonly isMaskGiven: boolean;
  readonly path: readonly string[];
  readonly forwarded: CallOptions;
  /** Dtype in which the layer computes; null outside of layers. */
  readonly dtype: DType | null;
  /**
   * How many other layers this layer has called, and whether it has read masks; shared by all contexts of this call.
   */
  readonly inner: { calls: number; readsMasks: boolean };
}

/** Returns the context of the same call, in which float weights are read in the dtype that the layer computes in. */
export let computingIn: (context: CallContext, dtype: DType) => CallContext;

/**
 * The second argument of `Layer.call`. Layers read weights, masks and random keys through it, and write state and losses to
 * it. This keeps `call` a pure function that can be traced.
 *
 * @example
 * ```ts
 * import { CallContext, Layer, mul, Tensor, tensor } from 'manabi';
 *
 * class Scale extends Layer {
 *   override call(x: Tensor, context: CallContext) {
 *     return context.training ? mul(x, 2) : x;
 *   }
 * }
 * console.log(await (new Scale().apply(tensor([1]), { training: true })).array()); // [2]
 * ```
 */
export class CallContext {
  readonly #run: Run;
  readonly #scene: Scene;

  static {
    computingIn = (context, dtype) => {
      const scene = context.#scene;
      return scene.dtype === dtype ? context : new CallContext(context.#run, { ...scene, dtype });
    };
  }

  constructor(run: Run, scene: Partial<Scene> = {}) {
    this.#run = run;
    this.#scene = {
      training: scene.training ?? false,
      options: scene.options ?? {},
      masks: scene.masks ?? [],
      isMaskGiven: scene.isMaskGiven ?? false,
      path: scene.path ?? [],
      forwarded: scene.forwarded ?? {},
      dtype: scene.dtype ?? null,
      inner: scene.inner ?? { calls: 0, readsMasks: false },
    };
  }

  /** Whether the layer runs in training mode. */
  get training(): boolean {
    return this.#scene.training;
  }

  /** Options of this call for this layer only, such as `useCausalMask`. */
  get options(): CallOptions {
    return this.#scene.options;
  }

  /** Mask of the first input: bool, true at valid positions; null if it has no mask. */
  get mask(): Tensor | null {
    return this.masks[0] ?? null;
  }

  /** Whether the masks come from the option `mask` of this call rather than from the input tensors. */
  get isMaskGiven(): boolean {
    return this.#scene.isMaskGiven;
  }

  /** Masks of all inputs, in order. */
  get masks(): readonly (Tensor | null)[] {
    this.#scene.inner.readsMasks = true;
    return this.#scene.masks;
  }

  /** Names of the nested layers that are being called, from the outermost layer to this one. */
  get path(): readonly string[] {
    return this.#scene.path;
  }

  /** The forward pass that this call belongs to. */
  get run(): Run {
    return this.#run;
  }

  /**
   * Returns the value of a weight in this forward pass, in float16 if the layer computes in float16.
   *
   * @throws ManabiError `argument` if the weight does not exist because the layer did not create it
   */
  read(variable: Variable | null | undefined): Tensor {
    if (variable instanceof Variable) {
      const value = this.#run.read(variable);
      return this.#scene.dtype === null ? value : castHalf(value, this.#scene.dtype);
    }
    readArgument('read', 'variable', variable, nullable(optional(variableKind)));
    const name = this.#scene.path.at(-1) ?? 'a layer';
    throw new ManabiError(
      'argument',
      `Layer '${name}' reads a weight that does not exist. Create it with this.addWeight in build(inputShape), and read ` +
        'it only if it was created.',
      { op: 'read', data: { layer: name, built: false } },
    );
  }

  /**
   * Stores the next value of a variable that is not trained, such as moving statistics. Later reads, in this forward
   * pass and in all following ones, return the new value.
   *
   * @throws ManabiError `shape` or `dtype` if the value does not match the variable
   */
  update(variable: Variable | null | undefined, value: Tensor): void {
    if (variable === null || variable === undefined) {
      this.read(variable);
      return;
    }
    const next = castHalf(checkTensor('update', 'value', value), variable.dtype);
    readArgument('update', 'variable', variable, variableKind).check(next);
    this.#run.update(variable, next);
  }

  /**
   * Adds a value to the loss that training minimizes.
   *
   * @param loss a float scalar
   * @throws ManabiError `shape` unless the loss is a scalar
   */
  addLoss(loss: Tensor): void {
    if (checkTensor('addLoss', 'loss', loss).rank !== 0) {
      throw new ManabiError(
        'shape',
        `The loss must be a scalar; got shape [${loss.shape.join(', ')}]. Reduce it with mean or sum.`,
        { op: 'addLoss', data: { layer: this.#scene.path.at(-1), shape: loss.shape } },
      );
    }
    this.#run.addLoss(castHalf(loss, 'float32'));
  }

  /**
   * Returns a new random key for a single draw. Each layer, call and training step gets a different key; a step that is
   * repeated with the same root key gets the same keys. Call this method once per draw.
   *
   * @param seed a layer's option `seed`, which separates its draws from those of other layers; null if the layer has no
   * such option
   * @throws ManabiError `argument` if the pass has no random key
   */
  key(seed: number | null = null): Tensor {
    readArgument('key', 'seed', seed, seedKind);
    const key = this.#run.key();
    return seed === null ? key : random.foldIn(key, seed % 2 ** 32);
  }

  /**
   * Returns a context to call another layer with options:
   * `this.attention.apply(x, context.with({ useCausalMask: true }))`.
   */
  with(options: CallOptions): CallContext {
    const forwarded = { ...this.#scene.forwarded, ...readCallOptions('with', options) };
    return new CallContext(this.#run, { ...this.#scene, forwarded });
  }

  /** Returns a context for calling another layer, in which `read` returns the given value for one of the weights. */
  reading(variable: Variable, value: Tensor): CallContext {
    const weight = readArgument('reading', 'variable', variable, variableKind);
    const given = castHalf(checkTensor('reading', 'value', value), weight.dtype);
    weight.check(given);
    const run = this.#run;
    const read = (other: Variable): Tensor => (other === variable ? given : run.read(other));
    return new CallContext({ ...run, read }, this.#scene);
  }

  /**
   * Returns the context for the body of a loop that is traced once. The loop body can read weights, but `update` and
   * `addLoss` throw errors.
   */
  inLoop(): CallContext {
    const refuse = (action: string): never => {
      throw new ManabiError(
        'tracing',
        `Layer '${this.#scene.path.at(-1)}' ${action} within a loop, which is traced once for all iterations. Return the ` +
          'value as a state or output of the cell, or set unroll: true.',
        { op: 'loop', data: { path: this.#scene.path } },
      );
    };
    const outer = this.#run;
    const run: Run = {
      probing: outer.probing,
      holds: outer.holds,
      read: (variable) => outer.read(variable),
      key: () => outer.key(),
      update: () => refuse('updates a variable'),
      addLoss: () => refuse('adds to the loss'),
    };
    return new CallContext(run, this.#scene);
  }

  /** Options set by `with`, which apply to the layer that is called with this context. */
  get forwarded(): CallOptions {
    return this.#scene.forwarded;
  }

  /** Whether the layer has called other layers. If so, its outputs already have the masks of those layers. */
  get hasCalled(): boolean {
    return this.#scene.inner.calls > 0;
  }

  /** Whether the layer has read the masks of its inputs. If so, it may drop them without a warning. */
  get hasReadMasks(): boolean {
    return this.#scene.inner.readsMasks;
  }

  /** Returns the context for a layer that this layer calls. */
  enter(name: string, options: CallOptions, masks: readonly (Tensor | null)[]): CallContext {
    this.#scene.inner.calls++;
    const { training, mask, key: _key, ...others } = options;
    const path = [...this.#scene.path, name];
    return new CallContext(this.#run, {
      training: training ?? this.#scene.training,
      options: others,
      masks,
      isMaskGiven: isTensor(mask) || Array.isArray(mask),
      path,
    });
  }
}

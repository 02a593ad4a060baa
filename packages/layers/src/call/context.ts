import { isTensor, ManabiError, random, type Tensor } from '@manabi/core';
import { nullable, optional, readArgument } from '@manabi/errors';
import { checkTensor } from '../structure/check-tensor.ts';
import { seedKind } from '../structure/option-kinds.ts';
import { Variable, variableKind } from '../variables/variable.ts';
import { type CallOptions, readCallOptions } from './call-options.ts';

export type { CallOptions } from './call-options.ts';

/** What a layer is for the pass that calls it. */
export interface CalledLayer {
  readonly name: string;
  readonly className: string;
}

/** Where one pass through layers takes weights from, and puts what comes out beside the outputs. */
export interface Run {
  /** The value of a variable in this pass. */
  read(variable: Variable): Tensor;
  /** Keeps the next value of a variable. */
  update(variable: Variable, value: Tensor): void;
  /** Keeps a float scalar to be added to the loss. */
  addLoss(loss: Tensor): void;
  /** A fresh random key, a different one for each call. */
  key(): Tensor;
  /** Whether there is a value for a variable; left out where there is one for all. */
  holds?(variable: Variable): boolean;
  /** Whether the length of the first axis means nothing, since shapes are being inferred. */
  readonly probing: boolean;
  /** Sees, and may replace, what a layer makes. */
  intercept?(layer: CalledLayer, outputs: readonly Tensor[], path: readonly string[]): readonly Tensor[];
}

interface Scene {
  readonly training: boolean;
  readonly options: CallOptions;
  readonly masks: readonly (Tensor | null)[];
  readonly isMaskGiven: boolean;
  readonly path: readonly string[];
  readonly forwarded: CallOptions;
  /** What the layer does in this call, noted for all contexts of it. */
  readonly inner: { calls: number; readsMasks: boolean };
}

/**
 * What a layer is given beside its inputs when it is called: weights are read through it, and whatever leaves a layer
 * beside its outputs goes out through it. So `call` stays a pure function, which can be traced.
 */
export class CallContext {
  readonly #run: Run;
  readonly #scene: Scene;

  constructor(run: Run, scene: Partial<Scene> = {}) {
    this.#run = run;
    this.#scene = {
      training: scene.training ?? false,
      options: scene.options ?? {},
      masks: scene.masks ?? [],
      isMaskGiven: scene.isMaskGiven ?? false,
      path: scene.path ?? [],
      forwarded: scene.forwarded ?? {},
      inner: scene.inner ?? { calls: 0, readsMasks: false },
    };
  }

  /** Whether the layer is to behave as in training. */
  get training(): boolean {
    return this.#scene.training;
  }

  /** Options of this call that only this layer knows, such as `useCausalMask`. */
  get options(): CallOptions {
    return this.#scene.options;
  }

  /** The mask of the first input: bool, true where it counts; null if there is none. */
  get mask(): Tensor | null {
    return this.masks[0] ?? null;
  }

  /** Whether the mask is an option of this call: other masks came along with the inputs. */
  get isMaskGiven(): boolean {
    return this.#scene.isMaskGiven;
  }

  /** The masks of all inputs, in their order. */
  get masks(): readonly (Tensor | null)[] {
    this.#scene.inner.readsMasks = true;
    return this.#scene.masks;
  }

  /** Names of the layers from the outermost in to this one. */
  get path(): readonly string[] {
    return this.#scene.path;
  }

  /** The pass that this call belongs to. */
  get run(): Run {
    return this.#run;
  }

  /**
   * Returns the value of a weight in this pass.
   *
   * @throws ManabiError `argument` if there is none, since the layer is not built
   */
  read(variable: Variable | null | undefined): Tensor {
    if (variable instanceof Variable) return this.#run.read(variable);
    readArgument('read', 'variable', variable, nullable(optional(variableKind)));
    const name = this.#scene.path.at(-1) ?? 'a layer';
    throw new ManabiError(
      'argument',
      `Layer '${name}' reads a weight that it does not have: make it with this.addWeight in build(inputShape), and ` +
        'read it only if the config asks for it.',
      { op: 'read', data: { layer: name, built: false } },
    );
  }

  /**
   * Keeps the next value of a variable that is not trained, such as moving statistics. Reads in this pass still give the
   * value before it; the new one counts from the next pass on.
   *
   * @throws ManabiError `shape` or `dtype` if it is not of the variable's
   */
  update(variable: Variable | null | undefined, value: Tensor): void {
    if (variable === null || variable === undefined) {
      this.read(variable);
      return;
    }
    readArgument('update', 'variable', variable, variableKind).check(checkTensor('update', 'value', value));
    this.#run.update(variable, value);
  }

  /**
   * Adds to the loss that training makes small.
   *
   * @param loss a float without axes
   * @throws ManabiError `shape` if it has axes
   */
  addLoss(loss: Tensor): void {
    if (checkTensor('addLoss', 'loss', loss).rank !== 0) {
      throw new ManabiError(
        'shape',
        `addLoss takes a single float, but was given shape [${loss.shape.join(', ')}]. Reduce it with mean or sum.`,
        { op: 'addLoss', data: { layer: this.#scene.path.at(-1), shape: loss.shape } },
      );
    }
    this.#run.addLoss(loss);
  }

  /**
   * A fresh random key, for one draw: different for each layer, call and step, the same again when a step is repeated
   * from the same key. Ask again for each further draw.
   *
   * @param seed a layer's option `seed`, to tell its draws from those of others; null for none
   * @throws ManabiError `argument` if the pass has no source of random numbers
   */
  key(seed: number | null = null): Tensor {
    readArgument('key', 'seed', seed, seedKind);
    const key = this.#run.key();
    return seed === null ? key : random.foldIn(key, seed % 2 ** 32);
  }

  /**
   * The context to call another layer with, with options: `this.attention.apply(x, context.with({ useCausalMask: true }))`.
   */
  with(options: CallOptions): CallContext {
    const forwarded = { ...this.#scene.forwarded, ...readCallOptions('with', options) };
    return new CallContext(this.#run, { ...this.#scene, forwarded });
  }

  /** The context to call another layer with, in which a weight has another value than in this pass. */
  reading(variable: Variable, value: Tensor): CallContext {
    readArgument('reading', 'variable', variable, variableKind).check(checkTensor('reading', 'value', value));
    const run = this.#run;
    const read = (asked: Variable): Tensor => (asked === variable ? value : run.read(asked));
    return new CallContext({ ...run, read }, this.#scene);
  }

  /** The context for the body of a loop that is traced once: weights can be read, but nothing goes out beside outputs. */
  inLoop(): CallContext {
    const refuse = (what: string): never => {
      throw new ManabiError(
        'tracing',
        `Layer '${this.#scene.path.at(-1)}' ${what} in each turn of a loop, which is traced once for all turns. Hand it ` +
          'on as state or output of the cell, or ask for unroll: true.',
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

  /** What `with` is to give the layer that is called next. */
  get forwarded(): CallOptions {
    return this.#scene.forwarded;
  }

  /** Whether the layer has called others: what these make has its masks. */
  get hasCalled(): boolean {
    return this.#scene.inner.calls > 0;
  }

  /** Whether the layer has asked for the masks of its inputs, so that it heeds them. */
  get hasReadMasks(): boolean {
    return this.#scene.inner.readsMasks;
  }

  /** The context of a call of a layer within this one. */
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

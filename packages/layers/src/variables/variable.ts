import { type DType, isTensor, ManabiError, type Shape, type Tensor } from '@manabi/core';
import {
  type ArgumentLocation,
  type Kind,
  type KindsOf,
  kind,
  name,
  objectOf,
  readArgument,
  readOptions,
  text,
} from '@manabi/errors';
import { advice } from '@manabi/errors/internal';
import type { Constraint } from '../constraints/constraint.ts';
import type { Fans, Initializer } from '../initializers/initializer.ts';
import { initializerKind } from '../initializers/table.ts';
import type { Regularizer } from '../regularizers/regularizer.ts';
import { checkReturned, checkTensor } from '../structure/check-tensor.ts';
import { typeKind } from '../structure/type-kind.ts';
import { keyAt, nextSeedPosition, type SeedPosition, seedPositionKind } from './seed.ts';
import { weightKinds } from './weight-kinds.ts';

const locationKind = objectOf({ op: text, name: text });

/** Options of `Variable`. */
export interface VariableOptions {
  /** Name within its layer: `kernel`. */
  readonly name: string;
  /** Name including that of its layer: `dense_1/kernel`. */
  readonly path: string;
  readonly shape: Shape;
  /** dtype (default: float32). */
  readonly dtype?: DType;
  readonly initializer: Initializer;
  readonly regularizer?: Regularizer | null;
  readonly constraint?: Constraint | null;
  /**
   * Numbers of inputs and outputs of a unit, from which initializers compute their scale; needed if the shape does not
   * determine them.
   */
  readonly fans?: Fans;
  /** Whether an optimizer may change the variable (default: true). */
  readonly trainable?: boolean;
  /** Whether the variable is a weight, which files and `getWeights` contain (default: true). */
  readonly persistent?: boolean;
}

const kinds = { ...weightKinds, path: name, initializer: initializerKind } satisfies KindsOf<VariableOptions>;

/** The current value of a variable, and whether other code uses it. */
export interface Slot {
  readonly tensor: Tensor;
  /** Whether only the variable refers to the tensor, because a training step computed it and no code has read it. */
  isPrivate: boolean;
  /** Number of calls of `lease` whose values have not been released. */
  leases: number;
}

/** Returns the object that stores the current value of a variable. */
export let slotOf: (variable: Variable) => Slot;

/** Sets the current value of a variable to a tensor that no other code uses. */
export let setPrivate: (variable: Variable, value: Tensor) => void;

/**
 * A weight of a layer: its description and its current value. Layers read the value with `context.read(variable)`
 * instead of `variable.value`, so that a step can be traced with other values.
 *
 * @throws ManabiError `argument` for invalid options; see the members for those of reading and assigning
 * @example
 * ```ts
 * import { layers } from 'manabi';
 *
 * const dense = layers.dense({ units: 2, kernelInitializer: 'ones', name: 'dense' });
 * dense.build([null, 3]);
 * const kernel = dense.weight('kernel');
 * console.log(kernel.path); // dense/kernel
 * console.log(await kernel.value.array()); // [[1, 1], [1, 1], [1, 1]]
 * ```
 */
export class Variable {
  /** Name of the weight in its layer, such as `kernel`. */
  readonly name: string;
  /** Names of the layers that contain it, and its own: `dense/kernel`. */
  readonly path: string;
  /** Shape of the value. */
  readonly shape: Shape;
  /** Dtype of the value. */
  readonly dtype: DType;
  /** Draws the initial value. */
  readonly initializer: Initializer;
  /** Penalty that is added to the loss; null for none. */
  readonly regularizer: Regularizer | null;
  /** Projection that is applied after each update; null for none. */
  readonly constraint: Constraint | null;
  /** Whether the variable was created as trainable. Freezing a layer changes `trainable`, but not this property. */
  readonly madeTrainable: boolean;
  /** Whether the variable is a weight, which is saved; otherwise, it is state that is not saved. */
  readonly persistent: boolean;
  /** Whether an optimizer may currently change the variable; set by `layer.trainable`. */
  trainable: boolean;
  readonly #fans: Fans | undefined;
  #position: SeedPosition = nextSeedPosition();
  #slot: Slot | null = null;

  static {
    slotOf = (variable) => variable.#filled();
    setPrivate = (variable, value) => {
      variable.check(value);
      variable.#slot = { tensor: value, isPrivate: true, leases: 0 };
    };
  }

  /** @throws ManabiError `argument` for invalid options, and for unknown names */
  constructor(options: VariableOptions) {
    const given = readOptions('Variable', options, kinds);
    this.name = given.name;
    this.path = given.path;
    this.shape = given.shape;
    this.dtype = given.dtype ?? 'float32';
    this.initializer = given.initializer;
    this.regularizer = given.regularizer;
    this.constraint = given.constraint;
    this.#fans = given.fans;
    this.madeTrainable = given.trainable;
    this.trainable = this.madeTrainable;
    this.persistent = given.persistent;
  }

  /** Advice that is added to an error if a variable was passed in place of a tensor. */
  get [advice](): string {
    return 'Read its tensor: context.read(variable) within call(), variable.value elsewhere.';
  }

  /** Number of elements. */
  get size(): number {
    return this.shape.reduce((product, length) => product * length, 1);
  }

  /**
   * The current value, drawn by the initializer on first access. The tensor stays valid, since training steps do not
   * overwrite values that were read.
   */
  get value(): Tensor {
    const slot = this.#filled();
    slot.isPrivate = false;
    return slot.tensor;
  }

  #drawn(): Tensor {
    const { initializer, shape, dtype } = this;
    const value = initializer.draw(keyAt(this.#position), shape, dtype, this.#fans);
    this.check(checkReturned('draw', `The initializer of ${this.path}`, value));
    return value;
  }

  /** Whether the variable has a value: an initializer has drawn it, or it was assigned. */
  get initialized(): boolean {
    return this.#slot !== null;
  }

  /** Sets the position in the random numbers for the initial value, unless the variable already has a value. */
  seed(place: SeedPosition): void {
    this.#position = readArgument('seed', 'place', place, seedPositionKind);
  }

  /**
   * Sets the current value. During training, it takes effect in the next step.
   *
   * @throws ManabiError `shape` or `dtype` if the value does not match the variable; `tracing` inside a traced function,
   * where `context.update` is required
   */
  assign(value: Tensor): void {
    this.check(checkTensor('assign', 'value', value));
    if (value.state === 'traced') {
      throw new ManabiError(
        'tracing',
        `The variable ${this.path} cannot be assigned inside a traced function: the value does not exist yet. Call ` +
          'model.run within the step, and use the updates that it returns.',
        { op: 'assign', data: { variable: this.path } },
      );
    }
    this.#slot = { tensor: value, isPrivate: false, leases: 0 };
  }

  #filled(): Slot {
    this.#slot ??= { tensor: this.#drawn(), isPrivate: false, leases: 0 };
    return this.#slot;
  }

  /**
   * Checks that a tensor has the variable's shape and dtype.
   *
   * @param argument name of the argument, for the error (default: the variable's next value)
   * @throws ManabiError `shape` or `dtype` if they differ
   */
  check(value: { readonly shape: Shape; readonly dtype: DType }, argument?: ArgumentLocation): void {
    if (!isTensor(value)) readArgument('check', 'value', value, typeKind);
    if (argument !== undefined) readArgument('check', 'argument', argument, locationKind);
    const sameShape =
      value.shape.length === this.shape.length && this.shape.every((length, axis) => length === value.shape[axis]);
    if (sameShape && value.dtype === this.dtype) return;
    const typeOf = ({ dtype, shape }: { readonly shape: Shape; readonly dtype: DType }): string =>
      `${dtype}[${shape.join(', ')}]`;
    throw new ManabiError(
      sameShape ? 'dtype' : 'shape',
      `${argument === undefined ? `Variable ${this.path}` : `\`${argument.name}\``} must be ${typeOf(this)}; got ${typeOf(value)}.`,
      {
        op: argument?.op ?? 'assign',
        data: {
          variable: this.path,
          expected: this.shape,
          shape: value.shape,
          expectedDType: this.dtype,
          dtype: value.dtype,
        },
      },
    );
  }
}

/** Validates an argument that must be a variable. */
export const variableKind: Kind<Variable> = kind(
  'a weight returned by this.addWeight',
  (given): given is Variable => given instanceof Variable,
);

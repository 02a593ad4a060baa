import { type DType, isTensor, ManabiError, type Shape, type Tensor } from '@manabi/core';
import { type ArgumentLocation, type Kind, type KindsOf, kind, name, readArgument, readOptions } from '@manabi/errors';
import { advice } from '@manabi/errors/internal';
import type { Constraint } from '../constraints/constraint.ts';
import type { Fans, Initializer } from '../initializers/initializer.ts';
import { initializerKind } from '../initializers/table.ts';
import type { Regularizer } from '../regularizers/regularizer.ts';
import { checkReturned, checkTensor } from '../structure/check-tensor.ts';
import { typeKind } from '../structure/type-kind.ts';
import { keyOfPlace, nextSeedPlace, type SeedPlace, seedPlaceKind } from './seed.ts';
import { weightKinds } from './weight-kinds.ts';

/** What a variable is. */
export interface VariableOptions {
  /** Within its layer: `kernel`. */
  readonly name: string;
  /** With its layer: `dense_1/kernel`. */
  readonly path: string;
  readonly shape: Shape;
  /** By default float32. */
  readonly dtype?: DType;
  readonly initializer: Initializer;
  readonly regularizer?: Regularizer | null;
  readonly constraint?: Constraint | null;
  /** Inputs and outputs of a unit, where the shape does not tell them. */
  readonly fans?: Fans;
  /** Whether an optimizer may change it; by default yes. */
  readonly trainable?: boolean;
  /** Whether it is a weight, which files and `getWeights` hold; by default yes. */
  readonly persistent?: boolean;
}

const kinds = { ...weightKinds, path: name, initializer: initializerKind } satisfies KindsOf<VariableOptions>;

/** The present value of a variable, and who uses it. */
export interface Slot {
  readonly tensor: Tensor;
  /** Whether only the variable refers to the tensor: a training step computed it, and no caller was given it. */
  isPrivate: boolean;
  /** How many runs read it that take more than one call. */
  leases: number;
}

/** The slot of a variable. */
export let slotOf: (variable: Variable) => Slot;

/** Sets the present value of a variable to a tensor that no caller was given. */
export let setPrivate: (variable: Variable, value: Tensor) => void;

/**
 * A weight of a layer: a description, with a slot for its present value. Layers read it with `context.read(variable)`,
 * never by `value`, so that a step can be traced with other values in its place.
 */
export class Variable {
  readonly name: string;
  readonly path: string;
  readonly shape: Shape;
  readonly dtype: DType;
  readonly initializer: Initializer;
  readonly regularizer: Regularizer | null;
  readonly constraint: Constraint | null;
  /** Whether it was made to be trained; unlike `trainable`, this does not change when a layer is frozen. */
  readonly madeTrainable: boolean;
  /** Whether it is a weight; else it is state between runs, which is no part of a model's weights and files. */
  readonly persistent: boolean;
  /** Whether an optimizer may change it now; set by `layer.trainable`. */
  trainable: boolean;
  readonly #fans: Fans | undefined;
  #place: SeedPlace = nextSeedPlace();
  #slot: Slot | null = null;

  static {
    slotOf = (variable) => variable.#filled();
    setPrivate = (variable, value) => {
      variable.check(value);
      variable.#slot = { tensor: value, isPrivate: true, leases: 0 };
    };
  }

  /** @throws ManabiError `argument` for options that do not fit, and for unknown names */
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

  /** What to do where a variable was given in place of a tensor. */
  get [advice](): string {
    return 'Read its tensor: context.read(variable) within call, variable.value elsewhere.';
  }

  /** Number of elements. */
  get size(): number {
    return this.shape.reduce((product, length) => product * length, 1);
  }

  /**
   * The present value; the first time, it is drawn by the initializer. The tensor stays valid: a training step that would
   * overwrite it works on a copy.
   */
  get value(): Tensor {
    const slot = this.#filled();
    slot.isPrivate = false;
    return slot.tensor;
  }

  #drawn(): Tensor {
    const { initializer, shape, dtype } = this;
    const value = initializer.draw(keyOfPlace(this.#place), shape, dtype, this.#fans);
    this.check(checkReturned('draw', `The initializer of ${this.path}`, value));
    return value;
  }

  /** Whether it has a value already: one that was drawn or assigned. */
  get initialized(): boolean {
    return this.#slot !== null;
  }

  /** Sets where its initial value is drawn from, unless it has a value already. */
  seed(place: SeedPlace): void {
    this.#place = readArgument('seed', 'place', place, seedPlaceKind);
  }

  /**
   * Sets the present value. While a model trains, it counts from the next step on.
   *
   * @throws ManabiError `shape` or `dtype` if it is not of the variable's; `tracing` inside a traced function, where
   * `context.update` is the way
   */
  assign(value: Tensor): void {
    this.check(checkTensor('assign', 'value', value));
    if (value.state === 'traced') {
      throw new ManabiError(
        'tracing',
        `The variable ${this.path} was assigned while a function is traced: the value does not exist yet. Within a ` +
          'step, run the model with model.run, and keep the updates that it returns.',
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
   * @param place the argument that the tensor was given for; by default the variable's next value
   * @throws ManabiError `shape` or `dtype` if it does not
   */
  check(value: { readonly shape: Shape; readonly dtype: DType }, place?: ArgumentLocation): void {
    if (!isTensor(value)) readArgument('check', 'value', value, typeKind);
    const sameShape =
      value.shape.length === this.shape.length && this.shape.every((length, axis) => length === value.shape[axis]);
    if (sameShape && value.dtype === this.dtype) return;
    const typeOf = ({ dtype, shape }: { readonly shape: Shape; readonly dtype: DType }): string =>
      `${dtype}[${shape.join(', ')}]`;
    throw new ManabiError(
      sameShape ? 'dtype' : 'shape',
      `${place === undefined ? `The variable ${this.path}` : `\`${place.name}\``} must be ${typeOf(this)}; got ${typeOf(value)}.`,
      {
        op: place?.op ?? 'assign',
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

/** The kind of variables. */
export const variableKind: Kind<Variable> = kind(
  'a weight, which this.addWeight returns',
  (given): given is Variable => given instanceof Variable,
);

import { type DType, ManabiError } from '@manabi/core';
import { readArgument, readOptions, text } from '@manabi/errors';
import { didYouMean } from '@manabi/errors/internal';
import { Variable } from './variable.ts';
import { weightKinds } from './weight-kinds.ts';
import type { WeightOptions } from './weight-options.ts';

/** What the weights of a layer need to know of it. */
interface Owner {
  readonly name: string;
  readonly className: string;
  readonly dtype: DType;
  readonly built: boolean;
}

/** The weights that a layer made for itself. */
export class OwnWeights {
  readonly #owner: Owner;
  readonly #made: Variable[] = [];

  constructor(owner: Owner) {
    this.#owner = owner;
  }

  /** All of them, those that were made to be trained first. */
  get all(): readonly Variable[] {
    const made = (trainable: boolean): Variable[] => this.#made.filter((w) => w.madeTrainable === trainable);
    return [...made(true), ...made(false)];
  }

  /**
   * Makes a weight.
   *
   * @param trainable whether the layer is; a frozen layer's weights are frozen
   * @throws ManabiError `argument` for options that do not fit, and for unknown names
   */
  add(options: WeightOptions, trainable: boolean): Variable {
    const { name, dtype: ownersDType } = this.#owner;
    const { dtype = ownersDType, ...given } = readOptions('addWeight', options, weightKinds);
    const weight = new Variable({ ...given, dtype, path: `${name}/${given.name}` });
    weight.trainable &&= trainable;
    this.#made.push(weight);
    return weight;
  }

  /** Freezes those that were made to be trained, or thaws them. */
  setTrainable(trainable: boolean): void {
    for (const weight of this.#made) weight.trainable = weight.madeTrainable && trainable;
  }

  /**
   * The weight of a name.
   *
   * @throws ManabiError `argument` if there is none, with the nearest names
   */
  named(name: string): Variable {
    readArgument('weight', 'name', name, text);
    const found = this.#made.find((weight) => weight.name === name);
    if (found !== undefined) return found;
    const names = this.#made.map((weight) => weight.name);
    const { name: layer, className, built } = this.#owner;
    throw new ManabiError(
      'argument',
      `Layer '${layer}' (${className}) has no weight '${name}'${built ? '' : ', since it is not built'}. ` +
        didYouMean(name, names),
      { op: className, data: { layer, name, names, built } },
    );
  }
}

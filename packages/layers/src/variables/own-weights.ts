import { type DType, ManabiError } from '@manabi/core';
import { readArgument, readOptions, text } from '@manabi/errors';
import { didYouMean } from '@manabi/errors/internal';
import { Variable } from './variable.ts';
import { weightKinds } from './weight-kinds.ts';
import type { WeightOptions } from './weight-options.ts';

/** The members of a layer that are needed to create its weights. */
interface Owner {
  readonly name: string;
  readonly className: string;
  readonly dtype: DType;
  readonly built: boolean;
}

/** The weights of a layer, without those of its sublayers. */
export class OwnWeights {
  readonly #owner: Owner;
  readonly #made: Variable[] = [];

  constructor(owner: Owner) {
    this.#owner = owner;
  }

  /** All weights; those that were created as trainable come first. */
  get all(): readonly Variable[] {
    const made = (trainable: boolean): Variable[] => this.#made.filter((w) => w.madeTrainable === trainable);
    return [...made(true), ...made(false)];
  }

  /**
   * Creates a weight.
   *
   * @param trainable whether the layer is trainable; the weights of a frozen layer are frozen
   * @throws ManabiError `argument` for invalid options, and for unknown names
   */
  add(options: WeightOptions, trainable: boolean): Variable {
    const { name, dtype: ownersDType } = this.#owner;
    const { dtype = ownersDType, ...given } = readOptions('addWeight', options, weightKinds);
    const weight = new Variable({ ...given, dtype, path: `${name}/${given.name}` });
    weight.trainable &&= trainable;
    this.#made.push(weight);
    return weight;
  }

  /** Creates a frozen weight in the place of another one, which the layer then no longer has. */
  replace(weight: Variable, options: WeightOptions): Variable {
    const added = this.add(options, false);
    this.#made[this.#made.indexOf(weight)] = added;
    this.#made.pop();
    return added;
  }

  /** Freezes or unfreezes the weights that were created as trainable. */
  setTrainable(trainable: boolean): void {
    for (const weight of this.#made) weight.trainable = weight.madeTrainable && trainable;
  }

  /**
   * Returns the weight with a given name.
   *
   * @throws ManabiError `argument` for an unknown name, with the nearest ones
   */
  named(name: string): Variable {
    readArgument('weight', 'name', name, text);
    const found = this.#made.find((weight) => weight.name === name);
    if (found !== undefined) return found;
    const names = this.#made.map((weight) => weight.name);
    const { name: layer, className, built } = this.#owner;
    throw new ManabiError(
      'argument',
      `Layer '${layer}' (${className}) has no weight '${name}'${built ? '' : ': it is not built'}. ` +
        (built ? didYouMean(name, names) : 'Call the layer, or build(), first.'),
      { op: className, data: { layer, name, names, built } },
    );
  }
}

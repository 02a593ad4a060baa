import { cond, less, random, type Shape, type Tensor, tree } from '@manabi/core';
import type { DataFormat } from '../../images/data-format.ts';
import { AutoContrast } from '../color/auto-contrast.ts';
import { Equalization } from '../color/equalization.ts';
import { RandomBrightness } from '../color/random-brightness.ts';
import { RandomColorDegeneration } from '../color/random-color-degeneration.ts';
import { RandomContrast } from '../color/random-contrast.ts';
import { RandomPosterization } from '../color/random-posterization.ts';
import { RandomSharpness } from '../color/random-sharpness.ts';
import { Solarization } from '../color/solarization.ts';
import type { Interval } from '../factors.ts';
import { RandomRotation } from '../geometry/random-rotation.ts';
import { RandomShear } from '../geometry/random-shear.ts';
import { RandomTranslation } from '../geometry/random-translation.ts';

/** The members of an augmentation that a set uses. */
interface Member {
  getRandomTransformation(shape: Shape, key: Tensor): unknown;
  transformImages(images: Tensor, transformation: unknown): Tensor;
}

/** Options that the augmentations of a set share. */
export interface SetOptions {
  readonly name: string;
  readonly factor: Interval;
  readonly valueRange: readonly number[];
  readonly interpolation: 'nearest' | 'bilinear';
  readonly dataFormat: DataFormat;
}

/** Transformations of the augmentations of a set, by their names. */
export type SetTransformations = Readonly<Record<string, unknown>>;

/** The augmentations from which `randAugment` and `augMix` choose. */
export class AugmentationSet {
  readonly #members: readonly (readonly [name: string, member: Member])[];

  constructor(names: readonly SetName[], options: SetOptions) {
    const { name: owner } = options;
    const common = { ...options, dtype: 'float32' } as const;
    this.#members = names.map((name) => [name, makers[name]({ ...common, name: `${owner}_${name}` })]);
  }

  /** Number of augmentations. */
  get size(): number {
    return this.#members.length;
  }

  /** Draws a transformation for each augmentation. */
  getRandomTransformations(shape: Shape, key: Tensor): SetTransformations {
    const keys = random.split(key, this.size);
    return Object.fromEntries(
      this.#members.map(([name, member], i) => [name, member.getRandomTransformation(shape, keys[i])]),
    );
  }

  /**
   * Applies one augmentation, and computes no other.
   *
   * @param which index of the augmentation, int32; `size` for none
   */
  transformImages(images: Tensor, which: Tensor, transformations: SetTransformations): Tensor {
    const choose = (x: Tensor, from: number, to: number): Tensor => {
      if (to - from === 1) {
        if (from === this.size) return x;
        const [name, member] = this.#members[from];
        return member.transformImages(x, transformations[name]);
      }
      const middle = Math.ceil((from + to) / 2);
      return cond(
        less(which, middle),
        (given: Tensor) => choose(given, from, middle),
        (given: Tensor) => choose(given, middle, to),
        x,
      );
    };
    return choose(images, 0, this.size + 1);
  }
}

/** Stacks trees of tensors of the same structure along a new first axis. */
export function stacked<T>(trees: readonly T[], stack: (tensors: readonly Tensor[]) => Tensor): T {
  const [first, ...others] = trees;
  return tree.map((leaf: Tensor, ...rest: Tensor[]) => stack([leaf, ...rest]), first, ...others);
}

const makers = {
  randomShear: ({ factor, valueRange: _, ...options }: SetOptions): Member =>
    new RandomShear({ ...options, xFactor: factor, yFactor: factor }),
  randomTranslation: ({ factor, valueRange: _, ...options }: SetOptions): Member =>
    new RandomTranslation({ ...options, heightFactor: factor, widthFactor: factor }),
  randomRotation: ({ valueRange: _, ...options }: SetOptions): Member => new RandomRotation(options),
  randomBrightness: ({ interpolation: _, ...options }: SetOptions): Member => new RandomBrightness(options),
  randomColorDegeneration: ({ interpolation: _, ...options }: SetOptions): Member =>
    new RandomColorDegeneration(options),
  randomContrast: ({ interpolation: _, ...options }: SetOptions): Member => new RandomContrast(options),
  randomSharpness: ({ interpolation: _, ...options }: SetOptions): Member => new RandomSharpness(options),
  randomPosterization: ({ interpolation: _, factor, ...options }: SetOptions): Member =>
    new RandomPosterization({ ...options, factor: Math.max(1, Math.trunc(8 * factor[1])) }),
  solarization: ({ interpolation: _, factor, ...options }: SetOptions): Member =>
    new Solarization({ ...options, additionFactor: factor, thresholdFactor: factor }),
  autoContrast: ({ interpolation: _, factor: _factor, ...options }: SetOptions): Member => new AutoContrast(options),
  equalization: ({ interpolation: _, factor: _factor, ...options }: SetOptions): Member => new Equalization(options),
};

/** Name of an augmentation of a set. */
export type SetName = keyof typeof makers;

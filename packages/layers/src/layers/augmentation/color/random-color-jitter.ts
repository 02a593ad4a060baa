import { random, type Shape, type Tensor } from '@manabi/core';
import { nullable, number, type OptionValues, optional } from '@manabi/errors';
import { type OwnKindsOf, readLayerOptions } from '../../../layer/layer-kinds.ts';
import { type Factor, factorKind, valueRangeOption } from '../factors.ts';
import { augmentationKinds, ImageAugmentation } from '../image-augmentation.ts';
import { unchanged } from '../mixing/unchanged.ts';
import { type Brightness, RandomBrightness, type ValueRangeOptions } from './random-brightness.ts';
import { type Contrast, RandomContrast } from './random-contrast.ts';
import { type Hue, RandomHue } from './random-hue.ts';
import { RandomSaturation, type Saturation } from './random-saturation.ts';

/** Options of `randomColorJitter`. Without a factor, or with null, a property does not change. */
export interface RandomColorJitterOptions extends ValueRangeOptions {
  /** Factor of `randomBrightness` (default: null). */
  readonly brightnessFactor?: Factor | null;
  /** Factor of `randomContrast` (default: null). */
  readonly contrastFactor?: Factor | null;
  /** Factor of `randomSaturation` (default: null). */
  readonly saturationFactor?: Factor | null;
  /** Factor of `randomHue` (default: null). */
  readonly hueFactor?: Factor | null;
}

const stored = optional(nullable(unchanged(factorKind(number(), (factor) => [factor, factor]))), null);

const kinds = {
  ...augmentationKinds,
  valueRange: valueRangeOption,
  brightnessFactor: stored,
  contrastFactor: stored,
  saturationFactor: stored,
  hueFactor: stored,
} satisfies OwnKindsOf<RandomColorJitterOptions>;

/** Transformations of the layers of a color jitter, in the order in which they are applied; null for unchanged properties. */
export interface ColorJitter {
  readonly brightness: Brightness | null;
  readonly contrast: Contrast | null;
  readonly saturation: Saturation | null;
  readonly hue: Hue | null;
}

/** Layer created by `randomColorJitter`. */
export class RandomColorJitter extends ImageAugmentation<OptionValues<typeof kinds>, ColorJitter> {
  static override readonly className: string = 'RandomColorJitter';
  readonly #brightness: RandomBrightness | null;
  readonly #contrast: RandomContrast | null;
  readonly #saturation: RandomSaturation | null;
  readonly #hue: RandomHue | null;

  constructor(options: RandomColorJitterOptions = {}) {
    super(options, readLayerOptions(new.target, options, kinds));
    const { valueRange, dataFormat, brightnessFactor, contrastFactor, saturationFactor, hueFactor } = this.config;
    const common = { valueRange, dataFormat, dtype: 'float32' } as const;
    const named = (name: string, factor: Factor) => ({ ...common, name: `${this.name}_${name}`, factor });
    this.#brightness = brightnessFactor === null ? null : new RandomBrightness(named('brightness', brightnessFactor));
    this.#contrast = contrastFactor === null ? null : new RandomContrast(named('contrast', contrastFactor));
    this.#saturation = saturationFactor === null ? null : new RandomSaturation(named('saturation', saturationFactor));
    this.#hue = hueFactor === null ? null : new RandomHue(named('hue', hueFactor));
  }

  override getRandomTransformation(shape: Shape, key: Tensor): ColorJitter {
    const [forBrightness, forContrast, forSaturation, forHue] = random.split(key, 4);
    return {
      brightness: this.#brightness?.getRandomTransformation(shape, forBrightness) ?? null,
      contrast: this.#contrast?.getRandomTransformation(shape, forContrast) ?? null,
      saturation: this.#saturation?.getRandomTransformation(shape, forSaturation) ?? null,
      hue: this.#hue?.getRandomTransformation(shape, forHue) ?? null,
    };
  }

  protected override transformBatch(images: Tensor, { brightness, contrast, saturation, hue }: ColorJitter): Tensor {
    const apply = <T>(x: Tensor, part: Part<T> | null, transformation: T | null): Tensor =>
      part === null || transformation === null ? x : part.transformImages(x, transformation);
    const bright = apply(images, this.#brightness, brightness);
    const contrasted = apply(bright, this.#contrast, contrast);
    return apply(apply(contrasted, this.#saturation, saturation), this.#hue, hue);
  }
}

interface Part<T> {
  transformImages(images: Tensor, transformation: T): Tensor;
}

/**
 * Creates a layer that changes brightness, contrast, saturation and hue of each image at random in training, in this
 * order.
 *
 * @throws ManabiError `argument` for invalid options; `apply` throws `shape` unless images have 3 or 4 axes
 * @example
 * ```ts
 * import { layers, ones } from 'manabi';
 *
 * const layer = layers.randomColorJitter({ brightnessFactor: 0.2, contrastFactor: 0.2, hueFactor: 0.05 });
 * console.log(layer.apply(ones([2, 8, 8, 3]), { training: true }).shape); // [2, 8, 8, 3]
 * ```
 */
export function randomColorJitter(options: RandomColorJitterOptions = {}): RandomColorJitter {
  return new RandomColorJitter(options);
}

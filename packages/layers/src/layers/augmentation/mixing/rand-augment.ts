import { random, type Shape, scan, type Tensor } from '@manabi/core';
import { count, type OptionValues, optional } from '@manabi/errors';
import { type OwnKindsOf, readLayerOptions } from '../../../layer/layer-kinds.ts';
import type { ValueRangeOptions } from '../color/random-brightness.ts';
import { type Factor, fractionFactor, interpolationOption, valueRangeOption } from '../factors.ts';
import { augmentationKinds, ImageAugmentation } from '../image-augmentation.ts';
import { AugmentationSet, type SetName, type SetTransformations } from './augmentation-set.ts';

/** Options of `randAugment`. */
export interface RandAugmentOptions extends ValueRangeOptions {
  /** Number of augmentations that are applied one after the other (default: 2). */
  readonly numOps?: number;
  /** Strength of the augmentations, or its bounds, in [0, 1] (default: 0.5, the bounds [0, 0.5]). */
  readonly factor?: Factor;
  /** Interpolation between pixels of geometric augmentations (default: `'bilinear'`). */
  readonly interpolation?: 'nearest' | 'bilinear';
}

const kinds = {
  ...augmentationKinds,
  valueRange: valueRangeOption,
  numOps: optional(count, 2),
  factor: optional(fractionFactor, 0.5),
  interpolation: interpolationOption,
} satisfies OwnKindsOf<RandAugmentOptions>;

const NAMES: readonly SetName[] = [
  'randomShear',
  'randomTranslation',
  'randomRotation',
  'randomBrightness',
  'randomColorDegeneration',
  'randomContrast',
  'randomSharpness',
  'randomPosterization',
  'solarization',
  'autoContrast',
  'equalization',
];

/** Augmentations that are applied one after the other. */
export interface RandAugmentation {
  /** Indices of the augmentations, the same for all images: int32 [numOps]. */
  readonly layerIndices: Tensor;
  /** Transformations of all augmentations, by their names. */
  readonly transforms: SetTransformations;
}

/** Layer created by `randAugment`. */
export class RandAugment extends ImageAugmentation<OptionValues<typeof kinds>, RandAugmentation> {
  static override readonly className: string = 'RandAugment';
  readonly #set: AugmentationSet;

  constructor(options: RandAugmentOptions = {}) {
    super(options, readLayerOptions(new.target, options, kinds));
    const { factor, valueRange, interpolation, dataFormat } = this.config;
    this.#set = new AugmentationSet(NAMES, { name: this.name, factor, valueRange, interpolation, dataFormat });
  }

  override getRandomTransformation(shape: Shape, key: Tensor): RandAugmentation {
    const [forChoice, forTransforms] = random.split(key);
    return {
      layerIndices: random.randint(forChoice, [this.config.numOps], 0, this.#set.size),
      transforms: this.#set.getRandomTransformations(shape, forTransforms),
    };
  }

  protected override transformBatch(images: Tensor, { layerIndices, transforms }: RandAugmentation): Tensor {
    const step = (x: Tensor, which: Tensor): readonly [Tensor, Tensor] => [
      this.#set.transformImages(x, which, transforms),
      which,
    ];
    return scan(step, images, layerIndices)[0];
  }
}

/**
 * Creates a layer that applies several random augmentations in training: shear, translation, rotation, brightness,
 * color degeneration, contrast, sharpness, posterization, solarization, automatic contrast or equalization. All images of
 * a batch get the same augmentations, with different strengths. Source: E. Cubuk et al., "RandAugment: practical
 * automated data augmentation with a reduced search space", 2019.
 *
 * @throws ManabiError `argument` for invalid options; `apply` throws `shape` unless images have 3 or 4 axes and 1 or 3
 * channels
 * @example
 * ```ts
 * import { layers, ones } from 'manabi';
 *
 * const layer = layers.randAugment({ numOps: 2, factor: 0.3 });
 * console.log(layer.apply(ones([2, 8, 8, 3]), { training: true }).shape); // [2, 8, 8, 3]
 * ```
 */
export function randAugment(options: RandAugmentOptions = {}): RandAugment {
  return new RandAugment(options);
}

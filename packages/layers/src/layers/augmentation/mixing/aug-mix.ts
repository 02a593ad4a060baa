import {
  add,
  clip,
  index,
  mul,
  random,
  reshape,
  type Shape,
  scan,
  stack,
  sub,
  type Tensor,
  tensor,
  where,
  zerosLike,
} from '@manabi/core';
import { boolean, integer, type OptionValues, optional, positive } from '@manabi/errors';
import { type OwnKindsOf, readLayerOptions } from '../../../layer/layer-kinds.ts';
import type { ValueRangeOptions } from '../color/random-brightness.ts';
import { type Factor, fractionFactor, interpolationOption, valueRangeOption } from '../factors.ts';
import { augmentationKinds, ImageAugmentation } from '../image-augmentation.ts';
import { AugmentationSet, type SetName, type SetTransformations, stacked } from './augmentation-set.ts';
import { drawnBeta, drawnDirichlet } from './beta.ts';

/** Options of `augMix`. */
export interface AugMixOptions extends ValueRangeOptions {
  /** Number of chains of augmentations whose results are mixed (default: 3). */
  readonly numChains?: number;
  /** Largest number of augmentations in a chain (default: 3). */
  readonly chainDepth?: number;
  /** Strength of the augmentations, or its bounds, in [0, 1] (default: 0.3, the bounds [0, 0.3]). */
  readonly factor?: Factor;
  /** Parameter of the distributions of the shares of chains and of the original images (default: 1). */
  readonly alpha?: number;
  /** Whether chains also change brightness, colors, contrast and sharpness (default: true). */
  readonly allOps?: boolean;
  /** Interpolation between pixels of geometric augmentations (default: `'bilinear'`). */
  readonly interpolation?: 'nearest' | 'bilinear';
}

const chainLength = integer({ min: 1, max: 100 });

const kinds = {
  ...augmentationKinds,
  valueRange: valueRangeOption,
  numChains: optional(chainLength, 3),
  chainDepth: optional(chainLength, 3),
  factor: optional(fractionFactor, 0.3),
  alpha: optional(positive, 1),
  allOps: optional(boolean, true),
  interpolation: interpolationOption,
} satisfies OwnKindsOf<AugMixOptions>;

const SOME: readonly SetName[] = [
  'randomShear',
  'randomTranslation',
  'randomRotation',
  'randomPosterization',
  'solarization',
  'autoContrast',
  'equalization',
];

const ALL: readonly SetName[] = [
  ...SOME,
  'randomBrightness',
  'randomColorDegeneration',
  'randomContrast',
  'randomSharpness',
];

/** Chains of augmentations, the same for all images, and their shares. */
export interface Chains {
  /** Share of each chain: [numChains]. */
  readonly chainMixingWeights: Tensor;
  /** Share of the original images: a scalar. */
  readonly weightSample: Tensor;
  /** Index of each augmentation, with the number of augmentations for none: int32 [numChains, chainDepth]. */
  readonly layerIndices: Tensor;
  /** Transformations of all augmentations by their names, with the first axis [numChains · chainDepth]. */
  readonly transforms: SetTransformations;
}

/** Layer created by `augMix`. */
export class AugMix extends ImageAugmentation<OptionValues<typeof kinds>, Chains> {
  static override readonly className: string = 'AugMix';
  readonly #set: AugmentationSet;

  constructor(options: AugMixOptions = {}) {
    super(options, readLayerOptions(new.target, options, kinds));
    const { allOps, factor, valueRange, interpolation, dataFormat } = this.config;
    const common = { name: this.name, factor, valueRange, interpolation, dataFormat } as const;
    this.#set = new AugmentationSet(allOps ? ALL : SOME, common);
  }

  override getRandomTransformation(shape: Shape, key: Tensor): Chains {
    const { numChains, chainDepth, alpha } = this.config;
    const [forChains, forImages, forChoice, forTransforms] = random.split(key, 4);
    const steps = random.split(forTransforms, numChains * chainDepth);
    return {
      chainMixingWeights: drawnDirichlet(forChains, numChains, alpha),
      weightSample: drawnBeta(forImages, [], alpha),
      layerIndices: random.randint(forChoice, [numChains, chainDepth], 0, this.#set.size + 1),
      transforms: stacked(
        steps.map((each) => this.#set.getRandomTransformations(shape, each)),
        (tensors) => stack(tensors),
      ),
    };
  }

  protected override transformBatch(images: Tensor, transformation: Chains): Tensor {
    const { chainMixingWeights, weightSample, layerIndices, transforms } = transformation;
    const [chains, depth] = layerIndices.shape;
    const steps = {
      which: reshape(layerIndices, [chains * depth]),
      chain: tensor(
        Array.from({ length: chains * depth }, (_, i) => Math.floor(i / depth)),
        { dtype: 'int32' },
      ),
      isLast: tensor(Array.from({ length: chains * depth }, (_, i) => i % depth === depth - 1)),
      transforms,
    };
    const start = { current: images, mixed: zerosLike(images) };
    const [{ mixed }] = scan(
      ({ current, mixed: before }, { which, chain, isLast, transforms: drawn }) => {
        const next = this.#set.transformImages(current, which, drawn);
        const share = where(isLast, index(chainMixingWeights, chain), 0);
        return [{ current: where(isLast, images, next), mixed: add(before, mul(next, share)) }, which];
      },
      start,
      steps,
    );
    const [low, high] = this.config.valueRange;
    return clip(add(mul(weightSample, images), mul(sub(1, weightSample), mixed)), low, high);
  }
}

/**
 * Creates a layer that mixes images with the results of several random chains of augmentations in training. All images of
 * a batch get the same chains, with different strengths. Source: D. Hendrycks et al., "AugMix: a simple data processing
 * method to improve robustness and uncertainty", 2019.
 *
 * @throws ManabiError `argument` for invalid options; `apply` throws `shape` unless images have 3 or 4 axes and 1 or 3
 * channels
 * @example
 * ```ts
 * import { layers, ones } from 'manabi';
 *
 * const layer = layers.augMix({ valueRange: [0, 1], numChains: 2, chainDepth: 2 });
 * console.log(layer.apply(ones([2, 8, 8, 3]), { training: true }).shape); // [2, 8, 8, 3]
 * ```
 */
export function augMix(options: AugMixOptions = {}): AugMix {
  return new AugMix(options);
}

import { add, ManabiError, mul, random, type Shape, sub, type Tensor, take } from '@manabi/core';
import { type OptionValues, optional, positive } from '@manabi/errors';
import { type OwnKindsOf, readLayerOptions } from '../../../layer/layer-kinds.ts';
import { perImage } from '../factors.ts';
import { augmentationKinds, ImageAugmentation, type RandomAugmentationOptions } from '../image-augmentation.ts';
import { drawnBeta } from './beta.ts';
import { mixedLabels } from './mixed-labels.ts';

/** Options of `mixUp`. */
export interface MixUpOptions extends RandomAugmentationOptions {
  /** Both parameters of the beta distribution of the shares: small numbers mix little (default: 0.2). */
  readonly alpha?: number;
}

const kinds = { ...augmentationKinds, alpha: optional(positive, 0.2) } satisfies OwnKindsOf<MixUpOptions>;

/** Which images are mixed, and in which shares. */
export interface Mixing {
  /** Share of each image: [batch]. */
  readonly mixWeight: Tensor;
  /** Index of the image that is mixed into each image: int32 [batch]. */
  readonly permutationOrder: Tensor;
}

function isFloat({ dtype }: Tensor): boolean {
  return dtype.startsWith('float');
}

/** Layer created by `mixUp`. */
export class MixUp extends ImageAugmentation<OptionValues<typeof kinds>, Mixing> {
  static override readonly className: string = 'MixUp';

  constructor(options: MixUpOptions = {}) {
    super(options, readLayerOptions(new.target, options, kinds));
  }

  override getRandomTransformation([count]: Shape, key: Tensor): Mixing {
    const [forOrder, forWeights] = random.split(key);
    return {
      permutationOrder: random.permutation(forOrder, count),
      mixWeight: drawnBeta(forWeights, [count], this.config.alpha),
    };
  }

  protected override transformBatch(images: Tensor, { mixWeight, permutationOrder }: Mixing): Tensor {
    const own = perImage(mixWeight);
    return add(mul(own, images), mul(sub(1, own), take(images, permutationOrder, 0)));
  }

  protected override transformMasks(masks: Tensor, mixing: Mixing): Tensor {
    if (isFloat(masks)) return this.transformBatch(masks, mixing);
    throw new ManabiError(
      'dtype',
      `Segmentation masks must be floats, with a channel per class; got ${masks.dtype}. Class indices cannot be mixed.`,
      { op: this.className, data: { dtype: masks.dtype } },
    );
  }

  override transformLabels(labels: Tensor, { mixWeight, permutationOrder }: Mixing): Tensor {
    return mixedLabels(this.className, labels, mixWeight, permutationOrder);
  }
}

/**
 * Creates a layer that mixes each image of a batch with another one in training, and their labels in the same shares:
 * call it with a list of images and one-hot labels, or its method `augment`. Source: H. Zhang et al., "mixup: beyond
 * empirical risk minimization", 2017.
 *
 * @throws ManabiError `argument` for invalid options; `apply` throws `shape` unless images have 3 or 4 axes and labels at
 * least 2
 * @example
 * ```ts
 * import { eye, layers, ones, sum } from 'manabi';
 *
 * const layer = layers.mixUp({ alpha: 0.4 });
 * const [images, labels] = layer.applyAll([ones([4, 8, 8, 3]), eye(4)], { training: true });
 * console.log(await sum(labels, 1).array()); // [1, 1, 1, 1]
 * ```
 */
export function mixUp(options: MixUpOptions = {}): MixUp {
  return new MixUp(options);
}

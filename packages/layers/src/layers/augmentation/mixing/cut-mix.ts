import { add, div, mul, random, type Shape, sqrt, sub, type Tensor, take, where } from '@manabi/core';
import { type OptionValues, optional } from '@manabi/errors';
import { type OwnKindsOf, readLayerOptions } from '../../../layer/layer-kinds.ts';
import { drawn, type Factor, fractionFactor } from '../factors.ts';
import { augmentationKinds, ImageAugmentation, type RandomAugmentationOptions } from '../image-augmentation.ts';
import { drawnBeta } from './beta.ts';
import { mixedLabels } from './mixed-labels.ts';
import { boxMasks, drawnBoxes } from './random-boxes.ts';

/** Options of `cutMix`. */
export interface CutMixOptions extends RandomAugmentationOptions {
  /**
   * Largest value, or its bounds, of both parameters of the beta distribution of the shares, in [0, 1] (default: 1, the
   * bounds [0, 1]).
   */
  readonly factor?: Factor;
}

const kinds = { ...augmentationKinds, factor: optional(fractionFactor, 1) } satisfies OwnKindsOf<CutMixOptions>;

/** Which parts of images are replaced by parts of others. */
export interface CutMixing {
  /** Index of the image from which each image receives a box: int32 [batch]. */
  readonly permutationOrder: Tensor;
  /** Pixels within the boxes: bool, broadcasts to the images. */
  readonly batchMasks: Tensor;
  /** Share of each image outside of its box: [batch]. */
  readonly mixWeight: Tensor;
}

/** Layer created by `cutMix`. */
export class CutMix extends ImageAugmentation<OptionValues<typeof kinds>, CutMixing> {
  static override readonly className: string = 'CutMix';

  constructor(options: CutMixOptions = {}) {
    super(options, readLayerOptions(new.target, options, kinds));
  }

  override getRandomTransformation(shape: Shape, key: Tensor): CutMixing {
    const [forAlpha, forWeights, forBoxes, forOrder] = random.split(key, 4);
    const [count] = shape;
    const alpha = add(drawn(forAlpha, [], this.config.factor), 1e-6);
    const side = sqrt(sub(1, drawnBeta(forWeights, [count], alpha)));
    const axes = this.axesOf(shape);
    const boxes = drawnBoxes(forBoxes, side, side, shape, axes);
    const area = mul(sub(boxes.right, boxes.left), sub(boxes.bottom, boxes.top));
    return {
      permutationOrder: random.permutation(forOrder, count),
      batchMasks: boxMasks(boxes, shape, axes),
      mixWeight: sub(1, div(area, shape[axes.rows] * shape[axes.columns])),
    };
  }

  protected override transformBatch(images: Tensor, { permutationOrder, batchMasks }: CutMixing): Tensor {
    return where(batchMasks, take(images, permutationOrder, 0), images);
  }

  protected override transformMasks(masks: Tensor, transformation: CutMixing): Tensor {
    return this.transformBatch(masks, transformation);
  }

  override transformLabels(labels: Tensor, { permutationOrder, mixWeight }: CutMixing): Tensor {
    return mixedLabels(this.className, labels, mixWeight, permutationOrder);
  }
}

/**
 * Creates a layer that replaces a random box of each image of a batch by that of another one in training, and mixes their
 * labels in the shares of the areas: call it with a list of images and one-hot labels, or its method `augment`. Source: S.
 * Yun et al., "CutMix: regularization strategy to train strong classifiers with localizable features", 2019.
 *
 * @throws ManabiError `argument` for invalid options; `apply` throws `shape` unless images have 3 or 4 axes and labels at
 * least 2
 * @example
 * ```ts
 * import { eye, layers, ones } from 'manabi';
 *
 * const layer = layers.cutMix();
 * const [images, labels] = layer.applyAll([ones([4, 8, 8, 3]), eye(4)], { training: true });
 * console.log(images.shape); // [4, 8, 8, 3]
 * ```
 */
export function cutMix(options: CutMixOptions = {}): CutMix {
  return new CutMix(options);
}

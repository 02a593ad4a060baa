import { add, clip, div, equal, max, min, mul, sub, type Tensor, where } from '@manabi/core';
import type { OptionValues } from '@manabi/errors';
import { type OwnKindsOf, readLayerOptions } from '../../../layer/layer-kinds.ts';
import { dataFormatKind } from '../../images/data-format.ts';
import { valueRangeOption } from '../factors.ts';
import { type AugmentationOptions, FixedAugmentation } from '../image-augmentation.ts';
import { BYTES, inRange } from './value-range.ts';

/** Options of `autoContrast`. */
export interface AutoContrastOptions extends AugmentationOptions {
  /** Lowest and highest value of pixels (default: `[0, 255]`). */
  readonly valueRange?: readonly number[];
}

const kinds = { dataFormat: dataFormatKind, valueRange: valueRangeOption } satisfies OwnKindsOf<AutoContrastOptions>;

/** Layer created by `autoContrast`. */
export class AutoContrast extends FixedAugmentation<OptionValues<typeof kinds>> {
  static override readonly className: string = 'AutoContrast';

  constructor(options: AutoContrastOptions = {}) {
    super(options, readLayerOptions(new.target, options, kinds));
  }

  protected override atInference(images: Tensor): Tensor {
    return this.transformImages(images, {});
  }

  protected override transformBatch(images: Tensor): Tensor {
    const { valueRange } = this.config;
    const { rows, columns } = this.axesOf(images.shape);
    const bytes = inRange(images, valueRange, BYTES);
    const low = min(bytes, [rows, columns], { keepdims: true });
    const high = max(bytes, [rows, columns], { keepdims: true });
    const isConstant = equal(low, high);
    const scale = div(255, where(isConstant, 1, sub(high, low)));
    const stretched = clip(add(mul(bytes, scale), mul(mul(low, -1), scale)), 0, 255);
    return where(isConstant, images, inRange(stretched, BYTES, valueRange));
  }
}

/**
 * Creates a layer that stretches the values of each channel of each image to the whole range, in training and at
 * inference. Channels with a single value are unchanged.
 *
 * @throws ManabiError `argument` for invalid options; `apply` throws `shape` unless images have 3 or 4 axes
 * @example
 * ```ts
 * import { layers, tensor } from 'manabi';
 *
 * const result = layers.autoContrast({ valueRange: [0, 1] }).apply(tensor([[[0.25], [0.375], [0.5]]]));
 * console.log(await result.array()); // [[[0], [0.5], [1]]]
 * ```
 */
export function autoContrast(options: AutoContrastOptions = {}): AutoContrast {
  return new AutoContrast(options);
}

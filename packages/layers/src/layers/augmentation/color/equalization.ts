import {
  add,
  astype,
  clip,
  cumsum,
  div,
  greater,
  index,
  max,
  maximum,
  min,
  moveaxis,
  mul,
  notEqual,
  ones,
  reshape,
  round,
  scatterElements,
  stack,
  sub,
  sum,
  type Tensor,
  take,
  where,
  zeros,
} from '@manabi/core';
import { integer, type OptionValues, optional } from '@manabi/errors';
import { type OwnKindsOf, readLayerOptions } from '../../../layer/layer-kinds.ts';
import { dataFormatKind } from '../../images/data-format.ts';
import { valueRangeOption } from '../factors.ts';
import { type AugmentationOptions, FixedAugmentation } from '../image-augmentation.ts';

/** Options of `equalization`. */
export interface EqualizationOptions extends AugmentationOptions {
  /** Lowest and highest value of pixels (default: `[0, 255]`). */
  readonly valueRange?: readonly number[];
  /** Number of intervals of the histogram (default: 256). */
  readonly bins?: number;
}

const kinds = {
  dataFormat: dataFormatKind,
  valueRange: valueRangeOption,
  bins: optional(integer({ min: 1, max: 2 ** 20 }), 256),
} satisfies OwnKindsOf<EqualizationOptions>;

/** Layer created by `equalization`. */
export class Equalization extends FixedAugmentation<OptionValues<typeof kinds>> {
  static override readonly className: string = 'Equalization';

  constructor(options: EqualizationOptions = {}) {
    super(options, readLayerOptions(new.target, options, kinds));
  }

  protected override transformBatch(images: Tensor): Tensor {
    const channels = moveaxis(images, this.channelAxis, 0);
    const equalized = Array.from({ length: channels.shape[0] }, (_, i) => this.#equalized(index(channels, i)));
    return stack(equalized, this.channelAxis);
  }

  #equalized(given: Tensor): Tensor {
    const [low, high] = this.config.valueRange;
    const { bins } = this.config;
    const scale = 255 / (high - low);
    const channel = low === 0 && high === 255 ? given : add(mul(given, scale), -low * scale);
    const histogram = histogramOf(channel, bins);
    const hasSeveral = greater(sum(astype(notEqual(histogram, 0), 'int32')), 1);
    const result = where(hasSeveral, equalizedBytes(channel, histogram, bins), channel);
    return low === 0 && high === 255 ? result : add(mul(result, (high - low) / 255), low);
  }
}

/** Counts the values of bytes in intervals of equal width. */
function histogramOf(bytes: Tensor, bins: number): Tensor {
  const positions = clip(astype(div(mul(bytes, bins - 1), 255), 'int32'), 0, bins - 1);
  const counts = zeros([bins], { dtype: 'int32' });
  return scatterElements(counts, reshape(positions, [-1]), ones([bytes.size], { dtype: 'int32' }), { mode: 'add' });
}

/** Replaces each byte by its share of the values that are above the smallest one, times 255. */
function equalizedBytes(bytes: Tensor, histogram: Tensor, bins: number): Tensor {
  const cumulative = astype(cumsum(histogram), 'float32');
  const total = max(cumulative);
  const least = min(where(greater(cumulative, 0), cumulative, total));
  const share = div(mul(sub(cumulative, least), 255), maximum(sub(total, least), 1));
  const table = astype(clip(round(share), 0, 255), bytes.dtype);
  return take(table, astype(clip(mul(div(bytes, 255), bins - 1), 0, bins - 1), 'int32'), 0);
}

/**
 * Creates a layer that equalizes the histogram of each channel in training. As in Keras, the images of a batch share one
 * histogram per channel.
 *
 * @throws ManabiError `argument` for invalid options; `apply` throws `shape` unless images have 3 or 4 axes
 * @example
 * ```ts
 * import { layers, tensor } from 'manabi';
 *
 * const image = tensor([[[10], [11], [12]]]);
 * console.log(await layers.equalization().apply(image, { training: true }).array()); // [[[0], [128], [255]]]
 * ```
 */
export function equalization(options: EqualizationOptions = {}): Equalization {
  return new Equalization(options);
}

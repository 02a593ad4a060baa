import { dynamicSlice, random, resize, type Shape, type Tensor, tensor } from '@manabi/core';
import type { OptionValues } from '@manabi/errors';
import { type OwnKindsOf, readLayerOptions } from '../../../layer/layer-kinds.ts';
import { imageLength } from '../../../structure/option-kinds.ts';
import { middleOfRatio } from '../../images/image-axes.ts';
import { augmentationKinds, ImageAugmentation, type RandomAugmentationOptions } from '../image-augmentation.ts';

/** Options of `randomCrop`. */
export interface RandomCropOptions extends RandomAugmentationOptions {
  /** Number of rows of the result. */
  readonly height: number;
  /** Number of columns of the result. */
  readonly width: number;
}

const kinds = { ...augmentationKinds, height: imageLength, width: imageLength } satisfies OwnKindsOf<RandomCropOptions>;

/** First row and first column of the crop, as scalars int32. */
export interface Crop {
  readonly row: Tensor;
  readonly column: Tensor;
}

/** Layer created by `randomCrop`. */
export class RandomCrop extends ImageAugmentation<OptionValues<typeof kinds>, Crop> {
  static override readonly className: string = 'RandomCrop';

  constructor(options: RandomCropOptions) {
    super(options, readLayerOptions(new.target, options, kinds));
  }

  override getRandomTransformation(shape: Shape, key: Tensor): Crop {
    const { height, width } = this.config;
    const fixed = this.#fixedStarts(shape);
    if (fixed !== null) {
      const [row, column] = fixed.map((start) => tensor(start, { dtype: 'int32' }));
      return { row, column };
    }
    const { rows, columns } = this.axesOf(shape);
    const [forRow, forColumn] = random.split(key);
    return {
      row: random.randint(forRow, [], 0, shape[rows] - height + 1),
      column: random.randint(forColumn, [], 0, shape[columns] - width + 1),
    };
  }

  /** Returns the first row and column for images that are too small for a random crop; null for others. */
  #fixedStarts(shape: Shape): readonly [number, number] | null {
    const { height, width } = this.config;
    const { rows, columns } = this.axesOf(shape);
    const [fullHeight, fullWidth] = [shape[rows], shape[columns]];
    if (fullHeight > height && fullWidth > width) return null;
    const start = (full: number, other: number, own: number, across: number): number =>
      Math.floor((full - Math.max(1, Math.min(full, Math.floor((other * own) / across)))) / 2);
    return [start(fullHeight, fullWidth, height, width), start(fullWidth, fullHeight, width, height)];
  }

  protected override transformBatch(images: Tensor, crop: Crop): Tensor {
    return this.#cropped(images, crop, 'bilinear');
  }

  protected override transformMasks(masks: Tensor, crop: Crop): Tensor {
    return this.#cropped(masks, crop, 'nearest');
  }

  protected override atInference(images: Tensor): Tensor {
    const x = super.atInference(images);
    const { height, width } = this.config;
    return this.#resized(middleOfRatio(x, height, width, this.axesOf(x.shape)), 'bilinear');
  }

  #cropped(images: Tensor, { row, column }: Crop, interpolation: 'nearest' | 'bilinear'): Tensor {
    const { height, width } = this.config;
    const { rows, columns } = this.axesOf(images.shape);
    const [top, left] = this.#fixedStarts(images.shape) ?? [0, 0];
    const size = images.shape
      .with(rows, Math.min(height, images.shape[rows] - top))
      .with(columns, Math.min(width, images.shape[columns] - left));
    const starts = size.map((_, axis) => (axis === rows ? row : axis === columns ? column : 0));
    return this.#resized(dynamicSlice(images, starts, size), interpolation);
  }

  #resized(images: Tensor, interpolation: 'nearest' | 'bilinear'): Tensor {
    const { height, width } = this.config;
    const { rows, columns } = this.axesOf(images.shape);
    if (images.shape[rows] === height && images.shape[columns] === width) return images;
    return resize(images, { axes: [rows, columns], lengths: [height, width], interpolation });
  }
}

/**
 * Creates a layer that crops images to a given size. In training, all images of a batch are cropped at the same random
 * position. At inference, the largest region with the aspect ratio of the result is cropped from the center and resized;
 * Keras 3.15 returns images unchanged. In training, images that are not larger than the result in both directions are
 * cropped where this region begins, but, as in Keras, to the size of the result or up to their edges, and then resized.
 *
 * @throws ManabiError `argument` for invalid options; `apply` throws `shape` unless images have 3 or 4 axes
 * @example
 * ```ts
 * import { layers, ones } from 'manabi';
 *
 * const layer = layers.randomCrop({ height: 24, width: 24 });
 * console.log(layer.apply(ones([2, 32, 32, 3]), { training: true }).shape); // [2, 24, 24, 3]
 * console.log(layer.apply(ones([2, 32, 32, 3])).shape); // [2, 24, 24, 3]
 * ```
 */
export function randomCrop(options: RandomCropOptions): RandomCrop {
  return new RandomCrop(options);
}

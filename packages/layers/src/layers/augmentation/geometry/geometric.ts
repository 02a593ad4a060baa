import type { Tensor } from '@manabi/core';
import * as image from '@manabi/core/image';
import { number, optional } from '@manabi/errors';
import { type FillMode, fillModeOption, interpolationOption } from '../factors.ts';
import { augmentationKinds, ImageAugmentation, type RandomAugmentationOptions } from '../image-augmentation.ts';

/** Options of layers that move, turn or distort images. */
export interface GeometricOptions extends RandomAugmentationOptions {
  /**
   * Values beyond the edges of an image: the image mirrored with its edge pixels repeated (`'reflect'`), repeated
   * (`'wrap'`), its nearest pixel (`'nearest'`), or `fillValue` (`'constant'`). Default: `'reflect'`.
   */
  readonly fillMode?: FillMode;
  /** Value beyond the edges of an image for `fillMode: 'constant'` (default: 0). */
  readonly fillValue?: number;
  /** Interpolation between pixels (default: `'bilinear'`). */
  readonly interpolation?: 'nearest' | 'bilinear';
}

/** Validators of the options of layers that move, turn or distort images. */
export const geometricKinds = {
  ...augmentationKinds,
  fillMode: fillModeOption,
  fillValue: optional(number(), 0),
  interpolation: interpolationOption,
};

/** The part of the config of a geometric augmentation that this file reads. */
export interface GeometricConfig {
  readonly dataFormat: 'channelsLast' | 'channelsFirst';
  readonly seed: number | null;
  readonly fillMode: FillMode;
  readonly fillValue: number;
  readonly interpolation: 'nearest' | 'bilinear';
}

/** A layer that transforms images by affine transforms [batch, 6], as `image.affineTransform` takes them. */
export abstract class AffineAugmentation<Config extends GeometricConfig, Transformation> extends ImageAugmentation<
  Config,
  Transformation
> {
  /** Returns the affine transforms of a transformation for images of the given size. */
  protected abstract transformsFor(transformation: Transformation, height: number, width: number): Tensor;

  protected override transformBatch(images: Tensor, transformation: Transformation): Tensor {
    return this.#sampled(images, transformation, this.config.interpolation);
  }

  protected override transformMasks(masks: Tensor, transformation: Transformation): Tensor {
    return this.#sampled(masks, transformation, 'nearest');
  }

  #sampled(images: Tensor, transformation: Transformation, interpolation: 'nearest' | 'bilinear'): Tensor {
    const { fillMode, fillValue, dataFormat } = this.config;
    const { rows, columns } = this.axesOf(images.shape);
    const transforms = this.transformsFor(transformation, images.shape[rows], images.shape[columns]);
    return image.affineTransform(images, transforms, { interpolation, fillMode, fillValue, dataFormat });
  }
}

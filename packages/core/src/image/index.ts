/**
 * Functions for images: geometric transformations, colours and filters, with gradients. The package `manabi` exports them as
 * `image`.
 *
 * @packageDocumentation
 */
export { type AffineTransformOptions, affineTransform, type Transforms } from './affine-transform.ts';
export { hsvToRgb, rgbToGrayscale, rgbToHsv } from './color.ts';
export { type GaussianBlurOptions, gaussianBlur } from './gaussian-blur.ts';
export type { ImageFormat, ImageOptions } from './image-options.ts';
export { type MapCoordinatesOptions, mapCoordinates } from './map-coordinates.ts';
export { type PerspectiveTransformOptions, perspectiveTransform } from './perspective-transform.ts';
export { type RemapOptions, remap } from './remap.ts';
export type { FillMode, SamplingOptions } from './sampling.ts';

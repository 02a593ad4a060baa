/**
 * Images as host arrays: decoding, resizing, pixels of pages, and files.
 *
 * @packageDocumentation
 */
export { type HostArray, hostArray } from '@manabi/ir';
export type { Canvas } from './canvas.ts';
export { type DecodeImageOptions, decodeImage } from './decode-image.ts';
export {
  type EncodedFormat,
  type EncodeImageOptions,
  encodeImage,
  type SaveImageOptions,
  saveImage,
} from './encode-image.ts';
export { type FromPixelsOptions, fromPixels, type PixelSource, type RgbaImage } from './from-pixels.ts';
export { type Interpolation, interpolations } from './interpolation.ts';
export type { ImageChannels } from './pixels.ts';
export { type ImageSize, type ResizeImageOptions, resizeImage } from './resize-image.ts';
export { type ToPixelsOptions, toPixels, type ValueRangeOptions } from './to-pixels.ts';

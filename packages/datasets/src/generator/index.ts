/**
 * Keras's `ImageDataGenerator`: random transformations and normalization of images on the host.
 *
 * @packageDocumentation
 */
export type { AffineParameters, FillMode } from './affine.ts';
export type { FlowElement, FlowOptions } from './flow-arrays.ts';
export type { DirectoryFlow, DirectoryFlowOptions } from './flow-folder.ts';
export type { ImageDataGeneratorOptions } from './generator-options.ts';
export { type GeneratorFitOptions, ImageDataGenerator } from './image-data-generator.ts';
export type { ImageFlow } from './image-flow.ts';
export type { PilInterpolation } from './pil-resize.ts';
export type { ShiftRange, TransformParameters } from './random-transform.ts';

import type { ResizeOptions } from '@manabi/core';
import { type Kind, oneOf } from '@manabi/errors';

/** Interpolation between pixels when images are resized. */
export type Interpolation = NonNullable<ResizeOptions['interpolation']>;

/** Validator for the option `interpolation`. */
export const interpolationKind: Kind<Interpolation> = oneOf('nearest', 'bilinear', 'bicubic', 'lanczos3', 'lanczos5');

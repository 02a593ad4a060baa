import type { ResizeOptions } from '@manabi/core';
import { type Kind, oneOf } from '@manabi/errors';

/** How values between pixels are found. */
export type Interpolation = NonNullable<ResizeOptions['interpolation']>;

/** The option `interpolation` of layers. */
export const interpolationKind: Kind<Interpolation> = oneOf('nearest', 'bilinear', 'bicubic', 'lanczos3', 'lanczos5');

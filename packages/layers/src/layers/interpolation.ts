import type { ResizeOptions } from '@manabi/core';

/** How values between pixels are found. */
export type Interpolation = NonNullable<ResizeOptions['interpolation']>;

/** All of them, for options. */
export const interpolations: readonly Interpolation[] = ['nearest', 'bilinear', 'bicubic', 'lanczos3', 'lanczos5'];

/**
 * Functions for other packages of manabi. They are not part of the public API, and may change in any release.
 *
 * @packageDocumentation
 */
export { roundHalfToEven } from '@manabi/ir';
export { ZERO_POINT } from '@manabi/ir/quantized';
export { type AttendOptions, attend, attendHeads } from './functions/attend.ts';
export { type ConvIntegerOptions, convInteger, matMulInteger } from './functions/integer-products.ts';

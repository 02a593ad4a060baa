/**
 * Functions for other packages of manabi. They are not part of the public API, and may change in any release.
 *
 * @packageDocumentation
 */
export { type AttendOptions, attend, attendHeads } from './functions/attend.ts';
export { matMulInteger } from './functions/mat-mul-integer.ts';

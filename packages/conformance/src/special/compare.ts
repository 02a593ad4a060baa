import type { DType } from '@manabi/core';
import { epsilonOf } from '../precision.ts';

/** Allowed difference of two finite numbers: `ulps` units in the last place plus `absolute`. */
export interface Tolerance {
  readonly ulps: number;
  readonly absolute: number;
}

const SMALLEST: { readonly [D in DType]: number } = {
  float32: 2 ** -149,
  float64: 2 ** -1074,
  float16: 2 ** -24,
  int32: 0,
  uint32: 0,
  uint8: 0,
  bool: 0,
};

/** Whether two numbers agree: NaN, infinities and signed zeros exactly, other numbers within the tolerance. */
export function isAlike(actual: number, expected: number, dtype: DType, { ulps, absolute }: Tolerance): boolean {
  if (Object.is(actual, expected)) return true;
  if (actual === 0 && expected === 0) return false;
  if (!Number.isFinite(actual) || !Number.isFinite(expected)) return false;
  const unit = Math.max(epsilonOf(dtype) * Math.abs(expected), SMALLEST[dtype]);
  return Math.abs(actual - expected) <= ulps * unit + absolute;
}

/** Formats a number, with -0 distinguished from 0. */
export function shown(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value);
}

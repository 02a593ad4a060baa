import { add, div, mul, sub, type Tensor } from '@manabi/core';

/** Moves values from one range to another; unchanged if both are equal. */
export function inRange(values: Tensor, [low, high]: readonly number[], [newLow, newHigh]: readonly number[]): Tensor {
  if (low === newLow && high === newHigh) return values;
  const share = div(low === 0 ? values : sub(values, low), high - low);
  const scaled = mul(share, newHigh - newLow);
  return newLow === 0 ? scaled : add(scaled, newLow);
}

/** Range of values of images in bytes. */
export const BYTES: readonly number[] = [0, 255];

/** Range of values of images as fractions. */
export const UNIT: readonly number[] = [0, 1];

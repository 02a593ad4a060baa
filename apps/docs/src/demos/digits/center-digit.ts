import { type DigitPixels, SIDE } from './messages.ts';

/** Pixels per side of the box that MNIST's digits fill. */
const BOX = 20;

/**
 * Converts a drawing as MNIST's images were made: the digit is scaled to a box of 20 by 20 pixels, and its center of mass is moved to
 * the center of an image of 28 by 28.
 *
 * @param ink amount of ink of each pixel from 0 to 255, row by row
 * @param width pixels per row
 * @returns null for a drawing without ink
 */
export function centerDigit(ink: ArrayLike<number>, width: number): DigitPixels | null {
  const height = ink.length / width;
  let [mass, sumX, sumY] = [0, 0, 0];
  let [left, right, top, bottom] = [width, 0, height, 0];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const value = ink[y * width + x];
      if (value === 0) continue;
      mass += value;
      sumX += value * (x + 0.5);
      sumY += value * (y + 0.5);
      [left, right] = [Math.min(left, x), Math.max(right, x + 1)];
      [top, bottom] = [Math.min(top, y), Math.max(bottom, y + 1)];
    }
  }
  if (mass === 0) return null;
  // A pixel of the result is a square of the drawing.
  const size = Math.max(right - left, bottom - top) / BOX;
  const begin = (center: number, i: number) => center + (i - SIDE / 2) * size;
  return Uint8Array.from({ length: SIDE * SIDE }, (_, i) =>
    Math.round(meanInk(begin(sumX / mass, i % SIDE), begin(sumY / mass, Math.floor(i / SIDE)))),
  );

  /** Returns the mean ink in a square; pixels at its edges count in part. */
  function meanInk(x: number, y: number): number {
    let sum = 0;
    for (let row = Math.max(0, Math.floor(y)); row < Math.min(height, y + size); row++) {
      const tall = Math.min(row + 1, y + size) - Math.max(row, y);
      for (let column = Math.max(0, Math.floor(x)); column < Math.min(width, x + size); column++) {
        const wide = Math.min(column + 1, x + size) - Math.max(column, x);
        sum += ink[row * width + column] * wide * tall;
      }
    }
    return sum / size ** 2;
  }
}

import type { ElementArray } from '@manabi/ir';
import type { Interpolation } from './interpolation.ts';
import { nearestIndices, type Taps, tapsOf } from './taps.ts';

/** A rectangle of an image in row-major order, channels last. */
export interface Region {
  readonly data: ElementArray;
  /** Index of the first element of the rectangle. */
  readonly start: number;
  /** Elements between two rows. */
  readonly stride: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

/** A part of an image to write, in row-major order, channels last. */
export interface Target {
  readonly data: ElementArray;
  readonly start: number;
  readonly stride: number;
  readonly height: number;
  readonly width: number;
}

/** Resizes a rectangle of one image to the size of the target, and writes it there. */
export function resizeRegion(from: Region, to: Target, interpolation: Interpolation, antialias: boolean): void {
  if (interpolation === 'nearest') {
    resizeNearest(from, to);
    return;
  }
  const rows = tapsOf(interpolation, from.height, to.height, antialias);
  const columns = tapsOf(interpolation, from.width, to.width, antialias);
  if (rows.count === 2 && columns.count === 2 && interpolation === 'bilinear' && !antialias) {
    resizeLinear(from, to, rows, columns);
  } else {
    resizeSeparable(from, to, rows, columns);
  }
}

function resizeNearest(from: Region, to: Target): void {
  const rows = nearestIndices(from.height, to.height);
  const columns = nearestIndices(from.width, to.width);
  const { channels } = from;
  for (let row = 0; row < to.height; row++) {
    const begin = from.start + rows[row] * from.stride;
    let out = to.start + row * to.stride;
    for (let column = 0; column < to.width; column++) {
      const at = begin + columns[column] * channels;
      for (let channel = 0; channel < channels; channel++) to.data[out++] = from.data[at + channel];
    }
  }
}

/** Interpolates in the order of TensorFlow's kernel, along columns first, with its roundings to float32. */
function resizeLinear(from: Region, to: Target, rows: Taps, columns: Taps): void {
  const { fround } = Math;
  const { channels, data } = from;
  for (let row = 0; row < to.height; row++) {
    const above = from.start + rows.indices[2 * row] * from.stride;
    const below = from.start + rows.indices[2 * row + 1] * from.stride;
    const down = rows.weights[2 * row + 1];
    let out = to.start + row * to.stride;
    for (let column = 0; column < to.width; column++) {
      const left = columns.indices[2 * column] * channels;
      const right = columns.indices[2 * column + 1] * channels;
      const share = columns.weights[2 * column + 1];
      for (let channel = 0; channel < channels; channel++) {
        const aboveLeft = data[above + left + channel];
        const belowLeft = data[below + left + channel];
        const top = fround(aboveLeft + fround(fround(data[above + right + channel] - aboveLeft) * share));
        const bottom = fround(belowLeft + fround(fround(data[below + right + channel] - belowLeft) * share));
        to.data[out++] = fround(top + fround(fround(bottom - top) * down));
      }
    }
  }
}

/** Resizes along the rows of the input, then along its columns. */
function resizeSeparable(from: Region, to: Target, rows: Taps, columns: Taps): void {
  const { channels, data, height } = from;
  const rowLength = to.width * channels;
  const wide = new Float32Array(height * rowLength);
  for (let row = 0, out = 0; row < height; row++) {
    const begin = from.start + row * from.stride;
    for (let column = 0; column < to.width; column++) {
      for (let channel = 0; channel < channels; channel++) {
        let sum = 0;
        for (let k = column * columns.count; k < (column + 1) * columns.count; k++) {
          sum += columns.weights[k] * data[begin + columns.indices[k] * channels + channel];
        }
        wide[out++] = sum;
      }
    }
  }
  for (let row = 0; row < to.height; row++) {
    const out = to.start + row * to.stride;
    for (let i = 0; i < rowLength; i++) {
      let sum = 0;
      for (let k = row * rows.count; k < (row + 1) * rows.count; k++) {
        sum += rows.weights[k] * wide[rows.indices[k] * rowLength + i];
      }
      to.data[out + i] = sum;
    }
  }
}

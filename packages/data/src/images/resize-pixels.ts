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

/**
 * Interpolates along columns first, as TensorFlow's kernel. Neighbouring rows of the output share rows of the input, which are
 * therefore interpolated only once.
 */
function resizeLinear(from: Region, to: Target, rows: Taps, columns: Taps): void {
  const interpolate = from.channels === 3 ? interpolateColours : interpolateRow;
  const length = to.width * from.channels;
  let [above, below] = [new Float32Array(length), new Float32Array(length)];
  let [aboveRow, belowRow] = [-1, -1];
  for (let row = 0; row < to.height; row++) {
    const [first, second] = [rows.indices[2 * row], rows.indices[2 * row + 1]];
    if (first === belowRow) {
      [above, below] = [below, above];
      [aboveRow, belowRow] = [belowRow, aboveRow];
    }
    if (first !== aboveRow) interpolate(from, first, columns, above);
    if (second !== belowRow) interpolate(from, second, columns, below);
    [aboveRow, belowRow] = [first, second];
    mixRows(above, below, rows.weights[2 * row + 1], to.data, to.start + row * to.stride);
  }
}

function interpolateRow(
  { data, start, stride, channels }: Region,
  row: number,
  columns: Taps,
  out: Float32Array,
): void {
  const { indices, weights } = columns;
  const begin = start + row * stride;
  for (let column = 0, to = 0; to < out.length; column += 2) {
    const left = begin + indices[column] * channels;
    const right = begin + indices[column + 1] * channels;
    const share = weights[column + 1];
    for (let channel = 0; channel < channels; channel++) {
      out[to++] = mixed(data[left + channel], data[right + channel], share);
    }
  }
}

/** Does the same as `interpolateRow` for three channels, in a fifth of the time. */
function interpolateColours({ data, start, stride }: Region, row: number, columns: Taps, out: Float32Array): void {
  const { indices, weights } = columns;
  const begin = start + row * stride;
  for (let column = 0, to = 0; to < out.length; column += 2, to += 3) {
    const left = begin + indices[column] * 3;
    const right = begin + indices[column + 1] * 3;
    const share = weights[column + 1];
    out[to] = mixed(data[left], data[right], share);
    out[to + 1] = mixed(data[left + 1], data[right + 1], share);
    out[to + 2] = mixed(data[left + 2], data[right + 2], share);
  }
}

function mixRows(above: Float32Array, below: Float32Array, share: number, out: ElementArray, start: number): void {
  for (let i = 0; i < above.length; i++) out[start + i] = mixed(above[i], below[i], share);
}

function mixed(first: number, second: number, share: number): number {
  return first + Math.fround((second - first) * share);
}

/** Resizes along the rows of the input, those that contribute, then along its columns. */
function resizeSeparable(from: Region, to: Target, rows: Taps, columns: Taps): void {
  const rowLength = to.width * from.channels;
  const wide = new Float32Array(from.height * rowLength);
  const widen = from.channels === 3 ? widenColours : widenRow;
  for (const row of new Set(rows.indices)) {
    widen(from, row, columns, wide.subarray(row * rowLength, (row + 1) * rowLength));
  }
  const sums = new Float64Array(rowLength);
  for (let row = 0; row < to.height; row++) {
    sums.fill(0);
    for (let k = row * rows.count; k < (row + 1) * rows.count; k++) {
      const weight = rows.weights[k];
      const begin = rows.indices[k] * rowLength;
      for (let i = 0; i < rowLength; i++) sums[i] += weight * wide[begin + i];
    }
    to.data.set(sums, to.start + row * to.stride);
  }
}

function widenRow({ data, start, stride, channels }: Region, row: number, columns: Taps, out: Float32Array): void {
  const { count, indices, weights } = columns;
  const begin = start + row * stride;
  for (let to = 0, first = 0; to < out.length; first += count) {
    for (let channel = 0; channel < channels; channel++) {
      let sum = 0;
      for (let k = first; k < first + count; k++) sum += weights[k] * data[begin + indices[k] * channels + channel];
      out[to++] = sum;
    }
  }
}

/** Does the same as `widenRow` for three channels, in less time. */
function widenColours({ data, start, stride }: Region, row: number, columns: Taps, out: Float32Array): void {
  const { count, indices, weights } = columns;
  const begin = start + row * stride;
  for (let to = 0, k = 0; to < out.length; to += 3) {
    let red = 0;
    let green = 0;
    let blue = 0;
    for (const end = k + count; k < end; k++) {
      const at = begin + indices[k] * 3;
      const weight = weights[k];
      red += weight * data[at];
      green += weight * data[at + 1];
      blue += weight * data[at + 2];
    }
    out[to] = red;
    out[to + 1] = green;
    out[to + 2] = blue;
  }
}

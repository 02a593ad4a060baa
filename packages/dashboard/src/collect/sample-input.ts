import type { HostArray } from '@manabi/core';
import type { SampleInput } from '../records/record.ts';
import { elementsOf, sampleSize } from './host-data.ts';

/** Larger images are reduced until no side is longer. */
const LONGEST_SIDE = 64;

/** Number of elements that are recorded of inputs that are not images. */
const MOST_NUMBERS = 12;

/** Positions of the rows, columns and channels of an image in the shape of a batch; null for grey images without channels. */
interface ImageAxes {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly isChannelsFirst: boolean;
}

/**
 * Returns how samples of a shape are shown as images: `[n, height, width, channels]` with 1, 3 or 4 channels, `[n, channels,
 * height, width]` with 1 or 3, or `[n, side, side]` from 8 pixels on. Returns null for other shapes.
 */
function imageAxes(shape: readonly number[]): ImageAxes | null {
  const [, a, b, c] = shape;
  if (shape.length === 4 && [1, 3, 4].includes(c) && a > 1 && b > 1) {
    return { height: a, width: b, channels: c, isChannelsFirst: false };
  }
  if (shape.length === 4 && [1, 3].includes(a) && b > 1 && c > 1) {
    return { height: b, width: c, channels: a, isChannelsFirst: true };
  }
  if (shape.length === 3 && a === b && a >= 8) return { height: a, width: b, channels: 1, isChannelsFirst: false };
  return null;
}

/** Returns a sample of an input of a model as an image, or its first numbers. */
export function sampleInput(array: HostArray, sample: number): SampleInput {
  const axes = imageAxes(array.shape);
  if (axes === null) {
    return { kind: 'numbers', shape: array.shape.slice(1), values: elementsOf(array, sample, MOST_NUMBERS) };
  }
  const { channels } = axes;
  const step = Math.ceil(Math.max(axes.height, axes.width) / LONGEST_SIDE);
  const [height, width] = [Math.ceil(axes.height / step), Math.ceil(axes.width / step)];
  const scale = pixelScale(array);
  const bytes = new Uint8Array(height * width * channels);
  for (let i = 0; i < bytes.length; i++) {
    const [y, x, channel] = [Math.floor(i / channels / width), Math.floor(i / channels) % width, i % channels];
    bytes[i] = Math.round(scale(meanOf(array, sample, axes, { y, x, channel, step })));
  }
  return { kind: 'image', height, width, channels, pixels: toBase64(bytes) };
}

/** Returns the mean of a square of pixels, which becomes one pixel. */
function meanOf(
  { data, shape }: HostArray,
  sample: number,
  { height, width, channels, isChannelsFirst }: ImageAxes,
  at: { readonly y: number; readonly x: number; readonly channel: number; readonly step: number },
): number {
  const start = sample * sampleSize({ shape });
  let [sum, count] = [0, 0];
  for (let y = at.y * at.step; y < Math.min(height, (at.y + 1) * at.step); y++) {
    for (let x = at.x * at.step; x < Math.min(width, (at.x + 1) * at.step); x++) {
      const pixel = y * width + x;
      sum += Number(
        data[start + (isChannelsFirst ? at.channel * height * width + pixel : pixel * channels + at.channel)],
      );
      count++;
    }
  }
  return sum / count;
}

/**
 * Returns the function that maps pixel values of a batch to [0, 255]. The range is [0, 255] for integers, and for floats
 * the first of [0, 1], [-1, 1] and [0, 255] that contains all values of the batch, or the range of its values.
 */
function pixelScale({ dtype, data }: HostArray): (value: number) => number {
  if (dtype === 'uint8') return (value) => value;
  let [min, max] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < data.length; i++) {
    const value = Number(data[i]);
    if (value < min) min = value;
    if (value > max) max = value;
  }
  const [low, high] = [
    [0, 1],
    [-1, 1],
    [0, 255],
  ].find(([from, to]) => min >= from && max <= to) ?? [min, max];
  const factor = high > low ? 255 / (high - low) : 0;
  return (value) => Math.min(255, Math.max(0, (value - low) * factor));
}

function toBase64(bytes: Uint8Array): string {
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary);
}

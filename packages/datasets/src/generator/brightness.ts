import type { FloatImage } from './affine.ts';

/**
 * Multiplies the brightness of an image, in place, as Keras's `apply_brightness_shift`, which uses PIL: values are truncated to bytes
 * first, and images with values outside [0, 255] are stretched to this range and back. Alpha stays as it is.
 */
export function changeBrightness({ channels, data }: FloatImage, factor: number): void {
  const { fround } = Math;
  const [low, high] = rangeOf(data);
  const isStretched = low < 0 || high > 255;
  const span = fround(high - low);
  for (let i = 0; i < data.length; i++) {
    const shifted = fround(data[i] - low);
    const scaled = isStretched ? fround(fround(span === 0 ? shifted : shifted / span) * 255) : data[i];
    const byte = Math.trunc(scaled);
    const isAlpha = channels === 4 && i % 4 === 3;
    const lit = isAlpha ? byte : Math.trunc(Math.min(255, Math.max(0, fround(fround(factor) * byte))));
    data[i] = isStretched ? fround(fround(fround(lit / 255) * span) + low) : lit;
  }
}

/**
 * Adds an intensity to all channels, in place, and limits the result to the range of the image, as Keras's
 * `apply_channel_shift`.
 */
export function shiftChannels({ data }: FloatImage, intensity: number): void {
  const [low, high] = rangeOf(data);
  for (let i = 0; i < data.length; i++) data[i] = Math.min(high, Math.max(low, Math.fround(data[i] + intensity)));
}

function rangeOf(data: Float32Array): readonly [number, number] {
  let [low, high] = [Infinity, -Infinity];
  for (const value of data) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return [low, high];
}

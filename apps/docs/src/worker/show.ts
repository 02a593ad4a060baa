import type { HostArray } from 'manabi';
import { send, sendPoint } from './outbox.ts';

/** Adds a point to a curve in the page. */
export function plot(curve: string, x: number, y: number): void {
  sendPoint({ chart: curve, curve, x, y });
}

/** Shows an image: uint8 or floats in [0, 1], `[height, width]`, `[height, width, 1]` or `[height, width, 3]`. */
export function image(name: string, { dtype, shape, data }: HostArray): void {
  const [height, width, channels = 1] = shape;
  const scale = dtype === 'uint8' ? 1 : 255;
  const pixels = new Uint8ClampedArray(4 * width * height);
  for (let i = 0; i < width * height; i++) {
    for (let channel = 0; channel < 3; channel++) {
      pixels[4 * i + channel] = Number(data[i * channels + Math.min(channel, channels - 1)]) * scale;
    }
    pixels[4 * i + 3] = 255;
  }
  send({ type: 'image', image: { name, width, height, pixels } }, [pixels.buffer]);
}

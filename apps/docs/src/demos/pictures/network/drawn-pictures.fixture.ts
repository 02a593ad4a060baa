import { type PicturePixels, SIDE } from '../messages.ts';

/** Returns red, green and blue of a pixel in a picture of a kind. */
export type Draw = (x: number, y: number, number: number) => readonly number[];

/** Returns two colors, of which the pictures of both kinds have the same. */
function colorsOf(number: number): readonly (readonly number[])[] {
  const [red, blue] = [(5 * number) % 8, (3 * number) % 8];
  return [
    [250 - 15 * red, 40 + 15 * red, 60],
    [40 + 10 * blue, 90, 220 - 12 * blue],
  ];
}

/** A disk in the middle, whose size and colors differ from picture to picture. */
export const disk: Draw = (x, y, number) =>
  colorsOf(number)[Math.hypot(x - 48 - (number % 5), y - 48 + (number % 7)) < 24 + (number % 9) ? 0 : 1];

/** Stripes of different widths and colors. */
export const stripes: Draw = (x, _y, number) => colorsOf(number)[Math.floor(x / (6 + (number % 5))) % 2];

/** Draws a picture. */
export function drawPixels(draw: Draw, number: number): PicturePixels {
  return Uint8Array.from(
    Array.from({ length: SIDE * SIDE }, (_, i) => draw(i % SIDE, Math.floor(i / SIDE), number)).flat(),
  );
}

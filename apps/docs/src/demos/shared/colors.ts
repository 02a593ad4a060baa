/** Red, green and blue, from 0 to 255. */
export type Color = readonly [number, number, number];

/** The colors of the page, which depend on the theme. */
export interface Colors {
  /** Values above zero, and the class 1. */
  readonly positive: Color;
  /** Values below zero, and the class 0. */
  readonly negative: Color;
  /** Six colors for groups. */
  readonly groups: readonly Color[];
  readonly background: Color;
  readonly text: Color;
  /** Less important things. */
  readonly muted: Color;
  readonly line: Color;
}

/** Reads the colors of the page. */
export function readColors(): Colors {
  const style = getComputedStyle(document.documentElement);
  const color = (name: string): Color => {
    const digits = style.getPropertyValue(name).trim().slice(1);
    const full = digits.length === 3 ? digits.replace(/./g, '$&$&') : digits;
    const value = Number.parseInt(full, 16);
    return [value >> 16, (value >> 8) & 255, value & 255];
  };
  return {
    positive: color('--curve-0'),
    negative: color('--curve-1'),
    groups: [0, 1, 2, 3, 4, 5].map((i) => color(`--curve-${i}`)),
    background: color('--vp-c-bg'),
    text: color('--vp-c-text-1'),
    muted: color('--vp-c-text-3'),
    line: color('--vp-c-divider'),
  };
}

/** Returns a color for a number: the background for 0, and the full colors for -1 and 1. */
export function colorOf(value: number, { positive, negative, background }: Colors): Color {
  const end = value > 0 ? positive : negative;
  const part = Math.min(1, Math.abs(value));
  const mix = (i: number) => Math.round(background[i] + part * (end[i] - background[i]));
  return [mix(0), mix(1), mix(2)];
}

/** Returns a color in CSS. */
export function css([red, green, blue]: Color, opacity = 1): string {
  return `rgb(${red} ${green} ${blue} / ${opacity})`;
}

/** Colors that `imageOf` distinguishes on each side of 0. */
const LEVELS = 255;

/** Draws numbers as an image of one pixel each, row by row, which a canvas can enlarge. */
export function imageOf(values: ArrayLike<number>, width: number, scale: number, colors: Colors): HTMLCanvasElement {
  const height = values.length / width;
  const image = new ImageData(width, height);
  const palette = Array.from({ length: 2 * LEVELS + 1 }, (_, i) => colorOf(i / LEVELS - 1, colors));
  for (let i = 0; i < values.length; i++) {
    const value = values[i] * scale;
    // The outputs of a network whose training diverges are not numbers.
    const level = Number.isNaN(value) ? 0 : Math.round(LEVELS * Math.max(-1, Math.min(1, value)));
    const [red, green, blue] = palette[LEVELS + level];
    image.data[4 * i] = red;
    image.data[4 * i + 1] = green;
    image.data[4 * i + 2] = blue;
    image.data[4 * i + 3] = 255;
  }
  const canvas = document.createElement('canvas');
  Object.assign(canvas, { width, height });
  canvas.getContext('2d')?.putImageData(image, 0, 0);
  return canvas;
}

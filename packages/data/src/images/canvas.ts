import type { Pixels } from './pixels.ts';

// The types of pages, such as `HTMLCanvasElement`, are missing in programs for Node. The public types describe the parts that are
// used instead, so that such programs compile.

/** What a canvas can draw: a canvas, `ImageBitmap`, image element, video element or `VideoFrame`. */
export interface Drawable {
  readonly width?: number;
  readonly height?: number;
  readonly displayWidth?: number;
  readonly displayHeight?: number;
}

/** A canvas that pixels can be drawn on: an `HTMLCanvasElement` or `OffscreenCanvas`. */
export interface Canvas {
  width: number;
  height: number;
  getContext(type: '2d', options?: { readonly willReadFrequently?: boolean }): unknown;
}

/** The part of a 2D context that reads and writes pixels. */
interface Context {
  drawImage(source: Drawable, x: number, y: number, width: number, height: number): void;
  getImageData(x: number, y: number, width: number, height: number): { readonly data: Uint8ClampedArray<ArrayBuffer> };
  putImageData(pixels: object, x: number, y: number): void;
}

/** Draws a source at the given size on a canvas, and returns its pixels with four channels. */
export function drawnPixels(source: Drawable, width: number, height: number): Pixels {
  const context = contextOf(new OffscreenCanvas(width, height));
  context.drawImage(source, 0, 0, width, height);
  return { width, height, channels: 4, data: context.getImageData(0, 0, width, height).data };
}

/** Returns the 2D context of a canvas. */
export function contextOf(canvas: Canvas): Context {
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (!isContext(context)) throw new Error('the canvas has no 2D context');
  return context;
}

const isContext = (given: unknown): given is Context =>
  typeof given === 'object' && given !== null && 'putImageData' in given;

import type { Pixels } from './pixels.ts';

/** Draws a source at the given size on a canvas, and returns its pixels with four channels. */
export function drawnPixels(source: CanvasImageSource, width: number, height: number): Pixels {
  const context = contextOf(new OffscreenCanvas(width, height));
  context.drawImage(source, 0, 0, width, height);
  return { width, height, channels: 4, data: context.getImageData(0, 0, width, height).data };
}

/** Canvases that pixels can be drawn on. */
export type Canvas = OffscreenCanvas | HTMLCanvasElement;

/** Returns the 2D context of a canvas. */
export function contextOf(canvas: Canvas): OffscreenCanvasRenderingContext2D | CanvasRenderingContext2D {
  const context = canvas.getContext('2d', { willReadFrequently: true });
  // The two kinds of canvas have the same method with different overloads, so its result is not known to be a 2D context.
  if (context === null || !('putImageData' in context)) throw new Error('the canvas has no 2D context');
  return context;
}

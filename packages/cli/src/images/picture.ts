/** Pixels of red, green, blue and opacity, row by row, each from 0 to 255. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly rgba: Uint8Array;
}

/** A decoded image: RGBA pixels, row by row, with each channel in [0, 255]. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly rgba: Uint8Array;
}

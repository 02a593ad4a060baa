import { css, imageOf } from '../shared/colors.ts';
import type { Drawing } from '../shared/use-canvas.ts';
import type { Maps } from './messages.ts';

/** Space between tiles, and below a group of rows. */
const GAP = 4;
const GROUP_GAP = 12;

/** Width below which a row has half as many tiles. */
const NARROW = 360;

/**
 * Draws images as tiles. Several sets stand below each other, so that each image of the second set is below that of the first.
 *
 * @param marked number of the tile with a frame; null for none
 * @returns height that the tiles need
 */
export function drawTiles(
  { context, width, colors }: Drawing,
  sets: readonly (Maps | null)[],
  tiles: number,
  marked: number | null,
): number {
  const columns = width < NARROW ? 4 : 8;
  const size = Math.floor((width - (columns - 1) * GAP) / columns);
  const group = sets.length * (size + GAP) + GROUP_GAP;
  context.imageSmoothingEnabled = false;
  for (const [row, maps] of sets.entries()) {
    const scale = 1 / (maps === null ? 1 : largestOf(maps));
    for (let tile = 0; tile < tiles; tile++) {
      const x = (tile % columns) * (size + GAP);
      const y = Math.floor(tile / columns) * group + row * (size + GAP);
      context.fillStyle = css(colors.background);
      context.fillRect(x, y, size, size);
      if (maps !== null) context.drawImage(imageOf(maps.images[tile], maps.width, scale, colors), x, y, size, size);
      const isMarked = tile === marked;
      context.strokeStyle = css(isMarked ? colors.text : colors.line);
      context.lineWidth = isMarked ? 2 : 1;
      context.strokeRect(x + 1, y + 1, size - 2, size - 2);
    }
  }
  return Math.ceil(tiles / columns) * group - GROUP_GAP;
}

function largestOf({ images }: Maps): number {
  return images.reduce((most, values) => values.reduce((a, b) => Math.max(a, Math.abs(b)), most), 1e-6);
}

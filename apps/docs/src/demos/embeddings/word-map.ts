import { type Color, colorOf, css } from '../shared/colors.ts';
import type { Drawing } from '../shared/use-canvas.ts';
import type { Output } from './messages.ts';

/** Space between the points and the edge. */
const MARGIN = 24;
/** Space at the right for the names of words. */
const NAMES = 48;
const LINE_HEIGHT = 14;
/** Lines by which a name may be away from its point. */
const MOST_LINES = 4;

interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Returns where each word is on a canvas of some size: all words fit, in the same scale in both directions. */
export function placesOf(
  positions: Float32Array,
  width: number,
  height: number,
): readonly { readonly x: number; readonly y: number }[] {
  const [xs, ys] = [0, 1].map((axis) => positions.filter((_, i) => i % 2 === axis));
  const range = (values: Float32Array) => [Math.min(...values), Math.max(...values)];
  const [[left, right], [bottom, top]] = [range(xs), range(ys)];
  const scale = Math.min(
    (width - 2 * MARGIN - NAMES) / (right - left || 1),
    (height - 2 * MARGIN) / (top - bottom || 1),
  );
  const x0 = (width - NAMES - scale * (left + right)) / 2;
  const y0 = (height + scale * (bottom + top)) / 2;
  return Array.from(xs, (x, i) => ({ x: x0 + scale * x, y: y0 - scale * ys[i] }));
}

/** Returns the nearest words of a word, the nearest first. */
export function nearestWords({ words, positions }: Output, word: number, count: number): readonly string[] {
  const distance = (other: number) =>
    Math.hypot(positions[2 * other] - positions[2 * word], positions[2 * other + 1] - positions[2 * word + 1]);
  return words
    .map((name, i) => ({ name, distance: distance(i), isOther: i !== word }))
    .filter(({ isOther }) => isOther)
    .sort((a, b) => a.distance - b.distance)
    .slice(0, count)
    .map(({ name }) => name);
}

/**
 * Draws all words as points with names. Names overlap neither points nor each other: if there is no room beside a point, its name is some lines away.
 *
 * @param groupOf returns the number of the group of a word; undefined for none
 * @param marked index of the word that stands out
 */
export function drawWordMap(
  { context, width, height, colors }: Drawing,
  { words, positions, positive }: Output,
  groupOf: (word: string) => number | undefined,
  marked: number,
): void {
  const places = placesOf(positions, width, height);
  const color = (i: number): Color => {
    const group = groupOf(words[i]);
    if (positive !== null) return colorOf(2 * positive[i] - 1, { ...colors, background: colors.muted });
    return group === undefined ? colors.muted : colors.groups[group % colors.groups.length];
  };
  // The marked word has the first choice of a place for its name.
  const order = words.map((_, i) => i).sort((a, b) => Number(b === marked) - Number(a === marked));
  const taken = places.map(({ x, y }): Box => ({ left: x - 4, top: y - 4, right: x + 4, bottom: y + 4 }));
  context.textBaseline = 'middle';
  for (const i of order) {
    const { x, y } = places[i];
    const isMarked = i === marked;
    context.font = `${isMarked ? 'bold ' : ''}12px system-ui, sans-serif`;
    const name = boxFor(x + 7, y, context.measureText(words[i]).width, height, taken);
    if (name !== null) {
      taken.push(name);
      const middle = (name.top + name.bottom) / 2;
      if (Math.abs(middle - y) > LINE_HEIGHT) {
        context.beginPath();
        context.moveTo(x, y);
        context.lineTo(name.left - 2, middle);
        context.lineWidth = 1;
        context.strokeStyle = css(color(i), 0.5);
        context.stroke();
      }
      context.fillStyle = css(colors.text);
      context.fillText(words[i], name.left, middle);
    }
    context.beginPath();
    context.arc(x, y, isMarked ? 6 : 4, 0, 2 * Math.PI);
    context.fillStyle = css(color(i));
    context.fill();
    if (!isMarked) continue;
    context.lineWidth = 2;
    context.strokeStyle = css(colors.text);
    context.stroke();
  }
}

/** Returns a free place for a name, as near to its point as possible; null if all places are taken. */
function boxFor(left: number, y: number, width: number, height: number, taken: readonly Box[]): Box | null {
  for (let line = 0; line <= 2 * MOST_LINES; line++) {
    const shift = LINE_HEIGHT * Math.ceil(line / 2) * (line % 2 === 0 ? -1 : 1);
    const top = y + shift - LINE_HEIGHT / 2;
    const box = { left, top, right: left + width, bottom: top + LINE_HEIGHT };
    const isInside = box.top >= 0 && box.bottom <= height;
    const isFree = taken.every(
      (other) => box.right < other.left || box.left > other.right || box.bottom <= other.top || box.top >= other.bottom,
    );
    if (isInside && isFree) return box;
  }
  return null;
}

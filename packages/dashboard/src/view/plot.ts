import { svg } from './dom.ts';
import { numberText } from './format.ts';
import type { Point } from './run-state.ts';

/** A line of a plot. */
export interface Line {
  readonly label: string;
  /** Number of the colour. */
  readonly colour: number;
  readonly dashed: boolean;
  readonly points: readonly Point[];
}

const WIDTH = 380;
const HEIGHT = 220;
const LEFT = 52;
const RIGHT = 10;
const TOP = 10;
const BOTTOM = 26;

/** Number of columns into which points are thinned: each keeps its smallest and its largest value. */
const COLUMNS = 500;

/** Number of colours in the style sheet. */
export const COLOURS = 8;

/** A scale from values to positions. */
interface Scale {
  readonly at: (value: number) => number;
  readonly from: (position: number) => number;
  readonly ticks: readonly number[];
}

/** A drawn plot. */
export interface Plot {
  readonly image: SVGSVGElement;
  /** Returns the epochs at a horizontal position, from 0 at the left edge of the image to 1 at the right one. */
  epochAt(fraction: number): number;
}

/** Draws lines as an image, whose label describes it. */
export function plot(label: string, lines: readonly Line[], isLog: boolean): Plot {
  const shown = lines.map((line) => ({
    ...line,
    points: thinned(line.points.map(([x, y]): Point => [x, Number.isFinite(y) && (!isLog || y > 0) ? y : Number.NaN])),
  }));
  const xs = shown.flatMap(({ points }) => points.map(([x]) => x));
  const ys = shown.flatMap(({ points }) => points.map(([, y]) => y)).filter(Number.isFinite);
  const x = linear(Math.min(0, ...xs), Math.max(1, ...xs), LEFT, WIDTH - RIGHT);
  const y = (isLog ? logarithmic : linear)(extreme(ys, Math.min), extreme(ys, Math.max), HEIGHT - BOTTOM, TOP);
  const image = svg('svg', { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: 'img', 'aria-label': label, class: 'plot' });
  for (const tick of y.ticks) {
    const at = y.at(tick);
    image.append(
      svg('line', { x1: LEFT, x2: WIDTH - RIGHT, y1: at, y2: at, class: 'grid' }),
      svg('text', { x: LEFT - 6, y: at + 4, class: 'tick', 'text-anchor': 'end' }, numberText(tick)),
    );
  }
  for (const tick of x.ticks.filter((value) => Number.isInteger(value))) {
    image.append(svg('text', { x: x.at(tick), y: HEIGHT - 8, class: 'tick', 'text-anchor': 'middle' }, String(tick)));
  }
  for (const { points, colour, dashed } of shown) {
    const classes = `line colour-${colour % COLOURS}${dashed ? ' dashed' : ''}`;
    const places = points.map(([px, py]): Point => [x.at(px), y.at(py)]);
    image.append(svg('path', { d: pathOf(places), class: classes }));
    const finite = places.filter(([, py]) => Number.isFinite(py));
    // A single point has no line.
    if (finite.length === 1)
      image.append(svg('circle', { cx: finite[0][0], cy: finite[0][1], r: 3, class: `dot ${classes}` }));
  }
  return { image, epochAt: (fraction) => x.from(fraction * WIDTH) };
}

/** Returns the smallest or largest of many numbers; 0 without numbers. */
function extreme(values: readonly number[], pick: (a: number, b: number) => number): number {
  return values.length === 0 ? 0 : values.reduce((a, b) => pick(a, b));
}

/** Returns the commands of a path, which is interrupted at values that are not finite. */
function pathOf(places: readonly Point[]): string {
  let isOpen = false;
  let path = '';
  for (const [x, y] of places) {
    if (!Number.isFinite(y)) {
      isOpen = false;
      continue;
    }
    path += `${isOpen ? 'L' : 'M'}${x.toFixed(1)} ${y.toFixed(1)}`;
    isOpen = true;
  }
  return path;
}

/** Keeps the smallest and the largest value of each column, in their order. */
function thinned(points: readonly Point[]): readonly Point[] {
  if (points.length <= 2 * COLUMNS) return points;
  const size = points.length / COLUMNS;
  return Array.from({ length: COLUMNS }, (_, column) => {
    const part = points.slice(Math.round(column * size), Math.round((column + 1) * size));
    const finite = part.filter(([, y]) => Number.isFinite(y));
    if (finite.length === 0) return part.slice(0, 1);
    const low = finite.reduce((a, b) => (b[1] < a[1] ? b : a));
    const high = finite.reduce((a, b) => (b[1] > a[1] ? b : a));
    return low[0] <= high[0] ? [low, high] : [high, low];
  }).flat();
}

function linear(from: number, to: number, start: number, end: number): Scale {
  const pad = from === to ? Math.abs(from) * 0.1 || 1 : 0;
  const [low, high] = [from - pad, to + pad];
  const step = niceStep((high - low) / 5);
  const first = Math.ceil(low / step);
  const ticks = Array.from({ length: Math.floor(high / step) - first + 1 }, (_, i) => (first + i) * step);
  return {
    at: (value) => start + ((value - low) / (high - low)) * (end - start),
    from: (position) => low + ((position - start) / (end - start)) * (high - low),
    ticks,
  };
}

function logarithmic(from: number, to: number, start: number, end: number): Scale {
  // Without positive values, there is nothing to draw.
  const [low, high] = from > 0 ? [Math.log10(from), Math.log10(to)] : [-1, 0];
  const { at, from: powerAt, ticks } = linear(low, high, start, end);
  const whole = ticks.filter((tick) => Number.isInteger(tick));
  const shown = whole.length >= 2 ? whole : ticks;
  return {
    at: (value) => at(Math.log10(value)),
    from: (position) => 10 ** powerAt(position),
    ticks: shown.map((tick) => 10 ** tick),
  };
}

/** Returns the smallest of 1, 2 and 5 times a power of ten that is at least `size`. */
function niceStep(size: number): number {
  const power = 10 ** Math.floor(Math.log10(size));
  return power * ([1, 2, 5].find((factor) => factor * power >= size * 0.999) ?? 10);
}

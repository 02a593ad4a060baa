import { escapeHtml } from './escape-html.ts';
import { type Point, thin } from './thin.ts';
import { shortNumber, ticks } from './ticks.ts';

/** A curve of a chart. */
export interface Curve {
  readonly label: string;
  /** Sorted by x. */
  readonly points: readonly Point[];
}

/** Words in charts. */
export interface ChartTexts {
  /** Label of the horizontal axis. */
  readonly step: string;
  /** Title of the table of values. */
  readonly values: string;
}

const WIDTH = 340;
const HEIGHT = 180;
const LEFT = 48;
const RIGHT = 14;
const TOP = 10;
const BOTTOM = 34;
/** Rows in the table of values. */
const ROWS = 12;

/**
 * Draws curves as HTML: an SVG with a label that states the last values, and a legend. Colors are those of the page.
 *
 * @param withTable whether to add a table of values, for readers who cannot see the curves
 */
export function chart(title: string, curves: readonly Curve[], texts: ChartTexts, withTable = false): string {
  const drawn = curves.map(({ label, points }) => ({ label, points: points.filter(([x, y]) => isFinitePoint(x, y)) }));
  const all = drawn.flatMap(({ points }) => points);
  if (all.length === 0) return '';
  const [left, right] = extent(all.map(([x]) => x));
  const [bottom, top] = extent(all.map(([, y]) => y));
  const px = (x: number) => LEFT + ((x - left) / (right - left || 1)) * (WIDTH - LEFT - RIGHT);
  const py = (y: number) => HEIGHT - BOTTOM - ((y - bottom) / (top - bottom || 1)) * (HEIGHT - TOP - BOTTOM);
  const last = ({ label, points }: Curve) => `${label} ${shortNumber(points[points.length - 1]?.[1] ?? Number.NaN)}`;
  const shown = drawn.filter(({ points }) => points.length > 0);
  const lines = shown.map(({ points }, i) => {
    const path = thin(points, WIDTH - LEFT - RIGHT).map(([x, y]) => `${px(x).toFixed(1)} ${py(y).toFixed(1)}`);
    const end = points[points.length - 1];
    const dot = `<circle class="curve-end-${i % 6}" cx="${px(end[0]).toFixed(1)}" cy="${py(end[1]).toFixed(1)}" r="2.5"/>`;
    return `<path class="curve-${i % 6}" d="M${path.join('L')}"/>${dot}`;
  });
  const across = ticks(left, right).map(
    (x) => `<text x="${px(x).toFixed(1)}" y="${HEIGHT - BOTTOM + 14}" text-anchor="middle">${shortNumber(x)}</text>`,
  );
  const up = ticks(bottom, top).map((y) => {
    const at = py(y).toFixed(1);
    return `<path class="grid" d="M${LEFT} ${at}H${WIDTH - RIGHT}"/><text x="${LEFT - 6}" y="${Number(at) + 4}" text-anchor="end">${shortNumber(y)}</text>`;
  });
  const name = escapeHtml(`${title}. ${shown.map(last).join('. ')}`);
  const svg =
    `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${name}">${up.join('')}${across.join('')}` +
    `<text x="${(WIDTH + LEFT) / 2}" y="${HEIGHT - 4}" text-anchor="middle">${escapeHtml(texts.step)}</text>${lines.join('')}</svg>`;
  const legend = shown.map((curve, i) => `<li class="curve-key-${i % 6}">${escapeHtml(last(curve))}</li>`);
  const caption = `<figcaption><strong>${escapeHtml(title)}</strong><ul>${legend.join('')}</ul></figcaption>`;
  return `<figure class="chart">${caption}${svg}${withTable ? table(shown, texts) : ''}</figure>`;
}

function table(curves: readonly Curve[], { step, values }: ChartTexts): string {
  const steps = [...new Set(curves.flatMap(({ points }) => points.map(([x]) => x)))].sort((a, b) => a - b);
  const chosen = steps.filter((_, i) => i === steps.length - 1 || i % Math.ceil(steps.length / ROWS) === 0);
  const head = [step, ...curves.map(({ label }) => label)].map((text) => `<th scope="col">${escapeHtml(text)}</th>`);
  const rows = chosen.map((x) => {
    const cells = curves.map(({ points }) => points.find(([at]) => at === x)?.[1]);
    const texts = cells.map((y) => `<td>${y === undefined ? '' : shortNumber(y)}</td>`);
    return `<tr><th scope="row">${x}</th>${texts.join('')}</tr>`;
  });
  const body = `<table><thead><tr>${head.join('')}</tr></thead><tbody>${rows.join('')}</tbody></table>`;
  const region = `<div class="chart-table" role="group" aria-label="${escapeHtml(values)}" tabindex="0">${body}</div>`;
  return `<details><summary>${escapeHtml(values)}</summary>${region}</details>`;
}

function extent(values: readonly number[]): [number, number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return [low, high];
}

function isFinitePoint(x: number, y: number): boolean {
  return Number.isFinite(x) && Number.isFinite(y);
}

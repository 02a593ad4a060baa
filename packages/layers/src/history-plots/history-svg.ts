import { escapeMarkup } from './escape.ts';
import { type Panel, shortValue } from './series.ts';

const WIDTH = 560;
const HEIGHT = 280;
const MARGIN = { left: 70, right: 20, top: 40, bottom: 45 };
const COLORS = { training: '#1f77b4', validation: '#d95f02' };
/** Dashes of the curves, which differ without colours, too. */
const DASHES = { training: 'none', validation: '6 4' };

/** Returns panels below each other as an SVG picture. */
export function historySvg(panels: readonly Panel[]): string {
  const height = Math.max(1, panels.length) * HEIGHT;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" ` +
      'font-family="sans-serif" font-size="12">',
    '<rect width="100%" height="100%" fill="white"/>',
    ...panels.map((panel, i) => `<g transform="translate(0 ${i * HEIGHT})">${panelSvg(panel)}</g>`),
    '</svg>',
    '',
  ].join('\n');
}

function panelSvg({ title, curves, epochs, low, high }: Panel): string {
  const [right, bottom] = [WIDTH - MARGIN.right, HEIGHT - MARGIN.bottom];
  const x = (epoch: number): number =>
    round(MARGIN.left + (epochs === 1 ? 0.5 : epoch / (epochs - 1)) * (right - MARGIN.left));
  const y = (value: number): number => round(bottom - ((value - low) / (high - low)) * (bottom - MARGIN.top));
  const values = [0, 1, 2, 3, 4].map((i) => low + (i * (high - low)) / 4);
  const marks = [...new Set([0, 1, 2, 3, 4].map((i) => Math.round((i * (epochs - 1)) / 4)))];
  const parts = [
    `<text x="${WIDTH / 2}" y="20" text-anchor="middle" font-size="14">${escapeMarkup(title)}</text>`,
    ...values.map(
      (value) =>
        `<line x1="${MARGIN.left}" x2="${right}" y1="${y(value)}" y2="${y(value)}" stroke="#ddd"/>` +
        `<text x="${MARGIN.left - 8}" y="${y(value) + 4}" text-anchor="end">${shortValue(value)}</text>`,
    ),
    ...marks.map((epoch) => `<text x="${x(epoch)}" y="${bottom + 18}" text-anchor="middle">${epoch + 1}</text>`),
    `<text x="${WIDTH / 2}" y="${bottom + 36}" text-anchor="middle">epoch</text>`,
    `<path d="M${MARGIN.left} ${MARGIN.top}V${bottom}H${right}" fill="none" stroke="black"/>`,
  ];
  curves.forEach(({ label, values: points }, i) => {
    const left = MARGIN.left + 10 + i * 110;
    const style = `stroke="${COLORS[label]}" stroke-width="2" stroke-dasharray="${DASHES[label]}"`;
    parts.push(
      `<path d="${pathOf(points, x, y)}" fill="none" ${style}/>`,
      ...points.flatMap((value, epoch) =>
        Number.isFinite(value) ? [`<circle cx="${x(epoch)}" cy="${y(value)}" r="2.5" fill="${COLORS[label]}"/>`] : [],
      ),
      `<line x1="${left}" x2="${left + 24}" y1="32" y2="32" ${style}/><text x="${left + 30}" y="36">${label}</text>`,
    );
  });
  return parts.join('');
}

/** Returns the path of a curve, interrupted where its values are not finite. */
function pathOf(values: readonly number[], x: (epoch: number) => number, y: (value: number) => number): string {
  return values
    .flatMap((value, i) => {
      if (!Number.isFinite(value)) return [];
      return [`${i > 0 && Number.isFinite(values[i - 1]) ? 'L' : 'M'}${x(i)} ${y(value)}`];
    })
    .join('');
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

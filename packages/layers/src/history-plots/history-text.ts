import { type Panel, shortValue } from './series.ts';

/** Glyphs of the curves, which differ without colours, and the glyph of points that both curves share. */
const GLYPHS = { training: '•', validation: '×', both: '#' };

/** Returns a panel as lines of text. */
export function panelText(panel: Panel, width: number, height: number): string {
  const { title, curves, epochs, low, high } = panel;
  const grid = Array.from({ length: height }, () => Array.from({ length: width }, () => ' '));
  for (const { label, values } of curves) {
    for (let column = 0; column < width; column++) {
      const value = valueAt(values, epochs === 1 ? 0 : (column * (epochs - 1)) / (width - 1));
      if (value === null || (epochs === 1 && column > 0)) continue;
      const row = Math.round(((high - value) / (high - low)) * (height - 1));
      grid[row][column] = grid[row][column] === ' ' ? GLYPHS[label] : GLYPHS.both;
    }
  }
  const ticks = grid.map((_, row) =>
    row % 2 === 0 || row === height - 1 ? high - (row * (high - low)) / (height - 1) : null,
  );
  const labels = ticks.map((tick) => (tick === null ? '' : shortValue(tick)));
  const margin = Math.max(...labels.map(({ length }) => length));
  const legend = curves.map(({ label }) => `${GLYPHS[label]} ${label}`);
  const last = epochs === 1 ? '' : String(epochs).padStart(width - 1);
  return [
    `${title}: ${[...legend, ...(curves.length > 1 ? [`${GLYPHS.both} both`] : [])].join('  ')}`,
    ...grid.map((row, i) => `${labels[i].padStart(margin)} ${labels[i] === '' ? '│' : '┤'}${row.join('').trimEnd()}`),
    `${' '.repeat(margin)} └${'─'.repeat(width)}`,
    `${' '.repeat(margin)}  1${last} epoch`,
  ].join('\n');
}

/** Returns the value of a curve between two epochs; null where it is not finite, and after the last value. */
function valueAt(values: readonly number[], position: number): number | null {
  const before = Math.min(Math.floor(position), values.length - 1);
  if (position > values.length - 1) return null;
  const after = Math.min(before + 1, values.length - 1);
  const share = position - before;
  const value = share === 0 ? values[before] : values[before] * (1 - share) + values[after] * share;
  return Number.isFinite(value) ? value : null;
}

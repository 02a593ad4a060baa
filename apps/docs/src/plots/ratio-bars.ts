import { escapeHtml } from './escape-html.ts';

/** A bar: how many times a value is as large as the reference. */
export interface RatioBar {
  readonly label: string;
  /** Above 0. */
  readonly ratio: number;
}

const WIDTH = 340;
/** Where labels end and bars may begin. */
const LEFT = 138;
/** Space for the number beside a bar. */
const NUMBER = 44;
const ROW = 20;
const TOP = 4;

/**
 * Draws ratios as bars from a line at 1, on a logarithmic axis: 2 and 1/2 are bars of the same length. Colors are those of the
 * page.
 *
 * @param range smallest and largest ratio of the axis, for charts that readers compare with each other; both sides of 1
 */
export function ratioBars(title: string, bars: readonly RatioBar[], range: readonly [number, number]): string {
  const [low, high] = range.map(Math.log);
  const from = LEFT + (low < 0 ? NUMBER : 0);
  const x = (ratio: number) => from + ((Math.log(ratio) - low) / (high - low)) * (WIDTH - NUMBER - from);
  const one = x(1).toFixed(1);
  const height = TOP + ROW * bars.length + 2;
  const rows = bars.map(({ label, ratio }, i) => {
    const y = TOP + ROW * i;
    const [begin, end] = ratio >= 1 ? [x(1), x(ratio)] : [x(ratio), x(1)];
    const number =
      ratio >= 1
        ? `<text x="${(end + 4).toFixed(1)}" y="${y + 14}">`
        : `<text x="${(begin - 4).toFixed(1)}" y="${y + 14}" text-anchor="end">`;
    return (
      `<text x="${LEFT - 8}" y="${y + 14}" text-anchor="end">${escapeHtml(label)}</text>` +
      `<rect class="${ratio >= 1 ? 'curve-end-0' : 'curve-end-1'}" x="${begin.toFixed(1)}" y="${y + 3}" ` +
      `width="${Math.max(1, end - begin).toFixed(1)}" height="${ROW - 6}"/>${number}${ratioText(ratio)}</text>`
    );
  });
  const name = escapeHtml(`${title}. ${bars.map(({ label, ratio }) => `${label} ${ratioText(ratio)}`).join('. ')}`);
  return (
    `<figure class="chart"><figcaption><strong>${escapeHtml(title)}</strong></figcaption>` +
    `<svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${name}">${rows.join('')}` +
    `<path class="axis" d="M${one} ${TOP}V${height}"/></svg></figure>`
  );
}

/** Formats a ratio with two digits: `0.42×`, `3.1×`, `120×`. */
function ratioText(ratio: number): string {
  return `${Number(ratio.toPrecision(2))}×`;
}

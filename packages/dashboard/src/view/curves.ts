import { dataRegion, disclosure, html, table } from './dom.ts';
import { numberText, titleOf } from './format.ts';
import { type Line, type Plot, plot } from './plot.ts';
import { type Curve, curvesOf, type RunState } from './run-state.ts';

/** A run whose curves are shown, and the number of its colour. */
export interface ShownRun {
  readonly run: RunState;
  readonly colour: number;
}

/** A part of the page that is drawn again when its records change. */
export interface Section {
  readonly element: HTMLElement;
  draw(): void;
}

/** Creates the curves of losses, metrics and the learning rate, one plot for each. */
export function curvesSection(runs: () => readonly ShownRun[]): Section {
  const log = html('input', { type: 'checkbox' });
  const grid = html('div', { class: 'grid-of-plots' });
  const element = html(
    'section',
    { 'aria-labelledby': 'curves' },
    html(
      'div',
      { class: 'heading' },
      html('h2', { id: 'curves' }, 'Curves'),
      html('label', {}, log, ' Logarithmic scale'),
    ),
    grid,
  );
  const figures = new Map<string, ReturnType<typeof curveFigure>>();
  const draw = (): void => {
    const curves = runs().flatMap(({ run, colour }) => curvesOf(run).map((curve) => ({ curve, run, colour })));
    const names = [...new Set(curves.map(({ curve }) => curve.name))].sort((a, b) => rankOf(a) - rankOf(b));
    const isSingle = runs().length === 1;
    for (const name of names) {
      const figure = figures.get(name) ?? curveFigure(name);
      figures.set(name, figure);
      const lines = curves
        .filter(({ curve }) => curve.name === name)
        .map(({ curve, run, colour }): Line => {
          const part = curve.isValidation ? 'validation' : 'training';
          // Of one run, training and validation have colours of their own.
          const own = isSingle ? (curve.isValidation ? 1 : 0) : colour;
          return {
            label: isSingle ? part : `${run.name}, ${part}`,
            colour: own,
            dashed: curve.isValidation,
            points: curve.points,
          };
        });
      figure.draw(lines, log.checked);
    }
    for (const name of figures.keys()) if (!names.includes(name)) figures.delete(name);
    const elements = names.flatMap((name) => figures.get(name)?.element ?? []);
    // Moving elements would take the focus away from them.
    if (elements.length !== grid.children.length || elements.some((figure, i) => grid.children[i] !== figure)) {
      grid.replaceChildren(...elements);
    }
  };
  log.addEventListener('change', draw);
  return { element, draw };
}

/** Losses come first, the learning rate last. */
function rankOf(name: Curve['name']): number {
  return name === 'loss' ? 0 : name === 'learningRate' ? 3 : /loss$/i.test(name) ? 1 : 2;
}

function curveFigure(name: string): {
  readonly element: HTMLElement;
  draw(lines: readonly Line[], isLog: boolean): void;
} {
  const title = titleOf(name);
  const place = html('div', { class: 'image' });
  const legend = html('ul', { class: 'legend' });
  const readout = html('p', { class: 'readout', 'aria-hidden': 'true' });
  let shown: readonly Line[] = [];
  let epochAt: Plot['epochAt'] = () => 0;
  place.addEventListener('pointermove', ({ clientX }) => {
    const { left, width } = place.getBoundingClientRect();
    readout.textContent = valuesAt(epochAt((clientX - left) / width), shown);
  });
  place.addEventListener('pointerleave', () => {
    readout.textContent = '';
  });
  const data = disclosure('Data', () => dataRegion(`Data of ${title}`, dataTable(title, shown)));
  const element = html('figure', {}, html('figcaption', {}, title), place, readout, legend, data.element);
  return {
    element,
    draw: (lines, isLog) => {
      shown = lines;
      const values = lines.map(({ label, points }) => `${label} ${numberText(points.at(-1)?.[1] ?? Number.NaN)}`);
      const drawn = plot(`${title} over the epochs, last values: ${values.join('; ')}`, lines, isLog);
      epochAt = drawn.epochAt;
      place.replaceChildren(drawn.image);
      legend.replaceChildren(
        ...lines.map(({ label, colour, dashed, points }) =>
          html(
            'li',
            {},
            html('span', { class: `key colour-${colour % 8}${dashed ? ' dashed' : ''}`, 'aria-hidden': 'true' }),
            `${label} `,
            html('strong', {}, numberText(points.at(-1)?.[1] ?? Number.NaN)),
          ),
        ),
      );
      data.update();
    },
  };
}

/** Returns the values of lines at their points next to a position. */
function valuesAt(epoch: number, lines: readonly Line[]): string {
  const nearest = lines.flatMap(({ label, points }) => {
    if (points.length === 0) return [];
    const [x, y] = points.reduce((a, b) => (Math.abs(b[0] - epoch) < Math.abs(a[0] - epoch) ? b : a));
    return [{ x, text: `${label} ${numberText(y)}` }];
  });
  return nearest.length === 0 ? '' : `epoch ${nearest[0].x.toFixed(2)}: ${nearest.map(({ text }) => text).join(', ')}`;
}

/** Number of rows of a table of values; of more, equally spaced ones are listed. */
const MOST_ROWS = 200;

function dataTable(title: string, lines: readonly Line[]): HTMLTableElement {
  const all = [...new Set(lines.flatMap(({ points }) => points.map(([x]) => x)))].sort((a, b) => a - b);
  const every = Math.ceil(all.length / MOST_ROWS);
  const xs = all.filter((_, i) => (all.length - 1 - i) % every === 0);
  const columns = lines.map(({ points }) => new Map(points));
  const rows = xs.map((x) => [
    numberText(x),
    ...columns.map((column) => {
      const value = column.get(x);
      return value === undefined ? '' : numberText(value);
    }),
  ]);
  return table(`${title}, by epoch`, ['epoch', ...lines.map(({ label }) => label)], rows);
}

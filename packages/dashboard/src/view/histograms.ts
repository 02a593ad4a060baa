import type { Distribution } from '../records/record.ts';
import type { Section } from './curves.ts';
import { dataRegion, disclosure, html, svg, table } from './dom.ts';
import { countText, numberText } from './format.ts';
import type { RunState } from './run-state.ts';

/** Number of tensors that are shown at once; a filter selects others. */
const MOST_SHOWN = 24;

const WIDTH = 240;
const HEIGHT = 80;

/** Creates the histograms of weights and gradients of a run, for one epoch at a time. */
export function histogramsSection(run: () => RunState | null): Section {
  const slider = html('input', { type: 'range', min: 0, max: 0, value: 0 });
  const shownEpoch = html('output', {});
  const filter = html('input', { type: 'search' });
  const note = html('p', { hidden: true });
  const grid = html('div', { class: 'grid-of-histograms' });
  const controls = html(
    'div',
    { class: 'controls' },
    html('label', {}, 'Epoch ', slider, ' ', shownEpoch),
    html('label', {}, 'Filter by name ', filter),
  );
  const element = html(
    'section',
    { 'aria-labelledby': 'histograms' },
    html('h2', { id: 'histograms' }, 'Weights and gradients'),
    controls,
    note,
    grid,
  );
  let epochs: readonly number[] = [];
  const show = (): void => {
    const epoch = epochs[Number(slider.value)];
    const both = run()?.histograms.get(epoch);
    shownEpoch.textContent = epoch === undefined ? '' : String(epoch + 1);
    slider.setAttribute('aria-valuetext', epoch === undefined ? '' : `epoch ${epoch + 1}`);
    const gradients = new Map(both?.gradients?.tensors.map((tensor) => [tensor.name, tensor]));
    const weights = both?.weights?.tensors ?? [];
    const found = weights.filter(({ name }) => name.toLowerCase().includes(filter.value.toLowerCase()));
    note.hidden = found.length <= MOST_SHOWN;
    note.textContent = `The first ${MOST_SHOWN} of ${countText(found.length)} weights. Type a part of a name to find others.`;
    grid.replaceChildren(
      ...found.slice(0, MOST_SHOWN).map((weight) => {
        const gradient = gradients.get(weight.name);
        return html(
          'figure',
          {},
          html('figcaption', {}, weight.name),
          histogram('weights', weight),
          ...(gradient === undefined ? [] : [histogram('gradients', gradient)]),
        );
      }),
    );
  };
  slider.addEventListener('input', show);
  filter.addEventListener('input', show);
  return {
    element,
    draw: () => {
      const isLast = Number(slider.value) >= epochs.length - 1;
      epochs = [...(run()?.histograms.keys() ?? [])].sort((a, b) => a - b);
      element.hidden = epochs.length === 0;
      const last = Math.max(0, epochs.length - 1);
      slider.max = String(last);
      if (isLast) slider.value = String(last);
      show();
    },
  };
}

function histogram(part: 'weights' | 'gradients', distribution: Distribution): HTMLElement {
  const { name, counts, min, max, mean, deviation, notFinite, size, counted } = distribution;
  const highest = Math.max(1, ...counts);
  const width = WIDTH / Math.max(1, counts.length);
  const text =
    `${part}: mean ${numberText(mean)}, deviation ${numberText(deviation)}` +
    (notFinite === 0 ? '' : `, ${countText(notFinite)} not finite`);
  const image = svg('svg', {
    viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
    role: 'img',
    'aria-label': `Histogram of ${name}, ${text}, from ${numberText(min)} to ${numberText(max)}`,
    class: `bars ${part}`,
  });
  counts.forEach((count, i) => {
    // A square root, so that rare values can be seen.
    const height = Math.sqrt(count / highest) * (HEIGHT - 4);
    image.append(svg('rect', { x: i * width, y: HEIGHT - height, width: Math.max(0.5, width - 1), height }));
  });
  const step = (max - min) / counts.length;
  const data = disclosure('Data', () =>
    dataRegion(
      `Data of ${name}, ${part}`,
      table(
        `${name}, ${part}: ${countText(counted)} of ${countText(size)} elements`,
        ['from', 'to', 'elements'],
        counts.map((count, i) => [numberText(min + i * step), numberText(min + (i + 1) * step), countText(count)]),
      ),
    ),
  );
  return html(
    'div',
    { class: notFinite > 0 ? 'histogram broken' : 'histogram' },
    image,
    html('div', { class: 'range' }, html('span', {}, numberText(min)), html('span', {}, numberText(max))),
    html('p', {}, text),
    data.element,
  );
}

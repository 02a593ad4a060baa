import type { TraceStep } from '../records/record.ts';
import type { Section } from './curves.ts';
import { html, scrolling } from './dom.ts';
import { countText, numberText, percentText } from './format.ts';
import type { RunState } from './run-state.ts';

const clocks: Readonly<Record<string, string>> = {
  host: 'the clock of the host',
  gpu: 'timestamps of the GPU',
  submission: 'the clock of the host, from the submission of a step until the GPU has finished',
};

/** Creates the plan of the training step, with the time of each step. */
export function traceSection(run: () => RunState | null): Section {
  const note = html('p', {});
  const body = html('div', {});
  const element = html(
    'section',
    { 'aria-labelledby': 'plan' },
    html('h2', { id: 'plan' }, 'Plan of the training step'),
    note,
    body,
  );
  let shown: unknown = null;
  return {
    element,
    draw: () => {
      const trace = run()?.trace ?? null;
      element.hidden = trace === null;
      if (trace === null || trace === shown) return;
      shown = trace;
      const outer = trace.steps.filter(({ depth }) => depth === 0);
      const isMeasured = outer.some(({ milliseconds }) => milliseconds !== null);
      const total = outer.reduce((sum, step) => sum + weightOf(step, isMeasured), 0);
      note.textContent = isMeasured
        ? `${outer.length} steps take ${numberText(total)} ms, measured by ${clocks[trace.clock] ?? trace.clock}: the shortest time of ` +
          `each step up to epoch ${trace.epoch + 1}.`
        : `${outer.length} steps. The backend does not measure times; one created with measures: true does. The bars show operations.`;
      const rows = trace.steps.map((step) => row(step, total, isMeasured));
      const titles = [
        'step',
        ...(isMeasured ? ['ms'] : []),
        'share',
        'runs',
        'MFLOP',
        'MB',
        ...(isMeasured ? ['GFLOP/s'] : []),
      ];
      const head = html('tr', {}, ...titles.map((title) => html('th', { scope: 'col' }, title)));
      const caption = html('caption', {}, 'Steps in the order in which they run');
      body.replaceChildren(
        scrolling(
          'Table of the plan',
          html('table', { class: 'trace' }, caption, html('thead', {}, head), html('tbody', {}, ...rows)),
        ),
      );
    },
  };
}

function weightOf({ milliseconds, operations }: TraceStep, isMeasured: boolean): number {
  return isMeasured ? (milliseconds ?? 0) : operations;
}

function row(step: TraceStep, total: number, isMeasured: boolean): HTMLElement {
  const { name, depth, runs, operations, bytes, milliseconds } = step;
  const share = total === 0 ? 0 : weightOf(step, isMeasured) / total;
  const bar = html('td', { class: 'bar' }, percentText(share));
  bar.style.setProperty('--share', `${Math.min(100, 100 * share).toFixed(2)}%`);
  const title = html('th', { scope: 'row', title: name }, name);
  title.style.paddingLeft = `${0.5 + depth}em`;
  const rate = milliseconds === null || milliseconds === 0 ? '' : numberText(operations / milliseconds / 1e6);
  return html(
    'tr',
    {},
    title,
    ...(isMeasured ? [html('td', {}, milliseconds === null ? '' : milliseconds.toFixed(3))] : []),
    bar,
    html('td', {}, countText(runs)),
    html('td', {}, numberText(operations / 1e6)),
    html('td', {}, numberText(bytes / 1e6)),
    ...(isMeasured ? [html('td', {}, rate)] : []),
  );
}

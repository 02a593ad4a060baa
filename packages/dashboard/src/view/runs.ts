import { html } from './dom.ts';
import { COLOURS } from './plot.ts';
import type { RunState } from './run-state.ts';

/** The list of runs: which curves are shown, and of which run the page shows all other parts. */
export interface RunsList {
  readonly element: HTMLElement;
  /** Adds a run, and selects it. */
  add(run: RunState): void;
  /** Runs whose curves are shown, with the numbers of their colours. */
  shown(): readonly { readonly run: RunState; readonly colour: number }[];
  /** The run of which the page shows everything; null without runs. */
  selected(): RunState | null;
}

/** Creates the list of runs, which is visible if there are several. */
export function runsList(changed: () => void): RunsList {
  const runs: { readonly run: RunState; readonly box: HTMLInputElement; readonly radio: HTMLInputElement }[] = [];
  const list = html('ul', { class: 'runs' });
  const element = html('fieldset', { hidden: true }, html('legend', {}, 'Runs'), list);
  return {
    element,
    add: (run) => {
      const box = html('input', { type: 'checkbox', checked: true, 'aria-label': `Show the curves of ${run.name}` });
      const radio = html('input', { type: 'radio', name: 'run', 'aria-label': `Show all about ${run.name}` });
      radio.checked = true;
      for (const input of [box, radio]) input.addEventListener('change', changed);
      const key = html('span', { class: `key colour-${runs.length % COLOURS}`, 'aria-hidden': 'true' });
      list.append(html('li', {}, box, key, html('label', {}, radio, ` ${run.name}`)));
      runs.push({ run, box, radio });
      element.hidden = runs.length < 2;
    },
    shown: () => runs.flatMap(({ run, box }, colour) => (box.checked ? [{ run, colour }] : [])),
    selected: () => (runs.find(({ radio }) => radio.checked) ?? runs.at(-1))?.run ?? null,
  };
}

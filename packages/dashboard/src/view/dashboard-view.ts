import type { DashboardRecord, RecordSource } from '../records/record.ts';
import { confusionSection } from './confusion.ts';
import { curvesSection, type Section } from './curves.ts';
import { html } from './dom.ts';
import { histogramsSection } from './histograms.ts';
import { modelSection } from './model.ts';
import { addRecord, emptyRun, type RunState } from './run-state.ts';
import { runsList } from './runs.ts';
import { samplesSection } from './samples.ts';
import { type Connection, statusSection } from './status.ts';
import { styles } from './styles.ts';
import { traceSection } from './trace.ts';

/** A dashboard in a page. */
export interface DashboardView {
  /** Adds a record, and draws it in the next frame. */
  add(record: DashboardRecord): void;
  /** Removes all runs, before a source sends its records again. */
  clear(): void;
  setConnection(connection: Connection): void;
  /** Removes the dashboard from its element. */
  remove(): void;
}

/** Settings of a view. */
export interface ViewSettings {
  readonly theme: 'auto' | 'light' | 'dark';
  readonly stop: RecordSource['stop'] | null;
  readonly connection: Connection;
}

/** The sections that each type of records changes; those not listed change all. */
const CHANGES: Readonly<Partial<Record<DashboardRecord['type'], readonly string[]>>> = {
  batch: ['status', 'curves'],
  epoch: ['status', 'curves'],
  confusion: ['confusion'],
  samples: ['samples'],
  histograms: ['histograms'],
  trace: ['trace'],
};

/** Shows a dashboard in an element of a page. Its styles are in a shadow root, separate from those of the page. */
export function createView(element: Element, settings: ViewSettings): DashboardView {
  const host = html('div', settings.theme === 'auto' ? {} : { 'data-theme': settings.theme });
  const root = host.attachShadow({ mode: 'open' });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(styles);
  root.adoptedStyleSheets = [sheet];
  const content = html('div', { class: 'page' });
  root.append(content);
  element.append(host);

  let { connection } = settings;
  let runs = new Map<string, RunState>();
  let sections: Readonly<Record<string, Section>> = {};
  let list = runsList(() => changed());
  const dirty = new Set<string>();
  let frame = 0;

  function build(): void {
    runs = new Map();
    list = runsList(() => changed());
    const selected = (): RunState | null => list.selected();
    sections = {
      status: statusSection(selected, () => connection, settings.stop ?? null),
      curves: curvesSection(() => list.shown()),
      confusion: confusionSection(selected),
      samples: samplesSection(selected),
      histograms: histogramsSection(selected),
      trace: traceSection(selected),
      model: modelSection(selected),
    };
    const { status, ...others } = sections;
    const header = html('header', {}, html('h1', {}, 'Training dashboard'), status.element, list.element);
    content.replaceChildren(header, ...Object.values(others).map((section) => section.element));
    changed();
  }

  function changed(names: readonly string[] = Object.keys(sections)): void {
    for (const name of names) dirty.add(name);
    if (frame === 0) frame = requestAnimationFrame(draw);
  }

  function draw(): void {
    frame = 0;
    const names = [...dirty];
    dirty.clear();
    for (const name of names) sections[name]?.draw();
    sections.curves.element.hidden = runs.size === 0;
  }

  build();
  return {
    add: (record) => {
      const known = runs.get(record.run);
      const run = known ?? emptyRun(record.run);
      addRecord(run, record);
      if (known === undefined) {
        runs.set(record.run, run);
        list.add(run);
      }
      changed(known === undefined ? undefined : CHANGES[record.type]);
    },
    clear: build,
    setConnection: (next) => {
      connection = next;
      changed(['status']);
    },
    remove: () => {
      cancelAnimationFrame(frame);
      host.remove();
    },
  };
}

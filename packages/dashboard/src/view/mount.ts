import { type KindsOf, oneOf, oneOrMany, optional, readArgument, readOptions, withMethods } from '@manabi/errors';
import { type PageElement, pageElementKind } from '../records/page-element.ts';
import type { RecordSource } from '../records/record.ts';
import { RunNames } from '../records/run-names.ts';
import { createView } from './dashboard-view.ts';

/** Options of `mountDashboard`. */
export interface MountOptions {
  /** Colours: those of the browser's setting, or always light or dark ones (default: `auto`). */
  readonly theme?: 'auto' | 'light' | 'dark';
}

const kinds = { theme: optional(oneOf('auto', 'light', 'dark'), 'auto') } satisfies KindsOf<MountOptions>;

const sourcesKind = oneOrMany(withMethods<RecordSource>('subscribe'));

/**
 * Shows a dashboard in an element of a page.
 *
 * @param element element to which the dashboard is appended
 * @param sources where the records come from, such as a `RecordHub` or `workerSource(worker)`; with several, the curves of
 * their runs are shown together
 * @returns a function that removes the dashboard
 * @throws ManabiError `argument` for other values
 * @example
 * ```ts no-run
 * import { decodeRecords, RecordHub } from '@manabi/dashboard';
 * import { mountDashboard } from '@manabi/dashboard/view';
 *
 * const hub = new RecordHub();
 * const remove = mountDashboard(document.body, hub);
 * for (const record of decodeRecords(await (await fetch('run.jsonl')).text())) hub.write(record);
 * ```
 */
export function mountDashboard(
  element: PageElement,
  sources: RecordSource | readonly RecordSource[],
  options: MountOptions = {},
): () => void {
  readArgument('mountDashboard', 'element', element, pageElementKind);
  const given = [readArgument('mountDashboard', 'sources', sources, sourcesKind)].flat();
  const { theme } = readOptions('mountDashboard', options, kinds);
  const canStop = given.some(({ stop }) => stop !== undefined);
  const names = new RunNames();
  const readers = given.map((source) => ({ source, read: names.reader() }));
  const stop = (name: string): void => {
    for (const { source, read } of readers) {
      const run = names.ownName(name, read);
      if (run !== null) source.stop?.(run);
    }
  };
  // An object with the properties of an element is one.
  const view = createView(element as unknown as Element, { theme, connection: 'live', stop: canStop ? stop : null });
  const ends = readers.map(({ source, read }) => source.subscribe((record) => view.add(read(record))));
  return () => {
    for (const end of ends) end();
    view.remove();
  };
}

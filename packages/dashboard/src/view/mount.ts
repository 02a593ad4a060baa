import { type KindsOf, kind, oneOf, oneOrMany, optional, readArgument, readOptions, withMethods } from '@manabi/errors';
import type { RecordSource } from '../records/record.ts';
import { createView } from './dashboard-view.ts';

/** Options of `mountDashboard`. */
export interface MountOptions {
  /** Colours: those of the browser's setting, or always light or dark ones (default: `auto`). */
  readonly theme?: 'auto' | 'light' | 'dark';
}

const kinds = { theme: optional(oneOf('auto', 'light', 'dark'), 'auto') } satisfies KindsOf<MountOptions>;

const elementKind = kind(
  'an element of the page',
  (given): given is Element =>
    typeof given === 'object' && given !== null && 'attachShadow' in given && 'appendChild' in given,
);

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
 * const hub = new RecordHub();
 * const remove = mountDashboard(document.body, hub);
 * for (const record of decodeRecords(await (await fetch('run.jsonl')).text())) hub.write(record);
 * ```
 */
export function mountDashboard(
  element: Element,
  sources: RecordSource | readonly RecordSource[],
  options: MountOptions = {},
): () => void {
  readArgument('mountDashboard', 'element', element, elementKind);
  const given = [readArgument('mountDashboard', 'sources', sources, sourcesKind)].flat();
  const { theme } = readOptions('mountDashboard', options, kinds);
  const canStop = given.some(({ stop }) => stop !== undefined);
  const view = createView(element, {
    theme,
    connection: 'live',
    stop: canStop
      ? (run) => {
          for (const source of given) source.stop?.(run);
        }
      : null,
  });
  const ends = given.map((source) => source.subscribe((record) => view.add(record)));
  return () => {
    for (const end of ends) end();
    view.remove();
  };
}

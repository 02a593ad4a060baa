import { type CallbackHooks, callbacks } from 'manabi';
import { chooseBackend, chooseMeasuredBackend } from './choose-backend.ts';
import { checkDestination } from './destination.ts';
import type { PageOptions } from './options/page-options.ts';
import type { Terminal } from './terminal.ts';

/**
 * Selects the backend that trains. With a page, the CPU backend measures the steps of plans, which the page shows.
 *
 * @throws as documented at `chooseBackend` and `checkDestination`
 */
export async function chooseBackendFor(backend: string | undefined, { dashboard, record }: PageOptions): Promise<void> {
  if (record !== undefined) await checkDestination('--record', record, '.jsonl');
  const isShown = dashboard !== undefined || record !== undefined;
  if (isShown && (backend === undefined || backend === 'cpu')) await chooseMeasuredBackend('cpu');
  else await chooseBackend(backend);
}

/**
 * Creates the callbacks that show and record trainings: none, or one that several trainings may use.
 *
 * @param classNames names of the classes in the order of the labels; null for their indices
 */
export function pageCallbacks(
  { dashboard, record }: PageOptions,
  classNames: readonly string[] | null,
  { say }: Terminal,
): readonly CallbackHooks[] {
  if (dashboard === undefined && record === undefined) return [];
  const page = dashboard === true ? 0 : (dashboard ?? null);
  return [callbacks.dashboard({ port: page, file: record ?? null, classNames, print: say })];
}

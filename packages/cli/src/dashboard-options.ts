import { type Command, InvalidArgumentError } from 'commander';
import { type CallbackHooks, callbacks } from 'manabi';
import { chooseBackend, chooseMeasuredBackend } from './choose-backend.ts';
import { checkDestination } from './destination.ts';
import { integer } from './option-values.ts';
import type { Terminal } from './terminal.ts';

/** Options of the commands that show a training on a page. */
export interface PageOptions {
  /** Port of the page; true for any free port. */
  readonly dashboard?: number | true;
  /** File to which the records of the page are appended. */
  readonly record?: string;
}

const LARGEST_PORT = 65_535;

/** Adds the options of the page that shows a training. */
export function withPageOptions(command: Command): Command {
  return command
    .option(
      '--dashboard [port]',
      'Show the training on a local page, and print its URL (default port: any free one)',
      port,
    )
    .option('--record <runs.jsonl>', "Append what the page shows to a file, for 'manabi dashboard'");
}

/** Parses a port. @throws InvalidArgumentError for other texts, such as the name of a recipe */
export function port(text: string): number {
  const value = /^\d+$/.test(text) ? integer(0)(text) : Number.NaN;
  if (value <= LARGEST_PORT) return value;
  throw new InvalidArgumentError(
    `Expected a port from 0 to ${LARGEST_PORT}. Put --dashboard without a port at the end of the command.`,
  );
}

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

import { type Command, InvalidArgumentError } from 'commander';
import { integer } from './option-values.ts';

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

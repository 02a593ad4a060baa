import { parseArgs } from 'node:util';
import { contestantNames } from './contestants.ts';
import { casesOf, workNames } from './tasks.ts';

/** What the command line asks for. */
export interface BenchArguments {
  /** Works to run, null for all. */
  readonly only: readonly string[] | null;
  /** Threads that each contestant gets. */
  readonly threads: number;
  /** Contestants, null for manabi and every installed peer. */
  readonly who: readonly string[] | null;
  /** Measuring time for each contestant in each case. */
  readonly seconds: number;
  /** Number of rounds, null for as many as fit in `seconds`. */
  readonly repeats: number | null;
  /** Works of which manabi's steps are listed, null to measure side by side. */
  readonly profile: readonly string[] | null;
  readonly json: boolean;
  readonly install: boolean;
  readonly help: boolean;
}

/** A command line that makes no sense; its message is for the person who typed it. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** What `--help` prints. */
export const helpText = `npm run bench -- [options]

Measures manabi side by side with its peers: one process each, alternating runs, medians and ratios.

  --only WORKS      of ${workNames.join(', ')};
                    one size alone: matmul:512x512x512
  --who NAMES       of ${contestantNames.join(', ')};
                    by default manabi-cpu and the peers that are installed
  --threads N       threads for each contestant (1)
  --seconds S       measuring time for each contestant in each case (2)
  --repeats N       exactly N rounds instead
  --profile WORKS   lists the steps that manabi runs, with their times, in place of measuring
  --install         first install the peers that --who names (all by default) into apps/bench/.peers
  --json            rows as JSON lines, nothing else on standard output
  --help            this text
`;

/**
 * Reads a command line.
 *
 * @param args without the program's name
 * @throws UsageError for unknown options, works and contestants and for numbers out of range
 *
 * @example
 * parseBenchArguments(['--only', 'matmul,softmax', '--threads', '2', '--json']);
 */
export function parseBenchArguments(args: readonly string[]): BenchArguments {
  const values = parse(args);
  const only = values.only === undefined ? null : works('--only', values.only);
  const profile = values.profile === undefined ? null : works('--profile', values.profile);
  const who = values.who === undefined ? null : list('--who', values.who);
  for (const name of who ?? []) {
    if (!contestantNames.some((known) => known === name)) {
      throw new UsageError(`--who: there is no contestant '${name}'. There are: ${contestantNames.join(', ')}.`);
    }
  }
  return {
    only,
    who,
    threads: values.threads === undefined ? 1 : wholeNumber('--threads', values.threads),
    seconds: values.seconds === undefined ? 2 : positiveNumber('--seconds', values.seconds),
    repeats: values.repeats === undefined ? null : wholeNumber('--repeats', values.repeats),
    profile,
    json: values.json ?? false,
    install: values.install ?? false,
    help: values.help ?? false,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      strict: true,
      allowPositionals: false,
      options: {
        only: { type: 'string' },
        who: { type: 'string' },
        threads: { type: 'string' },
        seconds: { type: 'string' },
        repeats: { type: 'string' },
        profile: { type: 'string' },
        json: { type: 'boolean' },
        install: { type: 'boolean' },
        help: { type: 'boolean' },
      },
    }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function list(option: string, text: string): readonly string[] {
  const names = text.split(',').map((name) => name.trim());
  if (names.includes('')) throw new UsageError(`${option}: '${text}' has an empty name in it.`);
  return names;
}

function works(option: string, text: string): readonly string[] {
  const names = list(option, text);
  for (const name of names) {
    if (casesOf([name]).length === 0) {
      throw new UsageError(`${option}: there is no work '${name}'. There are: ${workNames.join(', ')}.`);
    }
  }
  return names;
}

function wholeNumber(option: string, text: string): number {
  if (!/^[1-9]\d*$/.test(text)) throw new UsageError(`${option}: '${text}' is not a whole number above 0.`);
  return Number(text);
}

function positiveNumber(option: string, text: string): number {
  const value = Number(text);
  if (!(value > 0 && value < Infinity)) throw new UsageError(`${option}: '${text}' is not a number above 0.`);
  return value;
}

import { parseArgs } from 'node:util';
import { contestantNames, contestants, type Place, runsIn } from './contestants.ts';
import { profiled } from './profile-works.ts';
import { casesOf, dataWorks, groupNames, workNames } from './tasks.ts';

/** Options of `npm run bench`. */
export interface BenchArguments {
  /** Names of the benchmarks to measure, with or without a size, or of groups; null for the default. */
  readonly only: readonly string[] | null;
  /** Number of threads that each contestant may use. */
  readonly threads: number;
  /** Where the contestants run. */
  readonly place: Place;
  /** Name of the WebGPU adapter to use, or part of it; null for the default. */
  readonly adapter: string | null;
  /** Contestants to measure; null for manabi and every installed peer. */
  readonly who: readonly string[] | null;
  /** Measuring time for each contestant in each case, in seconds. */
  readonly seconds: number;
  /**
   * Number of rounds, in each of which every contestant takes one sample; null for as many rounds as fit in `seconds`.
   */
  readonly repeats: number | null;
  /** Longest permitted duration of one run, in seconds. */
  readonly limit: number;
  /** Benchmarks to profile; null to compare the contestants instead. */
  readonly profile: readonly string[] | null;
  readonly json: boolean;
  /** File to write all rows to, with the machine, the date and the versions; null for none. */
  readonly out: string | null;
  readonly install: boolean;
  readonly help: boolean;
}

/** Error for an invalid command line; the message is shown to the user. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Output of `npm run bench -- --help`. */
export const helpText = `npm run bench -- [options]

Measure manabi side by side with its peers: one process each, in alternation, with medians and ratios.

  --only NAMES      Benchmarks to measure: ${workNames.join(', ')};
                    a single size: matmul:512x512x512; groups: networks, all (default: all but networks)
  --who NAMES       Contestants: ${contestantNames.join(', ')}
                    (default: manabi and all installed peers)
  --in PLACE        Where contestants run: node, browser (default: node)
  --adapter NAME    WebGPU adapter: part of its name in Node; in the browser, a value of Chromium's flag
                    --use-webgpu-adapter, such as swiftshader (default: chosen by the system)
  --threads N       Threads for each contestant (default: 1)
  --seconds S       Measuring time for each contestant in each case (default: 2)
  --repeats N       Exactly N rounds instead of --seconds
  --limit S         Longest duration of one run; slower contestants are reported without times (default: 10)
  --profile NAMES   List the steps of manabi's plan with their times instead of measuring, on one thread;
                    --who manabi-onnxruntime lists the operators of its session
  --install         First install the peers named by --who (default: all) into apps/bench/.peers
  --json            Print rows as JSON lines, and nothing else, to standard output
  --out FILE        Also write all rows, the machine, the date and the versions to a JSON file
  --help            Show help
`;

/**
 * Parses the command line of `npm run bench`.
 *
 * @param args arguments after the name of the program
 * @throws UsageError for unknown options, benchmarks and contestants, and for numbers out of range
 */
export function parseBenchArguments(args: readonly string[]): BenchArguments {
  const values = parse(args);
  const only = values.only === undefined ? null : works('--only', values.only);
  const profile = values.profile === undefined ? null : works('--profile', values.profile);
  const place = placeOf(values.in ?? 'node');
  const data = casesOf(profile ?? []).find(({ work }) => dataWorks.some((each) => each === work));
  if (data !== undefined)
    throw new UsageError(`--profile: '${data.work}' has no plan to profile. Use node --cpu-prof.`);
  if (profile !== null && values.out !== undefined)
    throw new UsageError('--out has no effect with --profile: omit it.');
  const isProfiled = (name: string) => Object.hasOwn(profiled, name);
  if (profile !== null && values.who !== undefined && !isProfiled(values.who)) {
    throw new UsageError(`--profile: --who must be one of ${Object.keys(profiled).join(', ')}; got '${values.who}'.`);
  }
  if (values.out === '') throw new UsageError('--out needs the name of a file.');
  if (profile !== null && place !== 'node') throw new UsageError('--profile runs only in Node: omit --in.');
  return {
    only,
    place,
    adapter: values.adapter ?? null,
    who: values.who === undefined ? null : names('--who', values.who, place),
    threads: values.threads === undefined ? 1 : positiveInteger('--threads', values.threads),
    seconds: values.seconds === undefined ? 2 : positiveNumber('--seconds', values.seconds),
    repeats: values.repeats === undefined ? null : positiveInteger('--repeats', values.repeats),
    limit: values.limit === undefined ? 10 : positiveNumber('--limit', values.limit),
    profile,
    json: values.json ?? false,
    out: values.out ?? null,
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
        in: { type: 'string' },
        adapter: { type: 'string' },
        limit: { type: 'string' },
        threads: { type: 'string' },
        seconds: { type: 'string' },
        repeats: { type: 'string' },
        profile: { type: 'string' },
        json: { type: 'boolean' },
        out: { type: 'string' },
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
  if (names.includes('')) throw new UsageError(`${option}: '${text}' contains an empty name.`);
  return names;
}

function placeOf(text: string): Place {
  if (text === 'node' || text === 'browser') return text;
  throw new UsageError(`--in must be node or browser; got '${text}'.`);
}

/** Parses the names of contestants, all of which must be able to run in a place. */
function names(option: string, text: string, place: Place): readonly string[] {
  const requested = list(option, text);
  for (const name of requested) {
    const known = contestantNames.find((each) => each === name);
    if (known === undefined) {
      throw new UsageError(`${option}: unknown contestant '${name}'. Known: ${contestantNames.join(', ')}.`);
    }
    if (!runsIn(contestants[known], place)) {
      throw new UsageError(`${option}: '${name}' does not run in ${place === 'node' ? 'Node' : 'a browser'}.`);
    }
  }
  return requested;
}

function works(option: string, text: string): readonly string[] {
  const names = list(option, text);
  for (const name of names) {
    if (casesOf([name]).length === 0) {
      throw new UsageError(
        `${option}: unknown benchmark '${name}'. Known: ${[...workNames, ...groupNames].join(', ')}.`,
      );
    }
  }
  return names;
}

function positiveInteger(option: string, text: string): number {
  if (!/^[1-9]\d*$/.test(text)) throw new UsageError(`${option} must be a positive integer; got '${text}'.`);
  return Number(text);
}

function positiveNumber(option: string, text: string): number {
  const value = Number(text);
  if (!(value > 0 && value < Infinity)) throw new UsageError(`${option} must be a positive number; got '${text}'.`);
  return value;
}

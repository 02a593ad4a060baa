import { type Command, Option } from 'commander';
import { withCpuOptions } from './cpu-options.ts';
import { integer } from './option-values.ts';

/** Options of every command. */
export interface CommonOptions {
  readonly json?: true;
}

/** Options of commands that run a network. */
export interface RunOptions extends CommonOptions {
  readonly backend?: string;
  readonly seed: number;
}

/** Adds the options that all commands have, and adds examples to the help of the command. */
export function withCommonOptions(command: Command, examples: readonly string[]): Command {
  return command
    .option('--json', 'Print one line of JSON to stdout, and text to stderr')
    .addOption(new Option('--verbose, --debug', 'Print stack traces of errors'))
    .addHelpText('after', `\nExamples:\n${examples.map((example) => `  $ ${example}`).join('\n')}`);
}

/** Adds the options of commands that run a network. */
export function withRunOptions(command: Command): Command {
  return withCpuOptions(command)
    .option('--backend <name>', "Backend to use, or auto for the fastest (default: cpu; 'manabi doctor' lists all)")
    .option('--seed <number>', 'Seed of random numbers; the same seed reproduces the result', integer(0), 1);
}

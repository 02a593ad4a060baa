import { type Command, Option } from 'commander';
import { wholeNumber } from './option-values.ts';

/** What every command takes. */
export interface CommonOptions {
  readonly json?: true;
}

/** What commands take that run a network. */
export interface RunOptions extends CommonOptions {
  readonly backend?: string;
  readonly seed: number;
}

/** Adds the options of every command, and examples to its help. */
export function withCommonOptions(command: Command, examples: readonly string[]): Command {
  return command
    .option('--json', 'one line of JSON on stdout, and nothing else there')
    .addOption(new Option('--verbose, --debug', 'shows where errors come from'))
    .addHelpText('after', `\nExamples:\n${examples.map((example) => `  $ ${example}`).join('\n')}`);
}

/** Adds the options of commands that run a network. */
export function withRunOptions(command: Command): Command {
  return command
    .option('--backend <name>', 'what computes; doctor lists what there is')
    .option('--seed <number>', 'random numbers: the same seed gives the same result', wholeNumber(0), 1);
}

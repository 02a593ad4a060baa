import { didYouMean } from '@manabi/errors/internal';
import type { Command } from 'commander';
import { UsageError } from '../usage-error.ts';

/** Adds the command `manabi help [COMMAND]`. */
export function addHelp(program: Command): void {
  program
    .helpCommand(false)
    .command('help')
    .description('Show help for a command')
    .argument('[command]', 'Name of a command (default: list all commands)')
    .action((name?: string) => commandNamed(program, name).help());
}

/**
 * Returns the subcommand with the given name; without a name, returns `manabi` itself.
 *
 * @throws UsageError for an unknown command, with the nearest names
 */
function commandNamed(program: Command, name: string | undefined): Command {
  if (name === undefined) return program;
  const found = program.commands.find((command) => command.name() === name);
  if (found !== undefined) return found;
  const known = program.commands.map((command) => command.name());
  throw new UsageError(`Unknown command '${name}'. ${didYouMean(name, known)}`);
}

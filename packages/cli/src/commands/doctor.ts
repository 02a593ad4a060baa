import type { Command } from 'commander';
import type { Io } from '../io.ts';
import { type CommonOptions, withCommonOptions } from '../options/command-options.ts';
import { terminal } from '../terminal.ts';

/** Adds the command `manabi doctor`. */
export function addDoctor(program: Command, io: Io): void {
  const command = program
    .command('doctor')
    .description('Check this machine: Node, WebAssembly, backends, optional packages');
  withCommonOptions(command, ['manabi doctor', 'manabi doctor --json']);
  command.action(async (options: CommonOptions) => {
    const { checkMachine } = await import('../actions/doctor.ts');
    await checkMachine(terminal(io, options.json === true));
  });
}

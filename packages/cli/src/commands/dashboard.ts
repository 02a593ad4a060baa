import type { Command } from 'commander';
import type { DashboardOptions } from '../actions/dashboard.ts';
import type { Io } from '../io.ts';
import { withCommonOptions } from '../options/command-options.ts';
import { port } from '../options/page-options.ts';
import { terminal } from '../terminal.ts';

/** Adds the command `manabi dashboard FILE…`. */
export function addDashboard(program: Command, io: Io): void {
  const command = program
    .command('dashboard')
    .description('Show recorded trainings on a local page')
    .argument('<files...>', "Files that 'manabi train --record' or callbacks.dashboard({ file }) wrote")
    .option('--port <number>', 'Port of the page; 0 for any free port', port, 0);
  withCommonOptions(command, [
    'manabi dashboard runs.jsonl',
    'manabi dashboard small.jsonl large.jsonl --port 8080',
  ]).addHelpText('after', '\nThe curves of all runs are shown together. Ctrl-C ends the command.');
  command.action(async (files: readonly string[], options: DashboardOptions) => {
    const { showRuns } = await import('../actions/dashboard.ts');
    await showRuns(files, options, terminal(io, options.json === true));
  });
}

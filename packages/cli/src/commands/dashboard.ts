import { decodeRecords, RecordHub, RunNames } from '@manabi/dashboard';
import { serveDashboard } from '@manabi/dashboard/server';
import { readText } from '@manabi/files';
import type { Command } from 'commander';
import { type CommonOptions, withCommonOptions } from '../command-options.ts';
import { port } from '../dashboard-options.ts';
import type { Io } from '../io.ts';
import { untilSignal } from '../serving/until-signal.ts';
import { type Terminal, terminal } from '../terminal.ts';

interface DashboardOptions extends CommonOptions {
  readonly port: number;
}

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
  command.action((files: readonly string[], options: DashboardOptions) =>
    showRuns(files, options, terminal(io, options.json === true)),
  );
}

/** Serves the page until Ctrl-C. */
async function showRuns(files: readonly string[], options: DashboardOptions, out: Terminal): Promise<void> {
  const hub = new RecordHub();
  const names = new RunNames();
  for (const file of files) {
    const read = names.reader();
    for (const record of decodeRecords(await readText(file), file)) hub.write(read(record));
  }
  const source = { subscribe: hub.subscribe.bind(hub) };
  const server = await serveDashboard(source, { port: options.port, keepAlive: true });
  out.finish({ url: server.url, runs: [...new Set(hub.records.map(({ run }) => run))] });
  out.say(`Dashboard: ${server.url}\nPress Ctrl-C to end.`);
  await untilSignal(() => server.close());
}

import { decodeRecords, RecordHub, RunNames } from '@manabi/dashboard';
import { serveDashboard } from '@manabi/dashboard/server';
import { readText } from '@manabi/files';
import type { CommonOptions } from '../options/command-options.ts';
import { untilSignal } from '../serving/until-signal.ts';
import type { Terminal } from '../terminal.ts';

/** Options of `manabi dashboard`. */
export interface DashboardOptions extends CommonOptions {
  readonly port: number;
}

/** Serves the page until Ctrl-C. */
export async function showRuns(files: readonly string[], options: DashboardOptions, out: Terminal): Promise<void> {
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

import type { Command } from 'commander';
import { UsageError } from '../usage-error.ts';
import { integer } from './option-values.ts';

/** Options of which the number of threads depends. */
interface ThreadOptions {
  readonly threads?: number;
  readonly backend?: string;
}

/** Adds the option `--threads`, and sets the number of threads before the command runs. */
export function withThreads(command: Command): Command {
  return command
    .option('--threads <number>', 'Threads of backend cpu (default: one per processor)', integer(1))
    .hook('preAction', async (_, running) => {
      const { threads, backend = 'cpu' } = running.opts<ThreadOptions>();
      if (threads === undefined) return;
      if (backend !== 'cpu' && backend !== 'auto')
        throw new UsageError(`--threads applies to backend cpu, not to ${backend}. Remove --threads or --backend.`);
      const { setThreads } = await import('@manabi/backend-cpu');
      setThreads(threads);
    });
}

import { join } from 'node:path';
import type { Command } from 'commander';
import { UsageError } from '../usage-error.ts';
import { integer } from './option-values.ts';

/** Options of backend `cpu`, and the option that selects a backend. */
interface CpuOptions {
  readonly threads?: number;
  readonly planCache?: true;
  readonly backend?: string;
}

/** Adds the option `--threads`, and sets the number of threads before the command runs. */
export function withThreads(command: Command): Command {
  return command
    .option('--threads <number>', 'Threads of backend cpu (default: one per processor)', integer(1))
    .hook('preAction', async (_, running) => {
      const { threads, backend } = running.opts<CpuOptions>();
      if (threads === undefined) return;
      checkBackend('--threads', backend);
      const { setThreads } = await import('@manabi/backend-cpu');
      setThreads(threads);
    });
}

/** Adds the options of backend `cpu`, and applies them before the command runs. */
export function withCpuOptions(command: Command): Command {
  return withThreads(command)
    .option(
      '--plan-cache',
      'Keep compiled plans of backend cpu, so that later runs start faster (folder: MANABI_PLAN_CACHE, or plans in the cache folder)',
    )
    .hook('preAction', async (_, running) => {
      const { planCache, backend } = running.opts<CpuOptions>();
      if (planCache === undefined) return;
      checkBackend('--plan-cache', backend);
      // Also backends that measure their steps read the variable when they are created.
      process.env.MANABI_PLAN_CACHE = await planFolder();
    });
}

/** Returns the folder of compiled plans: the value of `MANABI_PLAN_CACHE`, or a folder in the user's cache folder. */
async function planFolder(): Promise<string> {
  const { cacheDirectory } = await import('@manabi/files');
  return process.env.MANABI_PLAN_CACHE || join(await cacheDirectory(), 'plans');
}

function checkBackend(option: string, backend = 'cpu'): void {
  if (backend === 'cpu' || backend === 'auto') return;
  throw new UsageError(`${option} applies to backend cpu, not to ${backend}. Remove ${option} or --backend.`);
}

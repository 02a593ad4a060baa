import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { type Contestant, runnersFolder } from './contestants.ts';

/**
 * Bundles each runner written in TypeScript, with the sources of manabi that it uses, into one file, like the program
 * of a user. Otherwise, start times would include the removal of types. Other libraries are not bundled; they are
 * loaded from their folders.
 */
export async function bundleRunners(contestants: readonly Contestant[]): Promise<void> {
  const files = new Set(contestants.map(({ runner }) => runner).filter((file) => file.endsWith('.ts')));
  await build({
    entryPoints: [...files].map(sourceOf),
    outdir: runnersFolder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    // What a runner imports when a task needs it stays out of the start times of other tasks.
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    conditions: ['@manabi/source'],
    logLevel: 'error',
  });
}

/** Returns the file that starts the runner of a contestant. */
export function runnerFile({ runner }: Contestant): string {
  return runner.endsWith('.ts') ? join(runnersFolder, `${basename(runner, '.ts')}.mjs`) : sourceOf(runner);
}

function sourceOf(runner: string): string {
  return fileURLToPath(new URL(`./runners/${runner}`, import.meta.url));
}

// Builds every changed package, dependencies first.
import { installIfNeeded, runPnpm } from './install.mjs';

process.exitCode = (await installIfNeeded())
  ? await runPnpm(['exec', 'turbo', 'run', 'build', '--output-logs=errors-only', ...process.argv.slice(2)])
  : 1;

// Builds the packages, and writes the exports of each to its api.md.
import { installIfNeeded, runPnpm } from './install.mjs';
import { node, sourceFlags } from './node.mjs';

const isBuilt =
  (await installIfNeeded()) && (await runPnpm(['exec', 'turbo', 'run', 'build', '--output-logs=errors-only'])) === 0;
process.exitCode = isBuilt ? await node([...sourceFlags, 'tooling/release/src/api-reports.ts', '--update']) : 1;

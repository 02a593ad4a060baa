// Builds, and writes down in each package's api.md what it exports.
import { installIfNeeded, runPnpm } from './install.mjs';
import { node, sourceFlags } from './node.mjs';

const isBuilt =
  (await installIfNeeded()) && (await runPnpm(['exec', 'turbo', 'run', 'build', '--output-logs=errors-only'])) === 0;
process.exitCode = isBuilt ? await node([...sourceFlags, 'tooling/release/src/api-reports.ts', '--update']) : 1;

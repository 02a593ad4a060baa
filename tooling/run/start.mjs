// Runs a TypeScript file from source, with the arguments that follow it: `node tooling/run/start.mjs FILE [ARGUMENT...]`.
import { installIfNeeded } from './install.mjs';
import { node, quietFlags, sourceFlags } from './node.mjs';

process.exitCode = (await installIfNeeded())
  ? await node([...quietFlags, ...sourceFlags, ...process.argv.slice(2)])
  : 1;

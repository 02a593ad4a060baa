// Runs a TypeScript file from source, with the arguments that follow it: `node tooling/run/start.mjs FILE [ARGUMENT...]`.
import { installIfNeeded } from './install.mjs';
import { node, programFlags } from './node.mjs';

if (process.argv.length < 3) {
  console.error('npm start FILE runs a TypeScript or JavaScript file, such as examples/playground/src/main.ts.');
  process.exitCode = 2;
} else {
  process.exitCode = (await installIfNeeded()) ? await node([...programFlags, ...process.argv.slice(2)]) : 1;
}

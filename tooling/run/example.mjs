// Runs an example by the name of its folder, with the arguments that follow it: `npm run example -- NAME [ARGUMENT...]`.
import { readdirSync } from 'node:fs';
import { installIfNeeded } from './install.mjs';
import { node, programFlags } from './node.mjs';

const names = readdirSync('examples', { withFileTypes: true }).flatMap((entry) =>
  entry.isDirectory() ? [entry.name] : [],
);
const [name = '', ...rest] = process.argv.slice(2);

if (!names.includes(name)) {
  console.error(
    `There is no example ${JSON.stringify(name)}. npm run example -- NAME runs one of: ${names.join(', ')}`,
  );
  process.exitCode = 2;
} else {
  process.exitCode = (await installIfNeeded())
    ? await node([...programFlags, `examples/${name}/src/main.ts`, ...rest])
    : 1;
}

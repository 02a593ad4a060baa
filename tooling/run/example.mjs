// Runs an example by the name of its folder, with arguments: `npm run example -- NAME [ARGUMENT...]`.
import { readdirSync } from 'node:fs';
import { installIfNeeded } from './install.mjs';
import { node, programFlags } from './node.mjs';

const names = readdirSync('examples', { withFileTypes: true }).flatMap((entry) =>
  entry.isDirectory() ? [entry.name] : [],
);
const [name = '', ...rest] = process.argv.slice(2);

if (!names.includes(name)) {
  console.error(
    `Unknown example ${JSON.stringify(name)}. Usage: npm run example -- NAME [ARGUMENT...], where NAME is one of: ${names.join(', ')}`,
  );
  process.exitCode = 2;
} else {
  process.exitCode = (await installIfNeeded())
    ? await node([...programFlags, `examples/${name}/src/main.ts`, ...rest])
    : 1;
}

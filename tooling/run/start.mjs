// Runs a TypeScript file from source, with the arguments that follow it: `node tooling/run/start.mjs FILE [ARGUMENT...]`.
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { installIfNeeded } from './install.mjs';
import { node, programFlags, root } from './node.mjs';

const [file, ...rest] = process.argv.slice(2);

if (file === undefined) {
  console.error('npm start FILE runs a TypeScript or JavaScript file, such as examples/playground/src/main.ts.');
  process.exitCode = 2;
} else {
  // npm starts in the root of the repository; INIT_CWD is where its user stands.
  const places = [...new Set([process.env.INIT_CWD ?? root, root].map((folder) => resolve(folder, file)))];
  const found = places.find((place) => existsSync(place));
  if (found === undefined) {
    console.error(`npm start: file not found: ${places.join(', or ')}. Check the path.`);
    process.exitCode = 2;
  } else {
    process.exitCode = (await installIfNeeded()) ? await node([...programFlags, found, ...rest]) : 1;
  }
}

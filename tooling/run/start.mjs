// Runs a TypeScript file from source, with arguments: `node tooling/run/start.mjs FILE [ARGUMENT...]`.
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { installIfNeeded } from './install.mjs';
import { node, programFlags, root } from './node.mjs';

const [file, ...rest] = process.argv.slice(2);

if (file === undefined) {
  console.error(
    'Usage: npm start FILE [ARGUMENT...], where FILE is a TypeScript or JavaScript file, such as examples/playground/src/main.ts.',
  );
  process.exitCode = 2;
} else {
  // npm changes to the root of the repository; INIT_CWD is the folder where the user called it.
  const paths = [...new Set([process.env.INIT_CWD ?? root, root].map((folder) => resolve(folder, file)))];
  const found = paths.find((path) => existsSync(path));
  if (found === undefined) {
    console.error(`npm start: file not found: ${paths.join(' or ')}. Check the path.`);
    process.exitCode = 2;
  } else {
    process.exitCode = (await installIfNeeded()) ? await node([...programFlags, found, ...rest]) : 1;
  }
}

// Runs jest with native modules: `npm run jest -- packages/ir`.
import { installIfNeeded } from './install.mjs';
import { runJest } from './run-jest.mjs';

process.exitCode = (await installIfNeeded()) ? await runJest(process.argv.slice(2)) : 1;

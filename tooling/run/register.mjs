// Loaded by `node --import`: from here on Node 20 runs TypeScript files.
import { register } from 'node:module';

register('./module-hooks.mjs', import.meta.url);

// Loaded by `node --import`: from here on Node 20 runs TypeScript files.
import { register } from 'node:module';

register('./strip-types.mjs', import.meta.url);

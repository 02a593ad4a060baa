// For `node --import`: lets Node 20 load TypeScript files.
import { register } from 'node:module';

register('./module-hooks.mjs', import.meta.url);

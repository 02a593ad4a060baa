import { readFileSync } from 'node:fs';
import type { BenchResults } from '@manabi/bench';

/** Reads the committed results of `npm run bench`. */
export function readResults(): BenchResults {
  return JSON.parse(readFileSync(new URL('./node.json', import.meta.url), 'utf8'));
}

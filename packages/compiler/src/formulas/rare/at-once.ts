import type { Graph } from '@manabi/ir';

export { asin, atan, cos, rem, sin, tan } from './functions.ts';

/** See `loadFormulas` in `../index.ts`. In pages, `when-needed.ts` takes the place of this module. */
export function loadFormulas(_graph: Graph): Promise<void> | null {
  return null;
}

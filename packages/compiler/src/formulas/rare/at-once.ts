import type { Graph } from '@manabi/ir';

export { asin, atan, cos, rem, sin, tan } from './functions.ts';

/** Returns null, or a promise after which the formulas of a graph can be used. In pages, `when-needed.ts` takes the place of this module. */
export function loadFormulas(_graph: Graph): Promise<void> | null {
  return null;
}

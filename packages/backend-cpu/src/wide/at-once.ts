import { tools } from './tools.ts';
import { findWide, type Wide } from './wide-memory.ts';

let known: Wide | null | undefined;

/**
 * Returns how this engine creates memories with 64-bit addresses, or null if it cannot. In pages, `when-needed.ts` takes the place of
 * this module.
 */
export function wideMemory(): Wide | null {
  if (known === undefined) known = findWide(tools);
  return known;
}

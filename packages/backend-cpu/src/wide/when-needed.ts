import { tools } from './tools.ts';
import type { Pending, Wide } from './wide-memory.ts';

// Node loads `at-once.ts` in place of this module; see `imports` in `package.json`.

let known: Wide | null | undefined;
let loading: Pending | undefined;

/** See `at-once.ts`. Returns a promise until the code is downloaded. */
export function wideMemory(): Wide | Pending | null {
  if (known !== undefined) return known;
  loading ??= import('./wide-memory.ts').then(
    ({ findWide }) => {
      known = findWide(tools);
    },
    (error) => {
      known = null;
      console.warn(error);
    },
  );
  return loading;
}

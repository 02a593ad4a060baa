import { dtypes, ManabiError } from '@manabi/ir';

/** What the code in `wide-memory.ts` needs from the code that every page downloads; see `bytes.ts`. */
export const tools = { dtypes, ManabiError } as const;

export type Tools = typeof tools;

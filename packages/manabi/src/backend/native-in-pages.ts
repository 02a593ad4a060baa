import type { selectNative as inNode } from './native-in-node.ts';

/** Pages have no native backend. */
export const selectNative: typeof inNode | null = null;

import type { Emitters } from './emitters.ts';
import { emitTopK } from './top-k/top-k.ts';

/** Emitters that only plans that sort or select elements need. */
export const later = {
  topK: { emit: emitTopK },
} satisfies Partial<Emitters>;

import { emitDot } from './dot/emit-dot.ts';
import type { Emitters } from './emitters.ts';
import { emitTopK } from './top-k/top-k.ts';

/** Emitters that are loaded with the backend, also in pages. */
export const basic = {
  dot: { emit: emitDot },
  topK: { emit: emitTopK },
} satisfies Partial<Emitters>;

import { emitDot } from './dot/emit-dot.ts';
import type { Emitters } from './emitters.ts';

/** Emitters that are loaded with the backend, also in pages. */
export const basic = {
  dot: { emit: emitDot },
} satisfies Partial<Emitters>;

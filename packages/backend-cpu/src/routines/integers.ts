import type { Emitters } from './emitters.ts';
import { emitMatMulInteger } from './integer-product/emit-mat-mul-integer.ts';

/** Emitters that only quantized models need. */
export const later = {
  matMulInteger: { emit: emitMatMulInteger },
} satisfies Partial<Emitters>;

import type { Emitters } from './emitters.ts';
import { emitMatMulInteger } from './integer-product/emit-mat-mul-integer.ts';
import { emitTopK } from './top-k/top-k.ts';

/** Emitters that few plans need, for sorting and selection and for quantized models. */
export const later = {
  topK: { emit: emitTopK },
  matMulInteger: { emit: emitMatMulInteger },
} satisfies Partial<Emitters>;

import { attentionRoutines } from '@manabi/compiler/attention';
import { emitAttention } from './attention/emit-attention.ts';
import { emitAttentionGradient } from './attention/emit-attention-gradient.ts';
import type { Emitters } from './emitters.ts';
import { emitMatMulInteger } from './integer-product/emit-mat-mul-integer.ts';
import { emitTopK } from './top-k/top-k.ts';

/** Emitters that few plans need, for attention, for sorting and selection, and for quantized models. */
export const later = {
  attention: { emit: emitAttention },
  attentionGradient: { emit: emitAttentionGradient },
  topK: { emit: emitTopK },
  matMulInteger: { emit: emitMatMulInteger },
} satisfies Partial<Emitters>;

/** Descriptions of routines that only graphs with attention need. */
export const descriptions = attentionRoutines;

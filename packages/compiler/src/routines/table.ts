import type { Routine } from '../graph/routine.ts';
import type { AttentionAttributes } from './attention/attention.ts';
import type { AttentionGradientAttributes } from './attention/attention-gradient.ts';
import type { ConvolutionAttributes } from './convolution/attributes.ts';
import { depthwise } from './convolution/depthwise.ts';
import { winograd } from './convolution/winograd.ts';
import type { DotAttributes } from './dot/attributes.ts';
import { dot } from './dot/dot.ts';
import { type MatMulIntegerAttributes, matMulInteger } from './integer-product/mat-mul-integer.ts';
import { type TopKAttributes, topK } from './top-k/top-k.ts';

/**
 * Type of the attributes of each routine. Every table of routines, also those of the backends, has an entry for each
 * name.
 */
export interface RoutineAttributes {
  dot: DotAttributes;
  depthwise: ConvolutionAttributes;
  winograd: ConvolutionAttributes;
  topK: TopKAttributes;
  matMulInteger: MatMulIntegerAttributes;
  attention: AttentionAttributes;
  attentionQueryGradient: AttentionGradientAttributes;
  attentionKeyGradient: AttentionGradientAttributes;
  attentionGradient: AttentionGradientAttributes;
}

/** Name of a routine. */
export type RoutineName = keyof RoutineAttributes;

/** Names of the routines that only `gpuRoutineTable` or `attentionRoutines` contain. */
type LaterRoutineName = 'attention' | 'attentionQueryGradient' | 'attentionKeyGradient' | 'attentionGradient';

/**
 * Description of each routine for the compiler, except those of `gpuRoutineTable` and `attentionRoutines`. The reference
 * implementations are in `interpreters.ts`.
 */
export const routineTable: {
  readonly [K in Exclude<RoutineName, LaterRoutineName>]: Routine<RoutineAttributes[K]> & { readonly name: K };
} = {
  dot,
  depthwise,
  winograd,
  topK,
  matMulInteger,
};

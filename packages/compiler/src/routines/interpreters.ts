import { interpretAttention, interpretGradient, interpretGradients } from './attention/interpret-attention.ts';
import { interpretConvolution } from './convolution/interpret-convolution.ts';
import { interpretDot } from './dot/interpret-dot.ts';
import { interpretMatMulInteger } from './integer-product/interpret-mat-mul-integer.ts';
import type { RoutineRun } from './routine-run.ts';
import type { RoutineAttributes, RoutineName } from './table.ts';
import { interpretTopK } from './top-k/interpret-top-k.ts';

/**
 * Reference implementation of a routine, in plain loops. `run` is declared as a method, so that TypeScript accepts
 * routines with different attributes in one table.
 */
export interface RoutineInterpreter<A extends object = object> {
  /** Runs the routine once. */
  run(attributes: A, run: RoutineRun): void;
}

/** Reference implementations of routines, by the name of the routine. */
export type RoutineInterpreters = Readonly<Record<string, RoutineInterpreter>>;

/**
 * Reference implementation of each routine. They are not part of `routineTable`, so that programs that only compile
 * plans do not download them.
 */
export const routineInterpreters: { readonly [K in RoutineName]: RoutineInterpreter<RoutineAttributes[K]> } = {
  dot: { run: interpretDot },
  depthwise: { run: interpretConvolution },
  winograd: { run: interpretConvolution },
  topK: { run: interpretTopK },
  matMulInteger: { run: interpretMatMulInteger },
  attention: { run: interpretAttention },
  attentionQueryGradient: { run: (attributes, run) => interpretGradient('attentionQueryGradient', attributes, run) },
  attentionKeyGradient: { run: (attributes, run) => interpretGradient('attentionKeyGradient', attributes, run) },
  attentionGradient: { run: interpretGradients },
};

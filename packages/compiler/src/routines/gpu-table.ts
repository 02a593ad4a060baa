import type { Routine } from '../graph/routine.ts';
import { attention } from './attention/attention.ts';
import { attentionKeyGradient, attentionQueryGradient } from './attention/attention-gradient.ts';
import { type RoutineAttributes, type RoutineName, routineTable } from './table.ts';

/**
 * Description of each routine, also of those that only backends for GPUs have. It is a table of its own, so that programs
 * with other backends do not download these.
 */
export const gpuRoutineTable: {
  readonly [K in Exclude<RoutineName, 'attentionGradient'>]: Routine<RoutineAttributes[K]> & { readonly name: K };
} = {
  ...routineTable,
  attention,
  attentionQueryGradient,
  attentionKeyGradient,
};

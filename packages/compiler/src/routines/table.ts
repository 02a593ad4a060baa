import type { Routine } from '../graph/routine.ts';
import type { DotAttributes } from './dot/attributes.ts';
import { dot } from './dot/dot.ts';
import { type TopKAttributes, topK } from './top-k/top-k.ts';

/** Attributes of each routine's steps. All tables of routines have an entry for every name. */
export interface RoutineAttributes {
  dot: DotAttributes;
  topK: TopKAttributes;
}

/** Name of a routine. */
export type RoutineName = keyof RoutineAttributes;

/** Description of each routine for the compiler. Their reference implementations are in `interpreters.ts`. */
export const routineTable: { readonly [K in RoutineName]: Routine<RoutineAttributes[K]> & { readonly name: K } } = {
  dot,
  topK,
};

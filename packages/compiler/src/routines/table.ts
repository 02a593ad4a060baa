import type { Routine } from '../graph/routine.ts';
import type { DotAttributes } from './dot/attributes.ts';
import { dot } from './dot/dot.ts';
import { type TopKAttributes, topK } from './top-k/top-k.ts';

/** The attributes of each routine's steps. All tables of routines have a row for every name. */
export interface RoutineAttributes {
  dot: DotAttributes;
  topK: TopKAttributes;
}

/** A routine that plans may have steps of. */
export type RoutineName = keyof RoutineAttributes;

/** What the compiler knows of each routine. How the plan interpreter computes it stands in `interpreters.ts`. */
export const routineTable: { readonly [K in RoutineName]: Routine<RoutineAttributes[K]> & { readonly name: K } } = {
  dot,
  topK,
};

import { interpretDot } from './dot/interpret-dot.ts';
import type { RoutineRun } from './routine-run.ts';
import type { RoutineAttributes, RoutineName } from './table.ts';
import { interpretTopK } from './top-k/interpret-top-k.ts';

/** Computes a routine in plain loops. A method, so that those of all attributes have one type; see `Routine`. */
export interface RoutineInterpreter<A extends object = object> {
  run(attributes: A, run: RoutineRun): void;
}

/** Interpreters by the name of their routine. */
export type RoutineInterpreters = Readonly<Record<string, RoutineInterpreter>>;

/**
 * How each routine is interpreted. It stands apart from `routineTable`, so that what compiles for a page does not download
 * the reference implementations.
 */
export const routineInterpreters: { readonly [K in RoutineName]: RoutineInterpreter<RoutineAttributes[K]> } = {
  dot: { run: interpretDot },
  topK: { run: interpretTopK },
};

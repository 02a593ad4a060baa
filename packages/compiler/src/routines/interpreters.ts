import { interpretDot } from './dot/interpret-dot.ts';
import type { RoutineRun } from './routine-run.ts';
import type { RoutineAttributes, RoutineName } from './table.ts';
import { interpretTopK } from './top-k/interpret-top-k.ts';

/**
 * Reference implementation of a routine, in plain loops. `run` is declared as a method, so that interpreters with
 * different attributes share one type.
 */
export interface RoutineInterpreter<A extends object = object> {
  /** Runs the routine once. */
  run(attributes: A, run: RoutineRun): void;
}

/** Interpreters by the name of their routine. */
export type RoutineInterpreters = Readonly<Record<string, RoutineInterpreter>>;

/**
 * Reference implementation of each routine. Separate from `routineTable`, so that a program that only compiles does not
 * download it.
 */
export const routineInterpreters: { readonly [K in RoutineName]: RoutineInterpreter<RoutineAttributes[K]> } = {
  dot: { run: interpretDot },
  topK: { run: interpretTopK },
};

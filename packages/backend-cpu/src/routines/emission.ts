import type { Plan, RoutineStep } from '@manabi/compiler';
import type { ModuleSupport } from '../emit/support.ts';
import type { FunctionBuilder } from '../wasm/index.ts';

/** What an emitter needs to write the functions for a step of a plan that runs a routine. */
export interface RoutineEmission {
  readonly support: ModuleSupport;
  readonly plan: Plan;
  /** Prefix of the names of the functions. */
  readonly name: string;
  /**
   * Adds a function `(table, begin, end) -> ()` with a number of tasks. The functions of a step run one after the other. In
   * the body of a loop, functions with `once` run only before the first iteration.
   */
  readonly begin: (name: string, tasks: number, once: boolean) => FunctionBuilder;
  /** In the body of a loop: returns whether a slot has the same contents in all iterations. */
  readonly isConstant: (slot: number) => boolean;
  /** Number of bytes of scratch memory that earlier steps keep between their runs. */
  readonly keptBefore: number;
}

/** Sizes in bytes of the scratch memory of a step. */
export interface ScratchBytes {
  /** Number of bytes that are used only while the step runs. */
  readonly passing: number;
  /**
   * Number of bytes that are kept between runs of the step, for example for panels of operands that are packed only
   * once.
   */
  readonly kept: number;
}

/**
 * Object that writes the functions of a routine. `emit` is declared as a method, so emitters for different attributes
 * have a common type. A step is passed only to the emitter of its own routine.
 */
export interface RoutineEmitter<A extends object = object> {
  /** Writes the functions of a step, and returns the scratch memory that they need. */
  emit(step: RoutineStep<A>, emission: RoutineEmission): ScratchBytes;
}

import type { Plan, RoutineStep } from '@manabi/compiler';
import type { ModuleSupport } from '../emit/support.ts';
import type { FunctionBuilder } from '../wasm/index.ts';

/** Context in which the functions of a routine step are written. */
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
  /** In the body of a loop: whether a slot has the same contents in all iterations. */
  readonly isConstant: (slot: number) => boolean;
  /** Bytes of kept scratch memory used by earlier steps. */
  readonly keptBefore: number;
}

/** Scratch memory of a step in bytes. */
export interface ScratchBytes {
  /** Bytes used only while the step runs. */
  readonly passing: number;
  /** Bytes kept between runs of the step, for example for panels of operands that are packed once. */
  readonly kept: number;
}

/**
 * Writes the functions of a routine. `emit` is a method, so emitters of different attributes have a common type; a step is
 * only passed to the emitter of its own routine.
 */
export interface RoutineEmitter<A extends object = object> {
  /** Returns the scratch memory that the functions need. */
  emit(step: RoutineStep<A>, emission: RoutineEmission): ScratchBytes;
}

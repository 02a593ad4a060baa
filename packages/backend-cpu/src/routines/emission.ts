import type { Plan, RoutineStep } from '@manabi/compiler';
import type { ModuleSupport } from '../emit/support.ts';
import type { FunctionBuilder } from '../wasm/index.ts';

/** Where the functions of a routine's step go, and what is known of the step's surroundings. */
export interface RoutineEmission {
  readonly support: ModuleSupport;
  readonly plan: Plan;
  /** What the names of the step's functions begin with. */
  readonly name: string;
  /**
   * Begins a function `(table, begin, end) -> ()` of some tasks. Functions of a step run one after the other; what is done
   * `once` is done before the first turn of the loop that the plan is the body of.
   */
  readonly begin: (name: string, tasks: number, once: boolean) => FunctionBuilder;
  /** True for slots that hold the same in all turns of that loop. */
  readonly isConstant: (slot: number) => boolean;
  /** Bytes of kept scratch memory that other steps have taken. */
  readonly keptBefore: number;
}

/** Scratch memory that a step needs, in bytes. */
export interface ScratchBytes {
  /** While it runs. */
  readonly passing: number;
  /** Between runs, such as panels of operands that are packed once. */
  readonly kept: number;
}

/**
 * Writes the functions of a routine. A method, so that the emitters of all attributes have one type: a step only meets the
 * emitter of its own routine.
 */
export interface RoutineEmitter<A extends object = object> {
  /** Returns the scratch memory that the functions need. */
  emit(step: RoutineStep<A>, emission: RoutineEmission): ScratchBytes;
}

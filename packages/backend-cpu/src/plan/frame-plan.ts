import type { Branch, Loop, Plan } from '@manabi/compiler';

/**
 * A function `(table, begin, end) -> ()` in the module of a plan. It runs the tasks of a step from `begin` to `end`.
 */
export interface StepFunction {
  readonly name: string;
  /** Number of tasks, which may run in any order. The functions of a step run one after the other. */
  readonly tasks: number;
  /** In the body of a loop, whether the function runs only before the first iteration. */
  readonly once: boolean;
}

/** A plan with its steps compiled to functions, as plain data that can be written to a file. */
export interface FramePlan extends Pick<Plan, 'slots' | 'inputs' | 'outputs' | 'sites' | 'arenas'> {
  readonly steps: readonly FrameStep[];
}

/** A compiled step of a plan: functions to call, or a loop or branch with the plans that it runs. */
export type FrameStep =
  | { readonly kind: 'functions'; readonly functions: readonly StepFunction[] }
  | {
      readonly kind: 'loop';
      readonly loop: Omit<Loop, 'body' | 'test'>;
      readonly body: FramePlan;
      readonly test: FramePlan | null;
    }
  | {
      readonly kind: 'branch';
      readonly branch: Omit<Branch, 'thenPlan' | 'elsePlan'>;
      readonly thenFrame: FramePlan;
      readonly elseFrame: FramePlan;
    };

/** A plan, and the plans of its loops and branches, compiled to one WebAssembly module, as plain data. */
export interface CompiledPlan {
  readonly module: Uint8Array<ArrayBuffer>;
  readonly frame: FramePlan;
  /** Size in bytes of the scratch memory that the steps share; each step uses it only while it runs. */
  readonly scratchBytes: number;
  /** Size in bytes of the scratch memory whose contents are kept while a loop runs. */
  readonly keptScratchBytes: number;
  /** Position of the first step that overwrites a donated input; the number of steps if none does. */
  readonly firstOverwrite: number;
}

import type { Branch, Loop, Plan } from '@manabi/compiler';

/** A function `(table, begin, end) -> ()` of the module of a plan, which runs the tasks from `begin` to `end` of a step. */
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

/** A compiled step: functions, or a loop or branch with the plans that it runs. */
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

/** A plan and all plans in it, compiled to WebAssembly, as plain data. */
export interface CompiledPlan {
  readonly module: Uint8Array<ArrayBuffer>;
  readonly frame: FramePlan;
  /** Bytes of scratch memory used by one step at a time. */
  readonly scratchBytes: number;
  /** Bytes of scratch memory kept while a loop runs. */
  readonly keptScratchBytes: number;
  /** Position of the first step that overwrites a donated input; the number of steps if none does. */
  readonly firstOverwrite: number;
}

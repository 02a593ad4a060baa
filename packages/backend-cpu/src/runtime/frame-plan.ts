import type { Branch, Loop, Plan } from '@manabi/compiler';

/** A function of a plan's module: it runs tasks `begin` up to `end` of one step, `(table, begin, end) -> ()`. */
export interface StepFunction {
  readonly name: string;
  /** Number of tasks that the work is divided into, in any order; functions run one after the other. */
  readonly tasks: number;
  /** In the body of a loop: true for what is done before the first turn only. */
  readonly once: boolean;
}

/** A plan whose steps have become code: what is left to know in order to run it. Plain data, which can be written to a file. */
export interface FramePlan extends Pick<Plan, 'slots' | 'inputs' | 'outputs' | 'sites' | 'arenas'> {
  readonly steps: readonly FrameStep[];
}

/** A step as code: functions, or a loop or branch with the plans that it runs. */
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

/** A plan, and all plans in it, as WebAssembly: plain data. */
export interface CompiledPlan {
  readonly module: Uint8Array<ArrayBuffer>;
  readonly frame: FramePlan;
  /** Scratch memory for one step at a time. */
  readonly scratchBytes: number;
  /** Scratch memory that keeps what it holds while a loop runs. */
  readonly keptScratchBytes: number;
  /** The first step that writes over a donated input; the number of steps if none does. */
  readonly firstOverwrite: number;
}

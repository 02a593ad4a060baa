import type { Plan } from '@manabi/compiler';
import { emitPlan } from '../emit-plan.ts';
import type { FramePlan, FrameStep } from '../plan/frame-plan.ts';
import { emitters } from '../routines/at-once.ts';
import { disassemble } from '../wasm/disassemble.ts';
import { fusesMultiplyAdd } from '../wasm/fused.ts';
import { readPlan } from './plan-argument.ts';

/** The WebAssembly code of a plan as text. */
export interface PlanCode {
  /** Size of the module in bytes. */
  readonly bytes: number;
  /** All functions in the order of the module. */
  readonly functions: readonly FunctionCode[];
}

/** A function of the module of a plan. */
export interface FunctionCode {
  readonly name: string;
  /**
   * Position in `plan.steps` of the step that the function computes, or a part of it; null for functions that several steps
   * may call, such as `exp`.
   */
  readonly step: number | null;
  /** Number of instructions. */
  readonly instructions: number;
  /** The function in the text format of WebAssembly. */
  readonly text: string;
}

/**
 * Returns the WebAssembly code that the `cpu` backend runs for a plan. Use it to learn how a network is computed; the code may
 * change between versions.
 *
 * @param plan plan for `cpuTarget`, from `compilePlan`
 * @throws ManabiError `argument` for a routine that the backend does not have
 * @example
 * ```ts
 * import { cpuTarget } from '@manabi/backend-cpu';
 * import { planCode } from '@manabi/backend-cpu/code';
 * import { compilePlan } from '@manabi/compiler';
 * import { graphBuilder } from '@manabi/ir';
 *
 * const b = graphBuilder();
 * const x = b.input({ dtype: 'float32', shape: [64] });
 * const { functions } = planCode(compilePlan(b.finish([b.mul(x, x)]), { target: cpuTarget }));
 * console.log(functions[0].text.includes('f32x4.mul')); // true
 * ```
 */
export function planCode(plan: Plan): PlanCode {
  const { module, frame } = emitPlan(readPlan('planCode', plan), emitters, { fused: fusesMultiplyAdd() });
  const steps = new Map<string, number>();
  frame.steps.forEach((step, i) => {
    for (const name of namesOf(step)) steps.set(name, i);
  });
  let helpers = 0;
  const functions = disassemble(module).map(({ name, instructions, text }) => ({
    name: name ?? `helper${helpers++}`,
    step: (name === null ? undefined : steps.get(name)) ?? null,
    instructions,
    text,
  }));
  return { bytes: module.length, functions };
}

/** Returns the names of the functions of all steps, including those in loops and branches. */
function functionNames({ steps }: FramePlan): readonly string[] {
  return steps.flatMap(namesOf);
}

function namesOf(step: FrameStep): readonly string[] {
  switch (step.kind) {
    case 'functions':
      return step.functions.map(({ name }) => name);
    case 'loop':
      return [...functionNames(step.body), ...(step.test === null ? [] : functionNames(step.test))];
    case 'branch':
      return [...functionNames(step.thenFrame), ...functionNames(step.elseFrame)];
  }
}

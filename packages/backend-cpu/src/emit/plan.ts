import type { FormulaName, Kernel, Loop, Plan, Step } from '@manabi/compiler';
import { stepParams } from '../routines/dot.ts';
import { emitTopK } from '../routines/top-k.ts';
import { type FunctionBuilder, ModuleBuilder } from '../wasm/index.ts';
import { emitDot } from './dot-step.ts';
import { emitKernel } from './kernel.ts';
import { beginSupport, float64NamesOf, type ModuleSupport } from './support.ts';
import { forEachStatement } from './walk.ts';

/** A function of a plan's module: it runs tasks `begin` up to `end` of one step, `(table, begin, end) -> ()`. */
export interface StepFunction {
  readonly name: string;
  /** Number of tasks that the work is divided into, in any order; functions run one after the other. */
  readonly tasks: number;
  /** In the body of a loop: true for what is done before the first turn only. */
  readonly once: boolean;
}

/** What a step became: functions, or for those that run other plans, their code. */
export type StepCode =
  | { readonly kind: 'functions'; readonly functions: readonly StepFunction[] }
  | { readonly kind: 'loop'; readonly body: PlanCode; readonly test: PlanCode | null }
  | { readonly kind: 'branch'; readonly thenCode: PlanCode; readonly elseCode: PlanCode };

/** The code of each step of a plan. */
export type PlanCode = readonly StepCode[];

/** A plan, and all plans in it, as WebAssembly. */
export interface PlanModule {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly code: PlanCode;
  /** Scratch memory for one step at a time. */
  readonly scratchBytes: number;
  /** Scratch memory that keeps what it holds while a loop runs. */
  readonly keptScratchBytes: number;
}

/** Writes all steps of a plan into one module, which imports its memory as `env.memory`. */
export function emitPlan(plan: Plan): PlanModule {
  const module = new ModuleBuilder({ min: 1 });
  const support = beginSupport(module, plan.steps.flatMap(kernelsOf).flatMap(float64NamesIn));
  const emission = { support, scratchBytes: 0, keptScratchBytes: 0 };
  const code = emitSteps(emission, plan, '');
  const { scratchBytes, keptScratchBytes } = emission;
  return { bytes: module.toBytes(), code, scratchBytes, keptScratchBytes };
}

interface PlanEmission {
  readonly support: ModuleSupport;
  scratchBytes: number;
  keptScratchBytes: number;
}

/**
 * @param prefix of the functions' names
 * @param isConstant true for slots that hold the same in all turns of the loop that the plan is the body of
 */
function emitSteps(
  emission: PlanEmission,
  plan: Plan,
  prefix: string,
  isConstant: (slot: number) => boolean = () => false,
): PlanCode {
  return plan.steps.map((step, i) => emitStep(emission, plan, step, `${prefix}${i} `, isConstant));
}

function emitStep(
  emission: PlanEmission,
  plan: Plan,
  step: Step,
  prefix: string,
  isConstant: (slot: number) => boolean,
): StepCode {
  const { support } = emission;
  switch (step.kind) {
    case 'kernel': {
      const name = `${prefix}${step.kernel.name}`;
      const { tasks } = emitKernel(support, name, step.kernel, plan.slots);
      return { kind: 'functions', functions: [{ name, tasks, once: false }] };
    }
    case 'dot': {
      const functions: StepFunction[] = [];
      const begin = (name: string, tasks: number, once: boolean): FunctionBuilder => {
        functions.push({ name, tasks, once });
        return support.module.function(name, stepParams, []);
      };
      const keptBefore = emission.keptScratchBytes;
      const scratch = emitDot(step.dot, { support, plan, name: `${prefix}dot`, begin, isConstant, keptBefore });
      emission.scratchBytes = Math.max(emission.scratchBytes, scratch.passing);
      emission.keptScratchBytes += scratch.kept;
      return { kind: 'functions', functions };
    }
    case 'topK': {
      const name = `${prefix}topK`;
      return {
        kind: 'functions',
        functions: [{ name, tasks: emitTopK(support.module, name, step.topK), once: false }],
      };
    }
    case 'loop': {
      const { body, test } = step.loop;
      return {
        kind: 'loop',
        body: emitSteps(emission, body, `${prefix}turn `, constantsOf(step.loop)),
        test: test === null ? null : emitSteps(emission, test, `${prefix}test `),
      };
    }
    case 'branch': {
      const { thenPlan, elsePlan } = step.branch;
      return {
        kind: 'branch',
        thenCode: emitSteps(emission, thenPlan, `${prefix}then `),
        elseCode: emitSteps(emission, elsePlan, `${prefix}else `),
      };
    }
  }
}

/** True for slots of a loop's body that hold the same in every turn. */
function constantsOf({ body, carries, xs }: Loop): (slot: number) => boolean {
  const first = carries.length + xs.length;
  return (slot) => {
    const { place } = body.slots[slot];
    return place.kind === 'constant' || (place.kind === 'input' && place.input >= first);
  };
}

function kernelsOf(step: Step): Kernel[] {
  switch (step.kind) {
    case 'kernel':
      return [step.kernel];
    case 'dot':
      return [step.dot.epilogue];
    case 'topK':
      return [];
    case 'loop':
      return [step.loop.body, step.loop.test].flatMap((plan) => plan?.steps.flatMap(kernelsOf) ?? []);
    case 'branch':
      return [step.branch.thenPlan, step.branch.elsePlan].flatMap(({ steps }) => steps.flatMap(kernelsOf));
  }
}

function float64NamesIn({ scalars, body }: Kernel): FormulaName[] {
  const names: FormulaName[] = [];
  forEachStatement(body, (statement) => {
    if (statement.kind !== 'define' || statement.instruction.kind !== 'scalar') return;
    const { op, operands } = statement.instruction;
    names.push(...float64NamesOf(op, scalars[operands[0]]));
  });
  return names;
}

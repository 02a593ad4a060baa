import {
  type FormulaName,
  firstOverwrite,
  forEachStatement,
  type Kernel,
  type Loop,
  type Plan,
  type Step,
} from '@manabi/compiler';
import { kernelParts } from '#threads';
import { emitKernel } from './emit/kernel.ts';
import { stepParams } from './emit/step-params.ts';
import { beginSupport, float64NamesOf, type ModuleSupport } from './emit/support.ts';
import { chooseVectors } from './emit/vector-choice.ts';
import type { CompiledPlan, FramePlan, FrameStep, StepFunction } from './plan/frame-plan.ts';
import { type Emitters, emitterOf, stepsWithin } from './routines/emitters.ts';
import { type FunctionBuilder, type MemoryImport, ModuleBuilder } from './wasm/index.ts';

/** Options of `emitPlan`. */
export interface EmitOptions {
  /** Type of the memory. Default: a memory that only one thread uses. */
  readonly memory?: MemoryImport;
  /** Whether to use fused multiply-add; see `ModuleBuilder`. Default: false, for modules that run in every engine. */
  readonly fused?: boolean;
  /** Selects the loops to vectorize. Default: `chooseVectors`; tests pass another function. */
  readonly choose?: typeof chooseVectors;
}

/**
 * Compiles all steps of a plan into one module, which imports its memory as `env.memory`.
 *
 * @param emitters emitters of the routines of the plan
 */
export function emitPlan(
  plan: Plan,
  emitters: Partial<Emitters>,
  { memory = { min: 1 }, fused = false, choose = chooseVectors }: EmitOptions = {},
): CompiledPlan {
  const module = new ModuleBuilder(memory, fused);
  const support = beginSupport(module, stepsWithin(plan).flatMap(kernelsOf).flatMap(float64NamesIn));
  const emission = { support, emitters, choose, scratchBytes: 0, keptScratchBytes: 0 };
  const frame = emitFrame(emission, plan, '');
  const { scratchBytes, keptScratchBytes } = emission;
  return { module: module.toBytes(), frame, scratchBytes, keptScratchBytes, firstOverwrite: firstOverwrite(plan) };
}

interface PlanEmission {
  readonly support: ModuleSupport;
  readonly emitters: Partial<Emitters>;
  readonly choose: typeof chooseVectors;
  scratchBytes: number;
  keptScratchBytes: number;
}

/**
 * Compiles the steps of a plan, and those of the plans of its loops and branches.
 *
 * @param prefix prefix of the names of functions
 * @param isConstant if the plan is the body of a loop: returns whether a slot has the same contents in all iterations
 */
function emitFrame(
  emission: PlanEmission,
  plan: Plan,
  prefix: string,
  isConstant: (slot: number) => boolean = () => false,
): FramePlan {
  const { slots, inputs, outputs, sites, arenas } = plan;
  const steps = plan.steps.map((step, i) => emitStep(emission, plan, step, `${prefix}${i} `, isConstant));
  return { slots, inputs, outputs, sites, arenas, steps };
}

function emitStep(
  emission: PlanEmission,
  plan: Plan,
  step: Step,
  prefix: string,
  isConstant: (slot: number) => boolean,
): FrameStep {
  const { support, choose } = emission;
  switch (step.kind) {
    case 'kernel': {
      const functions = kernelParts(step.kernel).map((kernel, i) => {
        const name = `${prefix}${i === 0 ? '' : `${i} `}${kernel.name}`;
        const { tasks } = emitKernel(support, name, kernel, plan.slots, choose);
        return { name, tasks, once: false };
      });
      return { kind: 'functions', functions };
    }
    case 'routine': {
      const functions: StepFunction[] = [];
      const begin = (name: string, tasks: number, once: boolean): FunctionBuilder => {
        functions.push({ name, tasks, once });
        return support.module.function(name, stepParams, []);
      };
      const name = `${prefix}${step.name}`;
      const keptBefore = emission.keptScratchBytes;
      const scratch = emitterOf(emission.emitters, step.name).emit(step, {
        support,
        plan,
        name,
        begin,
        isConstant,
        keptBefore,
      });
      emission.scratchBytes = Math.max(emission.scratchBytes, scratch.passing);
      emission.keptScratchBytes += scratch.kept;
      return { kind: 'functions', functions };
    }
    case 'loop': {
      const { body, test, ...loop } = step.loop;
      return {
        kind: 'loop',
        loop,
        body: emitFrame(emission, body, `${prefix}turn `, constantsOf(step.loop)),
        test: test === null ? null : emitFrame(emission, test, `${prefix}test `),
      };
    }
    case 'branch': {
      const { thenPlan, elsePlan, ...branch } = step.branch;
      return {
        kind: 'branch',
        branch,
        thenFrame: emitFrame(emission, thenPlan, `${prefix}then `),
        elseFrame: emitFrame(emission, elsePlan, `${prefix}else `),
      };
    }
  }
}

/** Returns a function that returns whether a slot of a loop body has the same contents in every iteration. */
function constantsOf({ body, carries, xs }: Loop): (slot: number) => boolean {
  const first = carries.length + xs.length;
  return (slot) => {
    const { place } = body.slots[slot];
    return place.kind === 'constant' || (place.kind === 'input' && place.input >= first);
  };
}

function kernelsOf(step: Step): readonly Kernel[] {
  if (step.kind === 'kernel') return [step.kernel];
  return step.kind === 'routine' && step.epilogue !== null ? [step.epilogue] : [];
}

function float64NamesIn({ scalars, body }: Kernel): FormulaName[] {
  const names: FormulaName[] = [];
  if (!scalars.includes('float64')) return names;
  forEachStatement(body, (statement) => {
    if (statement.kind !== 'define' || statement.instruction.kind !== 'scalar') return;
    const { op, operands } = statement.instruction;
    names.push(...float64NamesOf(op, scalars[operands[0]]));
  });
  return names;
}

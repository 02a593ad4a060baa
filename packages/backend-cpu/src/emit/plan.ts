import type { Dot, Kernel, Plan, Step } from '@manabi/compiler';
import { ManabiError } from '@manabi/ir';
import {
  type DotPointers,
  type DotScratch,
  type DotShape,
  type DotType,
  emitDotStep,
  plainStore,
  planDot,
  stepParams,
  taskCount,
} from '../routines/dot.ts';
import { emitTopK } from '../routines/top-k.ts';
import { type Emit, type FunctionBuilder, ModuleBuilder } from '../wasm/index.ts';
import { elementCode } from './element.ts';
import { dotEpilogue, dotTarget, isPlainStore } from './epilogue.ts';
import { emitKernel } from './kernel.ts';
import type { MathName } from './math/float32-math.ts';
import { beginSupport, float64NamesOf, type ModuleSupport } from './support.ts';
import { forEachStatement } from './walk.ts';

/** A function of a plan's module: it runs tasks `begin` up to `end` of one step, `(table, begin, end) -> ()`. */
export interface StepFunction {
  readonly name: string;
  /** Number of tasks that the work is divided into, in any order; functions run one after the other. */
  readonly tasks: number;
}

/** A plan as WebAssembly. The table has an address for each slot, and one more for the scratch memory. */
export interface PlanModule {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly functions: readonly StepFunction[];
  readonly scratchBytes: number;
}

/** Writes all steps of a plan into one module, which imports its memory as `env.memory`. */
export function emitPlan(plan: Plan): PlanModule {
  const module = new ModuleBuilder({ min: 1 });
  const support = beginSupport(module, plan.steps.flatMap(kernelsOf).flatMap(float64NamesIn));
  const functions: StepFunction[] = [];
  let scratchBytes = 0;
  const begin = (name: string, tasks: number): FunctionBuilder => {
    functions.push({ name, tasks });
    return module.function(name, stepParams, []);
  };
  plan.steps.forEach((step, i) => {
    switch (step.kind) {
      case 'kernel': {
        const name = `${i} ${step.kernel.name}`;
        functions.push({ name, tasks: emitKernel(support, name, step.kernel, plan.slots).tasks });
        break;
      }
      case 'dot':
        scratchBytes = Math.max(scratchBytes, emitDot(support, plan, step.dot, `${i} dot`, begin));
        break;
      case 'topK': {
        const name = `${i} topK`;
        functions.push({ name, tasks: emitTopK(module, name, step.topK) });
        break;
      }
    }
  });
  return { bytes: module.toBytes(), functions, scratchBytes };
}

function kernelsOf(step: Step): Kernel[] {
  switch (step.kind) {
    case 'kernel':
      return [step.kernel];
    case 'dot':
      return [step.dot.epilogue];
    case 'topK':
      return [];
  }
}

function float64NamesIn({ scalars, body }: Kernel): MathName[] {
  const names: MathName[] = [];
  forEachStatement(body, (statement) => {
    if (statement.kind !== 'define' || statement.instruction.kind !== 'scalar') return;
    const { op, operands } = statement.instruction;
    names.push(...float64NamesOf(op, scalars[operands[0]]));
  });
  return names;
}

/** Writes the functions of a product; returns the bytes of scratch memory that they need. */
function emitDot(
  support: ModuleSupport,
  plan: Plan,
  dot: Dot,
  name: string,
  begin: (name: string, tasks: number) => FunctionBuilder,
): number {
  const { batch, m, n, k, left, right } = dot;
  const dtype = dotType(dot);
  const target = dotTarget(dot);
  const shape: DotShape = {
    dtype,
    batch,
    m,
    n,
    k,
    lhs: { batch: left.batchStrides, free: left.freeStride, contract: left.contractStride },
    rhs: { batch: right.batchStrides, free: right.freeStride, contract: right.contractStride },
    out: target?.strides ?? { batch: batch.map(() => 0), m: n, n: 1 },
  };
  const dotPlan = planDot(shape);
  const { bytes } = elementCode[dtype];
  let scratch = 0;
  const scratchPointer = (part: DotScratch): Emit => {
    const offset = scratch;
    scratch += Math.ceil(dotPlan.scratch[part] / 64) * 64;
    return slotAddress(plan.slots.length, offset);
  };
  const pointers: DotPointers = {
    lhs: slotAddress(left.slot, left.offset * bytes),
    rhs: slotAddress(right.slot, right.offset * bytes),
    out:
      target === undefined
        ? slotAddress(left.slot, 0)
        : slotAddress(target.slot, target.offset * elementCode[plan.slots[target.slot].dtype].bytes),
    lhsPanels: scratchPointer('lhsPanels'),
    rhsPanels: scratchPointer('rhsPanels'),
    partials: scratchPointer('partials'),
  };
  const epilogue =
    isPlainStore(dot) && target !== undefined ? plainStore(dtype) : dotEpilogue(support, dot, plan.slots);
  dotPlan.steps.forEach((step, part) => {
    const f = begin(`${name} ${part} ${step.kind}`, taskCount(step.grid));
    emitDotStep(f, dotPlan, step, pointers, epilogue);
  });
  return scratch;
}

function slotAddress(slot: number, offset: number): Emit {
  return (f) => {
    f.get(0).load('i32.load', 4 * slot);
    if (offset > 0) f.i32(offset).op('i32.add');
  };
}

function dotType({ dtype }: Dot): DotType {
  switch (dtype) {
    case 'float32':
    case 'float64':
    case 'int32':
    case 'uint32':
      return dtype;
    case 'uint8':
    case 'bool':
      throw new ManabiError('dtype', `There is no product of ${dtype} elements; cast them to int32 first.`, {
        op: 'dot',
        data: { dtype },
      });
  }
}

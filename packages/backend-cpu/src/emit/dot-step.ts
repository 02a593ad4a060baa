import type { Dot, Plan } from '@manabi/compiler';
import { ManabiError, sizeOf } from '@manabi/ir';
import {
  type DotOperandName,
  type DotPointers,
  type DotScratch,
  type DotShape,
  type DotType,
  emitDotStep,
  plainStore,
  planDot,
  taskCount,
} from '../routines/dot.ts';
import { keptScratchSlot, scratchSlot } from '../runtime/table.ts';
import type { Emit, FunctionBuilder } from '../wasm/index.ts';
import { elementCode } from './element.ts';
import { dotEpilogue, dotTarget, isPlainStore } from './epilogue.ts';
import type { ModuleSupport } from './support.ts';

/** Scratch memory that a product needs, in bytes. */
export interface DotScratchBytes {
  /** While it runs. */
  readonly passing: number;
  /** Between runs: panels of operands that are packed once. */
  readonly kept: number;
}

/** Where the functions of a product go, and what is known of it. */
export interface DotEmission {
  readonly support: ModuleSupport;
  readonly plan: Plan;
  readonly name: string;
  /** Begins a function; what is done `once` is done before the turns of the loop that the plan is the body of. */
  readonly begin: (name: string, tasks: number, once: boolean) => FunctionBuilder;
  /** True for slots that hold the same in all turns of that loop. */
  readonly isConstant: (slot: number) => boolean;
  /** Bytes of kept scratch memory that others have taken. */
  readonly keptBefore: number;
}

/** Writes the functions of a product; returns the bytes of scratch memory that they need. */
export function emitDot(
  dot: Dot,
  { support, plan, name, begin, isConstant, keptBefore }: DotEmission,
): DotScratchBytes {
  const { batch, rows, columns, contract, left, right } = dot;
  const dtype = dotType(dot);
  const target = dotTarget(dot);
  const shape: DotShape = {
    dtype,
    batch,
    rows,
    columns,
    contract,
    lhs: { batch: left.batchStrides, free: left.freeStrides, contract: left.contractStrides },
    rhs: { batch: right.batchStrides, free: right.freeStrides, contract: right.contractStrides },
    out: target?.strides ?? { batch: batch.map(() => 0), m: sizeOf(columns), n: 1 },
  };
  const kept: DotOperandName[] = [];
  if (isConstant(left.slot)) kept.push('lhs');
  if (isConstant(right.slot)) kept.push('rhs');
  const dotPlan = planDot(shape, { kept });
  const { bytes } = elementCode[dtype];
  const taken = { passing: 0, kept: 0 };
  const scratchPointer = (part: DotScratch, operand?: DotOperandName): Emit => {
    const size = Math.ceil(dotPlan.scratch[part] / 64) * 64;
    const kind = operand !== undefined && kept.includes(operand) ? 'kept' : 'passing';
    const offset = taken[kind];
    taken[kind] += size;
    return kind === 'kept'
      ? slotAddress(keptScratchSlot(plan), keptBefore + offset)
      : slotAddress(scratchSlot(plan), offset);
  };
  const pointers: DotPointers = {
    lhs: slotAddress(left.slot, left.offset * bytes),
    rhs: slotAddress(right.slot, right.offset * bytes),
    out:
      target === undefined
        ? slotAddress(left.slot, 0)
        : slotAddress(target.slot, target.offset * elementCode[plan.slots[target.slot].dtype].bytes),
    lhsPanels: scratchPointer('lhsPanels', 'lhs'),
    rhsPanels: scratchPointer('rhsPanels', 'rhs'),
    partials: scratchPointer('partials'),
  };
  const epilogue =
    isPlainStore(dot) && target !== undefined ? plainStore(dtype) : dotEpilogue(support, dot, plan.slots);
  dotPlan.steps.forEach((step, part) => {
    const once = step.kind === 'pack' && kept.includes(step.operand);
    const f = begin(`${name} ${part} ${step.kind}`, taskCount(step.grid), once);
    emitDotStep(f, dotPlan, step, pointers, epilogue);
  });
  return taken;
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

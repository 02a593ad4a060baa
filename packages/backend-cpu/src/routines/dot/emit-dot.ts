import { type DotAttributes, isPlainStore, type RoutineStep } from '@manabi/compiler';
import { ManabiError, sizeOf } from '@manabi/ir';
import { elementCode } from '../../emit/element.ts';
import { slotAddress } from '../../runtime/slot-address.ts';
import { keptScratchSlot, scratchSlot } from '../../runtime/table.ts';
import type { Emit } from '../../wasm/index.ts';
import type { RoutineEmission, ScratchBytes } from '../emission.ts';
import { dotEpilogue, dotTarget, type Product } from './epilogue.ts';
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
} from './index.ts';

/** Writes the functions of a product, and returns the sizes in bytes of the scratch memory that they need. */
export function emitDot(
  { attributes, operands: [leftSlot, rightSlot], epilogue: finish }: RoutineStep<DotAttributes>,
  { support, plan, name, begin, isConstant, keptBefore }: RoutineEmission,
): ScratchBytes {
  if (finish === null) throw new Error('The epilogue of the product is missing.');
  const dot: Product = { ...attributes, epilogue: finish };
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
  if (isConstant(leftSlot)) kept.push('lhs');
  if (isConstant(rightSlot)) kept.push('rhs');
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
    lhs: slotAddress(leftSlot, left.offset * bytes),
    rhs: slotAddress(rightSlot, right.offset * bytes),
    out:
      target === undefined
        ? slotAddress(leftSlot, 0)
        : slotAddress(target.slot, target.offset * elementCode[plan.slots[target.slot].dtype].bytes),
    lhsPanels: scratchPointer('lhsPanels', 'lhs'),
    rhsPanels: scratchPointer('rhsPanels', 'rhs'),
    partials: scratchPointer('partials'),
  };
  const epilogue =
    isPlainStore(dot.epilogue) && target !== undefined ? plainStore(dtype) : dotEpilogue(support, dot, plan.slots);
  dotPlan.steps.forEach((step, part) => {
    const once = step.kind === 'pack' && kept.includes(step.operand);
    const f = begin(`${name} ${part} ${step.kind}`, taskCount(step.grid), once);
    emitDotStep(f, dotPlan, step, pointers, epilogue);
  });
  return taken;
}

function dotType({ dtype }: Product): DotType {
  switch (dtype) {
    case 'float32':
    case 'float64':
    case 'int32':
    case 'uint32':
      return dtype;
    case 'float16':
    case 'uint8':
    case 'bool':
      throw new ManabiError(
        'dtype',
        `Unsupported dtype of dot: ${dtype}. Cast the operands to ${dtype === 'float16' ? 'float32' : 'int32'} first.`,
        {
          op: 'dot',
          data: { dtype },
        },
      );
  }
}

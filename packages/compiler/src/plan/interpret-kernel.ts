import {
  type Combine,
  type DType,
  dtypes,
  evaluateIndex,
  type IndexExpr,
  ManabiError,
  type ScalarOp,
} from '@manabi/ir';
import { fillReference, type ReferenceArray, references } from '@manabi/ir/reference';
import type { Block, Instruction, Kernel, Statement } from './kernel.ts';

/** What a kernel reads and writes while it is interpreted. */
export interface KernelMemory {
  /** The elements of a slot; a kernel's floats are computed in float64. */
  readonly slot: (slot: number) => ReferenceArray['data'];
  readonly dtype: (slot: number) => DType;
  /** Called for an index outside its extent; the run goes on with the nearest index inside. */
  readonly outside: (site: number, index: number) => void;
}

/**
 * Runs a kernel statement by statement, in order: the oracle for what renderers make of it.
 *
 * @param fixed values of axes that have no loop, and of the `result` instruction: an epilogue's
 */
export function interpretKernel(
  kernel: Kernel,
  memory: KernelMemory,
  fixed: { readonly axes: readonly number[]; readonly result: number } = { axes: [], result: Number.NaN },
): void {
  const axes = kernel.axes.map((_, axis) => fixed.axes[axis] ?? 0);
  const scalars = new Array<number>(kernel.scalars.length).fill(Number.NaN);
  const accumulators = new Array<number>(kernel.accumulators.length).fill(Number.NaN);
  const place = (index: IndexExpr) =>
    evaluateIndex(
      index,
      (axis) => axes[axis],
      (scalar) => scalars[scalar],
    );

  runBlock(kernel.body);

  function runBlock(block: Block): void {
    for (const statement of block) run(statement);
  }

  function run(statement: Statement): void {
    switch (statement.kind) {
      case 'loop':
        for (let i = 0; i < kernel.axes[statement.axis].extent; i++) {
          axes[statement.axis] = i;
          runBlock(statement.body);
        }
        break;
      case 'define':
        scalars[statement.scalar] = evaluate(statement.instruction, kernel.scalars[statement.scalar]);
        break;
      case 'store': {
        const elements = memory.slot(statement.slot);
        const at = place(statement.index);
        checkBounds(statement.slot, at);
        const value = scalars[statement.value];
        elements[at] =
          statement.combine === 'set'
            ? value
            : join(statement.combine, memory.dtype(statement.slot), elements[at], value);
        break;
      }
      case 'begin':
        accumulators[statement.accumulator] = statement.initial;
        break;
      case 'accumulate': {
        const { accumulator, combine, value } = statement;
        accumulators[accumulator] = join(
          combine,
          kernel.accumulators[accumulator],
          accumulators[accumulator],
          scalars[value],
        );
        break;
      }
      case 'assign':
        accumulators[statement.accumulator] = scalars[statement.value];
        break;
    }
  }

  function evaluate(instruction: Instruction, dtype: DType): number {
    switch (instruction.kind) {
      case 'scalar':
        return compute(
          instruction.op,
          instruction.operands.map((operand) => ({ dtype: kernel.scalars[operand], value: scalars[operand] })),
          dtype,
        );
      case 'constant':
        return instruction.value;
      case 'load': {
        const at = place(instruction.index);
        checkBounds(instruction.slot, at);
        return memory.slot(instruction.slot)[at];
      }
      case 'index':
        return place(instruction.index);
      case 'checkedIndex': {
        const index = scalars[instruction.operand];
        if (index >= 0 && index < instruction.extent) return index;
        memory.outside(instruction.site, index);
        return Math.min(Math.max(index, 0), instruction.extent - 1);
      }
      case 'accumulator':
        return accumulators[instruction.accumulator];
      case 'result':
        return fixed.result;
    }
  }

  function checkBounds(slot: number, at: number): void {
    if (at >= 0 && at < memory.slot(slot).length) return;
    throw new ManabiError('graph', `Kernel ${kernel.name} reaches element ${at} of slot ${slot}.`, {
      op: 'interpretKernel',
      data: { slot, at, elements: memory.slot(slot).length },
    });
  }
}

function join(combine: Combine, dtype: DType, a: number, b: number): number {
  return compute(
    combine,
    [
      { dtype, value: a },
      { dtype, value: b },
    ],
    dtype,
  );
}

/** A scalar instruction is the operator of the same name on one element. */
function compute(op: ScalarOp, operands: readonly { dtype: DType; value: number }[], dtype: DType): number {
  const arrays = operands.map((operand) => fillReference({ dtype: operand.dtype, shape: [] }, () => operand.value));
  // The attributes of `cast` and `bitcast`; the other instructions have none and look at none.
  const [{ data }] = references[op](arrays, { dtype }, [{ dtype, shape: [] }], () => []);
  return dtypes[dtype].kind === 'bool' ? Number(data[0] !== 0) : data[0];
}

import {
  type Combine,
  type DType,
  dtypes,
  type IndexAtom,
  type IndexExpr,
  ManabiError,
  type ScalarOp,
} from '@manabi/ir';
import { type ReferenceArray, referenceStorage, references } from '@manabi/ir/reference';
import { indexOrigin } from '../plan/index-origin.ts';
import type { Block, Instruction, Kernel, Statement } from '../plan/kernel.ts';
import { definitionsOf } from '../plan/walk-kernel.ts';

/** Access of an interpreted kernel to the slots of its plan. */
export interface KernelMemory {
  /** Returns the elements of a slot. Floats are stored in float64. */
  readonly slot: (slot: number) => ReferenceArray['data'];
  /** Returns the dtype of a slot. */
  readonly dtype: (slot: number) => DType;
  /**
   * Called for each index that is out of range. `position` is the position of the index in the array of indices, or 0
   * for an index that is computed instead of loaded. The kernel then continues with the index clamped to the axis.
   */
  readonly outside: (site: number, index: number, position: number) => void;
  /** Called for loops and accesses, to detect races. Default: races are not detected. */
  readonly watch?: KernelWatch;
}

/** Functions that are called, in order, for every loop, iteration and memory access of a kernel. */
export interface KernelWatch {
  /** Called before the first iteration of a loop; `isOrdered` is true if its iterations run in order. */
  readonly enter: (isOrdered: boolean) => void;
  /** Called at the start of each iteration of a loop, with the value of its axis. */
  readonly iterate: (iteration: number) => void;
  /** Called after the last iteration of a loop. */
  readonly leave: () => void;
  /** Called for each access to memory: `at` is the index of the element in the slot. */
  readonly access: (slot: number, at: number, written: boolean) => void;
}

type Run = () => void;
type Value = () => number;

/**
 * Runs a kernel statement by statement. Tests compare the code that backends generate for kernels with this
 * implementation.
 *
 * @param fixed for epilogues: values of the axes that have no loop in the kernel, and of the `result` instruction
 * @throws ManabiError `graph` for a kernel that accesses elements outside its slots
 * @example
 * ```ts
 * import { cpuTarget } from '@manabi/backend-cpu';
 * import { compilePlan } from '@manabi/compiler';
 * import { interpretKernel } from '@manabi/compiler/interpret';
 * import { graphBuilder } from '@manabi/ir';
 *
 * const b = graphBuilder();
 * const { steps, slots } = compilePlan(b.finish([b.neg(b.input({ dtype: 'float32', shape: [2] }))]), { target: cpuTarget });
 * const elements = [Float64Array.of(1, 2), new Float64Array(2)];
 * for (const step of steps) {
 *   if (step.kind !== 'kernel') continue;
 *   interpretKernel(step.kernel, { slot: (i) => elements[i], dtype: (i) => slots[i].dtype, outside: () => {} });
 * }
 * console.log([...elements[1]]); // [-1, -2]
 * ```
 */
export function interpretKernel(
  kernel: Kernel,
  memory: KernelMemory,
  fixed: { readonly axes: readonly number[]; readonly result: number } = { axes: [], result: Number.NaN },
): void {
  kernelRunner(kernel, memory)(fixed.axes, fixed.result);
}

/**
 * Returns a function that runs a kernel. For epilogues, each call takes values of the axes that have no loop in the
 * kernel, and of the `result` instruction.
 */
export function kernelRunner(
  kernel: Kernel,
  memory: KernelMemory,
): (fixedAxes: readonly number[], result: number) => void {
  const axes = kernel.axes.map(() => 0);
  const scalars = new Array<number>(kernel.scalars.length).fill(Number.NaN);
  const accumulators = new Array<number>(kernel.accumulators.length).fill(Number.NaN);
  const definitions = definitionsOf(kernel.body);
  let routineResult = Number.NaN;
  const body = runnerOf(kernel.body);
  return (fixedAxes, result) => {
    for (const axis of axes.keys()) axes[axis] = fixedAxes[axis] ?? 0;
    routineResult = result;
    body();
  };

  function runnerOf(block: Block): Run {
    const runs = block.map(statementRunner);
    return () => {
      for (const run of runs) run();
    };
  }

  function statementRunner(statement: Statement): Run {
    switch (statement.kind) {
      case 'loop': {
        const { axis } = statement;
        const { extent, kind } = kernel.axes[axis];
        const run = runnerOf(statement.body);
        return () => {
          memory.watch?.enter(kind === 'sequential');
          for (let i = 0; i < extent; i++) {
            axes[axis] = i;
            memory.watch?.iterate(i);
            run();
          }
          memory.watch?.leave();
        };
      }
      case 'define': {
        const { scalar } = statement;
        const value = instructionValue(statement.instruction, kernel.scalars[scalar]);
        return () => {
          scalars[scalar] = value();
        };
      }
      case 'store': {
        const { slot, value, combine } = statement;
        const position = indexValue(statement.index);
        const join = combine === 'set' ? null : joiner(combine, memory.dtype(slot));
        return () => {
          const elements = memory.slot(slot);
          const at = position();
          checkBounds(slot, at);
          if (join !== null) memory.watch?.access(slot, at, false);
          memory.watch?.access(slot, at, true);
          elements[at] = join === null ? scalars[value] : join(elements[at], scalars[value]);
        };
      }
      case 'begin':
        return () => {
          accumulators[statement.accumulator] = statement.initial;
        };
      case 'accumulate': {
        const { accumulator, value } = statement;
        const join = joiner(statement.combine, kernel.accumulators[accumulator]);
        return () => {
          accumulators[accumulator] = join(accumulators[accumulator], scalars[value]);
        };
      }
      case 'accumulateIndex': {
        const { accumulator, position, value, at, largest } = statement;
        const wins = isBetter(largest);
        return () => {
          if (!wins(scalars[value], scalars[at], accumulators[accumulator], accumulators[position])) return;
          accumulators[accumulator] = scalars[value];
          accumulators[position] = scalars[at];
        };
      }
      case 'assign':
        return () => {
          accumulators[statement.accumulator] = scalars[statement.value];
        };
    }
  }

  function instructionValue(instruction: Instruction, dtype: DType): Value {
    switch (instruction.kind) {
      case 'scalar': {
        const { operands } = instruction;
        const given = operands.map((operand) => kernel.scalars[operand]);
        const compute = computer(instruction.op, given, dtype);
        return () => compute(...operands.map((operand) => scalars[operand]));
      }
      case 'constant':
        return () => instruction.value;
      case 'load': {
        const { slot } = instruction;
        const position = indexValue(instruction.index);
        return () => {
          const at = position();
          checkBounds(slot, at);
          memory.watch?.access(slot, at, false);
          return memory.slot(slot)[at];
        };
      }
      case 'index':
        return indexValue(instruction.index);
      case 'checkedIndex': {
        const origin = indexOrigin(definitions, instruction.operand);
        const position = origin === undefined ? () => 0 : indexValue(origin.index);
        return () => {
          const index = scalars[instruction.operand];
          if (index >= 0 && index < instruction.extent) return index;
          memory.outside(instruction.site, index, position());
          return Math.min(Math.max(index, 0), instruction.extent - 1);
        };
      }
      case 'accumulator':
        return () => accumulators[instruction.accumulator];
      case 'result':
        return () => routineResult;
    }
  }

  function indexValue({ constant, terms }: IndexExpr): Value {
    const parts = terms.map(({ atom, factor }) => ({ value: atomValue(atom), factor }));
    return () => {
      let sum = constant;
      for (const { value, factor } of parts) sum += factor * value();
      return sum;
    };
  }

  function atomValue(atom: IndexAtom): Value {
    switch (atom.kind) {
      case 'axis':
        return () => axes[atom.axis];
      case 'data':
        return () => scalars[atom.scalar];
      case 'quotient': {
        const of = indexValue(atom.of);
        return () => Math.floor(of() / atom.by);
      }
      case 'remainder': {
        const of = indexValue(atom.of);
        return () => of() % atom.by;
      }
    }
  }

  function checkBounds(slot: number, at: number): void {
    if (at >= 0 && at < memory.slot(slot).length) return;
    throw new ManabiError(
      'graph',
      `Kernel ${kernel.name} accesses element ${at} of slot ${slot}, which has ${memory.slot(slot).length} elements.`,
      {
        op: 'interpretKernel',
        data: { slot, at, elements: memory.slot(slot).length },
      },
    );
  }
}

/**
 * Returns a function that decides whether an element is better than the current one, by the rules of `accumulateIndex`.
 */
function isBetter(largest: boolean): (value: number, at: number, current: number, currentAt: number) => boolean {
  return (value, at, current, currentAt) => {
    const [isNew, isOld] = [Number.isNaN(value), Number.isNaN(current)];
    if (isNew !== isOld) return isNew;
    if (isNew || value === current) return at < currentAt;
    return largest ? value > current : value < current;
  };
}

function joiner(combine: Combine, dtype: DType): (a: number, b: number) => number {
  return computer(combine, [dtype, dtype], dtype);
}

/**
 * Returns a function that evaluates a scalar instruction, by the reference implementation of the operator with the same
 * name.
 */
function computer(op: ScalarOp, operands: readonly DType[], dtype: DType): (...values: number[]) => number {
  const arrays = operands.map((given) => ({ dtype: given, shape: [], data: referenceStorage(given, 1) }));
  const isBool = dtypes[dtype].kind === 'bool';
  const results = [{ dtype, shape: [] }];
  return (...values) => {
    for (const [i, { data }] of arrays.entries()) data[0] = values[i];
    // Only the references of `cast` and `bitcast` read attributes.
    const [{ data }] = references[op](arrays, { dtype }, results, () => []);
    return isBool ? Number(data[0] !== 0) : data[0];
  };
}

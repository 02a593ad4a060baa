import { dtypes, type IndexExpr, type ScatterMode, scalarCost, sizeOf } from '@manabi/ir';
import { formatIndex } from './format-index.ts';
import type { Block, Kernel, Statement } from './kernel.ts';
import type { Dot, DotOperand, Plan, Slot, Step } from './plan.ts';

/** What a step of a plan has to do: a measure for the time that it takes. */
export interface StepCost {
  /** In a line, for people. */
  readonly name: string;
  /** 0 for steps of the plan itself; those of loops and branches follow their step, one deeper. */
  readonly depth: number;
  /** How many times it runs in one run of the plan; for loops that end by a test the most, for branches both. */
  readonly runs: number;
  /** Scalar operations of all runs, each counted as the additions that it is worth (`exp` is 12). */
  readonly operations: number;
  /** Bytes that all runs have to read and write at least; what stays in caches from one run to the next counts again. */
  readonly bytes: number;
}

/** The costs of all steps of a plan, in their order. A loop's or branch's own include those of the steps in it. */
export function stepCosts(plan: Plan): readonly StepCost[] {
  return plan.steps.flatMap((step) => costsOf(plan, step));
}

type Cost = Pick<StepCost, 'operations' | 'bytes'>;

function costsOf(plan: Plan, step: Step): readonly StepCost[] {
  switch (step.kind) {
    case 'kernel': {
      const { kernel } = step;
      const name = `${kernel.name} ${kernel.axes.map(({ extent }) => extent).join('x')}`;
      return [{ name, depth: 0, runs: 1, ...kernelCost(kernel, plan.slots, 1) }];
    }
    case 'dot':
      return [{ name: dotName(step.dot), depth: 0, runs: 1, ...dotCost(step.dot, plan.slots) }];
    case 'topK': {
      const { rows, length, k, dtype } = step.topK;
      // An element is compared with the smallest that is kept; few get further.
      const bytes = rows * length * dtypes[dtype].bytes + rows * k * (dtypes[dtype].bytes + dtypes.int32.bytes);
      return [{ name: `topK ${k} of ${rows}x${length}`, depth: 0, runs: 1, operations: rows * length, bytes }];
    }
    case 'loop': {
      const { body, test, turns } = step.loop;
      const name = turns === null ? 'loop, counted as one turn' : `loop of ${turns} turns`;
      return containerCosts(name, [body, test], turns ?? 1);
    }
    case 'branch':
      return containerCosts('branch, counted as both', [step.branch.thenPlan, step.branch.elsePlan], 1);
  }
}

/** A step that runs plans, and behind it the steps of these. */
function containerCosts(name: string, plans: readonly (Plan | null)[], turns: number): readonly StepCost[] {
  const inner = plans
    .flatMap((plan) => (plan === null ? [] : stepCosts(plan)))
    .map((cost) => ({
      ...cost,
      depth: cost.depth + 1,
      runs: cost.runs * turns,
      operations: cost.operations * turns,
      bytes: cost.bytes * turns,
    }));
  return [{ name, depth: 0, runs: 1, ...sumOf(inner.filter(({ depth }) => depth === 1)) }, ...inner];
}

function sumOf(costs: readonly Cost[]): Cost {
  const sum = (of: (cost: Cost) => number): number => costs.reduce((total, cost) => total + of(cost), 0);
  return { operations: sum(({ operations }) => operations), bytes: sum(({ bytes }) => bytes) };
}

function dotName({ batch, rows, columns, contract, epilogue }: Dot): string {
  const side = (extents: readonly number[]): string => (extents.length === 0 ? '1' : extents.join('·'));
  return `${epilogue.name} ${batch.length > 0 ? `${batch.join('x')} of ` : ''}${side(rows)} x ${side(columns)}, k ${side(contract)}`;
}

function dotCost(dot: Dot, slots: readonly Slot[]): Cost {
  const { batch, rows, columns, contract, left, right, epilogue } = dot;
  const places = sizeOf(batch) * sizeOf(rows) * sizeOf(columns);
  const finish = kernelCost(epilogue, slots, places);
  return {
    operations: 2 * places * sizeOf(contract) + finish.operations,
    bytes:
      operandBytes(left, batch, rows, contract, slots) +
      operandBytes(right, batch, columns, contract, slots) +
      finish.bytes,
  };
}

function operandBytes(
  { slot, batchStrides, freeStrides, contractStrides }: DotOperand,
  batch: readonly number[],
  free: readonly number[],
  contract: readonly number[],
  slots: readonly Slot[],
): number {
  const strides = [...batchStrides, ...freeStrides, ...contractStrides];
  const extents = [...batch, ...free, ...contract].filter((_, axis) => strides[axis] !== 0);
  const { dtype, elements } = slots[slot];
  return Math.min(elements, sizeOf(extents)) * dtypes[dtype].bytes;
}

/** What a kernel touches: by slot, the places that are read and those that are written. */
interface Touched {
  readonly slot: number;
  readonly written: boolean;
  /** Number of elements at each index expression, by its text. */
  readonly elements: Map<string, number>;
}

/** @param turns of the whole body, for the axes that have no loop in it */
function kernelCost(kernel: Kernel, slots: readonly Slot[], turns: number): Cost {
  const touched: Touched[] = [];
  const touch = (slot: number, written: boolean, index: IndexExpr, times: number): void => {
    let known = touched.find((each) => each.slot === slot && each.written === written);
    if (known === undefined) {
      known = { slot, written, elements: new Map() };
      touched.push(known);
    }
    known.elements.set(formatIndex(index), Math.min(times, reach(index)));
  };
  const operations = blockOperations(kernel, kernel.body, turns, touch);
  const bytes = touched.reduce((sum, { slot, elements }) => {
    const places = [...elements.values()].reduce((total, count) => total + count, 0);
    return sum + Math.min(slots[slot].elements, places) * dtypes[slots[slot].dtype].bytes;
  }, 0);
  return { operations, bytes };
}

type Touch = (slot: number, written: boolean, index: IndexExpr, times: number) => void;

function blockOperations(kernel: Kernel, block: Block, turns: number, touch: Touch): number {
  return block.reduce((sum, statement) => sum + statementOperations(kernel, statement, turns, touch), 0);
}

function statementOperations(kernel: Kernel, statement: Statement, turns: number, touch: Touch): number {
  switch (statement.kind) {
    case 'loop':
      return blockOperations(kernel, statement.body, turns * kernel.axes[statement.axis].extent, touch);
    case 'define': {
      const { instruction } = statement;
      if (instruction.kind === 'load') touch(instruction.slot, false, instruction.index, turns);
      return instruction.kind === 'scalar' ? turns * scalarCost[instruction.op] : 0;
    }
    case 'store':
      touch(statement.slot, true, statement.index, turns);
      if (joins(statement.combine)) touch(statement.slot, false, statement.index, turns);
      return joins(statement.combine) ? turns : 0;
    case 'accumulate':
      return turns;
    case 'begin':
    case 'assign':
      return 0;
  }
}

function joins(combine: ScatterMode): boolean {
  return combine !== 'set';
}

/** Number of values that an index can have, at most. */
function reach(index: IndexExpr): number {
  return [...extentsIn(index, new Map()).values()].reduce((product, extent) => product * extent, 1);
}

function extentsIn(index: IndexExpr, extents: Map<string, number>): Map<string, number> {
  for (const { atom } of index.terms) {
    switch (atom.kind) {
      case 'axis':
        extents.set(`i${atom.axis}`, atom.extent);
        break;
      case 'data':
        extents.set(`s${atom.scalar}`, atom.extent);
        break;
      case 'quotient':
      case 'remainder':
        extentsIn(atom.of, extents);
        break;
    }
  }
  return extents;
}

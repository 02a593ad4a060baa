import { type IndexExpr, type ScatterMode, sizeOf } from '@manabi/ir';
import type { PlanTarget } from '../target.ts';
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

/** Returns the costs of all steps of a plan, in order. Those of a loop or branch include those of the steps in it. */
export function stepCosts(plan: Plan, { costs }: PlanTarget): readonly StepCost[] {
  return costsOfSteps(plan, costs.scalar);
}

type ScalarCosts = PlanTarget['costs']['scalar'];

/** What the costs of a step depend on beside the step. */
interface Surroundings {
  readonly slots: readonly Slot[];
  readonly scalar: ScalarCosts;
}

function costsOfSteps({ steps, slots }: Plan, scalar: ScalarCosts): readonly StepCost[] {
  return steps.flatMap((step) => costsOf(step, { slots, scalar }));
}

/** Bytes of some elements of a slot, at most of all of them. */
function bytesIn({ bytes, elements }: Slot, count: number): number {
  return elements === 0 ? 0 : (bytes / elements) * Math.min(elements, count);
}

type Cost = Pick<StepCost, 'operations' | 'bytes'>;

function costsOf(step: Step, around: Surroundings): readonly StepCost[] {
  switch (step.kind) {
    case 'kernel': {
      const { kernel } = step;
      const name = `${kernel.name} ${kernel.axes.map(({ extent }) => extent).join('x')}`;
      return [{ name, depth: 0, runs: 1, ...kernelCost(kernel, around, 1) }];
    }
    case 'dot':
      return [{ name: dotName(step.dot), depth: 0, runs: 1, ...dotCost(step.dot, around) }];
    case 'topK': {
      const { rows, length, k, input, values, indices } = step.topK;
      // An element is compared with the smallest that is kept; few get further.
      const bytes = [input, values, indices].reduce((sum, slot) => sum + around.slots[slot].bytes, 0);
      return [{ name: `topK ${k} of ${rows}x${length}`, depth: 0, runs: 1, operations: rows * length, bytes }];
    }
    case 'loop': {
      const { body, test, turns } = step.loop;
      const name = turns === null ? 'loop, counted as one turn' : `loop of ${turns} turns`;
      return containerCosts(name, [body, test], turns ?? 1, around.scalar);
    }
    case 'branch':
      return containerCosts('branch, counted as both', [step.branch.thenPlan, step.branch.elsePlan], 1, around.scalar);
  }
}

/** A step that runs plans, and behind it the steps of these. */
function containerCosts(
  name: string,
  plans: readonly (Plan | null)[],
  turns: number,
  scalar: ScalarCosts,
): readonly StepCost[] {
  const inner = plans
    .flatMap((plan) => (plan === null ? [] : costsOfSteps(plan, scalar)))
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

function dotCost(dot: Dot, around: Surroundings): Cost {
  const { batch, rows, columns, contract, left, right, epilogue } = dot;
  const places = sizeOf(batch) * sizeOf(rows) * sizeOf(columns);
  const { slots } = around;
  const finish = kernelCost(epilogue, around, places);
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
  return bytesIn(slots[slot], sizeOf(extents));
}

/** What a kernel touches: by slot, the places that are read and those that are written. */
interface Touched {
  readonly slot: number;
  readonly written: boolean;
  /** Number of elements at each index expression, by its text. */
  readonly elements: Map<string, number>;
}

/** @param turns of the whole body, for the axes that have no loop in it */
function kernelCost(kernel: Kernel, { slots, scalar }: Surroundings, turns: number): Cost {
  const touched: Touched[] = [];
  const touch = (slot: number, written: boolean, index: IndexExpr, times: number): void => {
    let known = touched.find((each) => each.slot === slot && each.written === written);
    if (known === undefined) {
      known = { slot, written, elements: new Map() };
      touched.push(known);
    }
    known.elements.set(formatIndex(index), Math.min(times, reach(index)));
  };
  const operations = blockOperations({ kernel, scalar, touch }, kernel.body, turns);
  const bytes = touched.reduce((sum, { slot, elements }) => {
    const places = [...elements.values()].reduce((total, count) => total + count, 0);
    return sum + bytesIn(slots[slot], places);
  }, 0);
  return { operations, bytes };
}

/** A kernel while its operations are counted. */
interface Counting {
  readonly kernel: Kernel;
  readonly scalar: ScalarCosts;
  readonly touch: (slot: number, written: boolean, index: IndexExpr, times: number) => void;
}

function blockOperations(counting: Counting, block: Block, turns: number): number {
  return block.reduce((sum, statement) => sum + statementOperations(counting, statement, turns), 0);
}

function statementOperations(counting: Counting, statement: Statement, turns: number): number {
  const { kernel, scalar, touch } = counting;
  switch (statement.kind) {
    case 'loop':
      return blockOperations(counting, statement.body, turns * kernel.axes[statement.axis].extent);
    case 'define': {
      const { instruction } = statement;
      if (instruction.kind === 'load') touch(instruction.slot, false, instruction.index, turns);
      return instruction.kind === 'scalar' ? turns * scalar[instruction.op] : 0;
    }
    case 'store':
      touch(statement.slot, true, statement.index, turns);
      if (joins(statement.combine)) touch(statement.slot, false, statement.index, turns);
      return joins(statement.combine) ? turns : 0;
    case 'accumulate':
    case 'accumulatePlace':
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

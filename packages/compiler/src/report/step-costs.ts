import { readArgument } from '@manabi/errors';
import { type IndexExpr, type ScatterMode, sizeOf } from '@manabi/ir';
import { planKind, targetKind } from '../argument-kinds.ts';
import { type RoutineTable, routineNamed } from '../graph/routine.ts';
import { formatIndex } from '../plan/format-index.ts';
import type { Block, Kernel, Statement } from '../plan/kernel.ts';
import type { Plan, Slot, Step } from '../plan/plan.ts';
import type { RoutineStep } from '../plan/routine-step.ts';
import { routineTable } from '../routines/table.ts';
import type { PlanTarget } from '../target.ts';

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

/**
 * Returns the costs of all steps of a plan, in order. Those of a loop or branch include those of the steps in it.
 *
 * @param table says what routines cost
 * @throws ManabiError `argument` for anything but a plan and a target
 */
export function stepCosts(plan: Plan, target: PlanTarget, table: RoutineTable = routineTable): readonly StepCost[] {
  readArgument('stepCosts', 'plan', plan, planKind);
  const { costs } = readArgument('stepCosts', 'target', target, targetKind);
  return costsOfSteps(plan, { scalar: costs.scalar, table });
}

type ScalarCosts = PlanTarget['costs']['scalar'];

/** What the costs of a step depend on beside the step. */
interface Surroundings {
  readonly slots: readonly Slot[];
  readonly scalar: ScalarCosts;
  readonly table: RoutineTable;
}

function costsOfSteps({ steps, slots }: Plan, around: Omit<Surroundings, 'slots'>): readonly StepCost[] {
  return steps.flatMap((step) => costsOf(step, { ...around, slots }));
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
    case 'routine':
      return [routineCost(step, around)];
    case 'loop': {
      const { body, test, turns } = step.loop;
      const name = turns === null ? 'loop, counted as one turn' : `loop of ${turns} turns`;
      return containerCosts(name, [body, test], turns ?? 1, around);
    }
    case 'branch':
      return containerCosts('branch, counted as both', [step.branch.thenPlan, step.branch.elsePlan], 1, around);
  }
}

/** A step that runs plans, and behind it the steps of these. */
function containerCosts(
  name: string,
  plans: readonly (Plan | null)[],
  turns: number,
  around: Surroundings,
): readonly StepCost[] {
  const inner = plans
    .flatMap((plan) => (plan === null ? [] : costsOfSteps(plan, around)))
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

/** What a routine does, and its epilogue at each place where an element is finished. */
function routineCost({ name, attributes, operands, results, epilogue }: RoutineStep, around: Surroundings): StepCost {
  const { slots, table } = around;
  const { name: sizes, operations, reads } = routineNamed(table, name, 'The plan').cost(attributes);
  const places = sizeOf((epilogue?.axes ?? []).map(({ extent }) => extent));
  const finish = epilogue === null ? { operations: 0, bytes: 0 } : kernelCost(epilogue, around, places);
  const read = operands.reduce((sum, slot, i) => sum + bytesIn(slots[slot], reads[i]), 0);
  const written = results.reduce((sum, slot) => sum + slots[slot].bytes, 0);
  return {
    name: `${epilogue?.name ?? name} ${sizes}`,
    depth: 0,
    runs: 1,
    operations: operations + finish.operations,
    bytes: read + written + finish.bytes,
  };
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

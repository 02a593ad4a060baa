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

/** Estimated cost of a step of a plan. */
export interface StepCost {
  /** Description of the step in one line. */
  readonly name: string;
  /** Nesting depth: 0 for steps of the plan itself. Steps of loops and branches follow their step, one deeper. */
  readonly depth: number;
  /**
   * Number of runs of the step per run of the plan. A loop with a test counts with its maximal number of iterations, a
   * branch with both graphs.
   */
  readonly runs: number;
  /** Scalar operations of all runs, in units of one addition: an `exp`, for example, counts as 12. */
  readonly operations: number;
  /** Minimal number of bytes that all runs read and write. Data that stays in caches counts in every run. */
  readonly bytes: number;
}

/**
 * Returns the costs of all steps of a plan, in order. The costs of a loop or branch include those of its steps.
 *
 * @param table provides the costs of routines; by default the routines of this package
 * @throws ManabiError `argument` if `plan` is not a plan or `target` not a target
 * @example
 * ```ts
 * import { cpuTarget } from '@manabi/backend-cpu';
 * import { graphBuilder } from '@manabi/ir';
 * const b = graphBuilder();
 * const plan = compilePlan(b.finish([b.neg(b.input({ dtype: 'float32', shape: [8] }))]), { target: cpuTarget });
 * stepCosts(plan, cpuTarget).map(({ bytes }) => bytes); // => [64]
 * ```
 */
export function stepCosts(plan: Plan, target: PlanTarget, table: RoutineTable = routineTable): readonly StepCost[] {
  readArgument('stepCosts', 'plan', plan, planKind);
  const { costs } = readArgument('stepCosts', 'target', target, targetKind);
  return costsOfSteps(plan, { scalar: costs.scalar, table });
}

type ScalarCosts = PlanTarget['costs']['scalar'];

/** Context that the costs of a step depend on. */
interface Surroundings {
  readonly slots: readonly Slot[];
  readonly scalar: ScalarCosts;
  readonly table: RoutineTable;
}

function costsOfSteps({ steps, slots }: Plan, around: Omit<Surroundings, 'slots'>): readonly StepCost[] {
  return steps.flatMap((step) => costsOf(step, { ...around, slots }));
}

/** Returns the bytes of `count` elements of a slot, at most those of the whole slot. */
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
      const name = turns === null ? 'loop, counted as one iteration' : `loop of ${turns} iterations`;
      return containerCosts(name, [body, test], turns ?? 1, around);
    }
    case 'branch':
      return containerCosts('branch, counted as both', [step.branch.thenPlan, step.branch.elsePlan], 1, around);
  }
}

/** Returns the costs of a loop or branch, followed by the costs of the steps in its plans. */
function containerCosts(
  name: string,
  plans: readonly (Plan | null)[],
  runs: number,
  around: Surroundings,
): readonly StepCost[] {
  const inner = plans
    .flatMap((plan) => (plan === null ? [] : costsOfSteps(plan, around)))
    .map((cost) => ({
      ...cost,
      depth: cost.depth + 1,
      runs: cost.runs * runs,
      operations: cost.operations * runs,
      bytes: cost.bytes * runs,
    }));
  return [{ name, depth: 0, runs: 1, ...sumOf(inner.filter(({ depth }) => depth === 1)) }, ...inner];
}

function sumOf(costs: readonly Cost[]): Cost {
  const sum = (of: (cost: Cost) => number): number => costs.reduce((total, cost) => total + of(cost), 0);
  return { operations: sum(({ operations }) => operations), bytes: sum(({ bytes }) => bytes) };
}

/** Returns the costs of a routine, including its epilogue for each completed element. */
function routineCost({ name, attributes, operands, results, epilogue }: RoutineStep, around: Surroundings): StepCost {
  const { slots, table } = around;
  const { name: sizes, operations, reads } = routineNamed(table, name, 'The plan').cost(attributes);
  const count = sizeOf((epilogue?.axes ?? []).map(({ extent }) => extent));
  const finish = epilogue === null ? { operations: 0, bytes: 0 } : kernelCost(epilogue, around, count);
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

/** Indices of a slot that a kernel reads or writes. */
interface Touched {
  readonly slot: number;
  readonly written: boolean;
  /** Number of elements that each index expression reaches, by the text of the expression. */
  readonly elements: Map<string, number>;
}

/**
 * Returns the costs of a kernel.
 *
 * @param runs number of runs of the whole body: those of the axes that have no loop in it
 */
function kernelCost(kernel: Kernel, { slots, scalar }: Surroundings, runs: number): Cost {
  const touched: Touched[] = [];
  const touch = (slot: number, written: boolean, index: IndexExpr, times: number): void => {
    let known = touched.find((each) => each.slot === slot && each.written === written);
    if (known === undefined) {
      known = { slot, written, elements: new Map() };
      touched.push(known);
    }
    known.elements.set(formatIndex(index), Math.min(times, reach(index)));
  };
  const operations = blockOperations({ kernel, scalar, touch }, kernel.body, runs);
  const bytes = touched.reduce((sum, { slot, elements }) => {
    const count = [...elements.values()].reduce((total, each) => total + each, 0);
    return sum + bytesIn(slots[slot], count);
  }, 0);
  return { operations, bytes };
}

/** State of counting a kernel's operations. */
interface Counting {
  readonly kernel: Kernel;
  readonly scalar: ScalarCosts;
  readonly touch: (slot: number, written: boolean, index: IndexExpr, times: number) => void;
}

function blockOperations(counting: Counting, block: Block, runs: number): number {
  return block.reduce((sum, statement) => sum + statementOperations(counting, statement, runs), 0);
}

function statementOperations(counting: Counting, statement: Statement, runs: number): number {
  const { kernel, scalar, touch } = counting;
  switch (statement.kind) {
    case 'loop':
      return blockOperations(counting, statement.body, runs * kernel.axes[statement.axis].extent);
    case 'define': {
      const { instruction } = statement;
      if (instruction.kind === 'load') touch(instruction.slot, false, instruction.index, runs);
      return instruction.kind === 'scalar' ? runs * scalar[instruction.op] : 0;
    }
    case 'store':
      touch(statement.slot, true, statement.index, runs);
      if (joins(statement.combine)) touch(statement.slot, false, statement.index, runs);
      return joins(statement.combine) ? runs : 0;
    case 'accumulate':
    case 'accumulateIndex':
      return runs;
    case 'begin':
    case 'assign':
      return 0;
  }
}

function joins(combine: ScatterMode): boolean {
  return combine !== 'set';
}

/** Returns the maximal number of different values of an index expression. */
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

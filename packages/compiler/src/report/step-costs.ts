import { readArgument } from '@manabi/errors';
import { type IndexExpr, type ScatterMode, sizeOf } from '@manabi/ir';
import { planKind, targetKind } from '../argument-kinds.ts';
import { type RoutineTable, routineNamed } from '../graph/routine.ts';
import { formatIndex } from '../plan/format-index.ts';
import type { Block, Kernel, Statement } from '../plan/kernel.ts';
import type { Plan, Slot, Step } from '../plan/plan.ts';
import type { RoutineStep } from '../plan/routine-step.ts';
import type { PlanTarget } from '../target.ts';

/** Estimated cost of a step of a plan. */
export interface StepCost {
  /** Description of the step in one line. */
  readonly name: string;
  /**
   * Nesting depth: 0 for a step of the plan itself, 1 for a step in a loop or branch of the plan, and so on. The steps
   * in a loop or branch are listed after it.
   */
  readonly depth: number;
  /**
   * How often the step runs in one run of the plan. Steps in a loop with a test are counted for its maximal number of
   * iterations, or once if it has no maximum. The steps of both cases of a branch are counted.
   */
  readonly runs: number;
  /** Scalar operations of all runs, in units of one addition: an `exp`, for example, counts as 12. */
  readonly operations: number;
  /** Number of bytes that all runs read and write, if each run accesses each element once. */
  readonly bytes: number;
}

/**
 * Returns the estimated costs of all steps of a plan, in order. The costs of a loop or branch include those of the
 * steps in it.
 *
 * @param table the routines that may occur in the plan, such as `routineTable`
 * @throws ManabiError `argument` if `plan` is not a plan or `target` not a target
 * @example
 * ```ts
 * import { cpuTarget } from '@manabi/backend-cpu';
 * import { graphBuilder } from '@manabi/ir';
 * import { compilePlan, routineTable } from '@manabi/compiler';
 * import { stepCosts } from '@manabi/compiler/report';
 *
 * const b = graphBuilder();
 * const plan = compilePlan(b.finish([b.neg(b.input({ dtype: 'float32', shape: [8] }))]), { target: cpuTarget });
 * console.log(stepCosts(plan, cpuTarget, routineTable).map(({ bytes }) => bytes)); // [64]
 * ```
 */
export function stepCosts(plan: Plan, target: PlanTarget, table: RoutineTable): readonly StepCost[] {
  readArgument('stepCosts', 'plan', plan, planKind);
  const { costs } = readArgument('stepCosts', 'target', target, targetKind);
  return costsOfSteps(plan, { scalar: costs.scalar, table });
}

type ScalarCosts = PlanTarget['costs']['scalar'];

/** Slots, instruction costs and routines on which the costs of a step depend. */
interface Surroundings {
  readonly slots: readonly Slot[];
  readonly scalar: ScalarCosts;
  readonly table: RoutineTable;
}

function costsOfSteps({ steps, slots }: Plan, around: Omit<Surroundings, 'slots'>): readonly StepCost[] {
  return steps.flatMap((step) => costsOf(step, { ...around, slots }));
}

/** Returns the number of bytes of `count` elements of a slot, but at most the size of the whole slot. */
function bytesIn({ bytes, elements }: Slot, count: number): number {
  return elements === 0 ? 0 : (bytes / elements) * Math.min(elements, count);
}

type Cost = Pick<StepCost, 'operations' | 'bytes'>;

function costsOf(step: Step, around: Surroundings): readonly StepCost[] {
  switch (step.kind) {
    case 'kernel': {
      const { kernel } = step;
      const extents = kernel.axes.map(({ extent }) => extent).join('x');
      const name = extents === '' ? kernel.name : `${kernel.name} ${extents}`;
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

/** Returns a list of the costs of a loop or branch and of all steps in its plans. */
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

/** Returns the costs of a routine, including those of running its epilogue for every element. */
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

/** The elements of a slot that a kernel reads, or those that it writes. */
interface Touched {
  readonly slot: number;
  readonly written: boolean;
  /** For each index expression, as text, the number of different elements that it accesses. */
  readonly elements: Map<string, number>;
}

/**
 * Returns the costs of a kernel.
 *
 * @param runs how often the body runs: once, or for an epilogue once per element of the routine
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

/** Kernel and instruction costs, and a function that is called for each access to memory. */
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

/** Returns an upper bound of the number of different values that an index expression has over all iterations. */
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

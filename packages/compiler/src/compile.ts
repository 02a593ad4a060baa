import { anything, count, type KindsOf, listOf, optional, readArgument, readOptions } from '@manabi/errors';
import {
  checkSupported,
  type Graph,
  graphKind,
  type IndexSite,
  inlineCalls,
  inlineCheckpoints,
  inputTypes,
  ManabiError,
  type Node,
  outputTypes,
  simplify,
  type Value,
} from '@manabi/ir';
import { strategiesKind, targetKind } from './argument-kinds.ts';
import type { GraphBorders } from './graph/borders.ts';
import { type PreparedGraph, prepareGraph } from './graph/prepare.ts';
import { replaceRoutines } from './graph/replace-routines.ts';
import { claimPatterns, type Routines, type RoutineTable, routinesOf } from './graph/routine.ts';
import { widenHalf } from './graph/widen-half.ts';
import { generateSteps } from './kernel/generate.ts';
import { type Nested, nestedPlans, nestedTemporaries } from './kernel/nested.ts';
import { planMemory, storedValues } from './memory/memory.ts';
import { copyStridedOperands, keepStridedOperands } from './memory/strided-operands.ts';
import type { Plan } from './plan/plan.ts';
import { routineTable } from './routines/table.ts';
import { fuseStages } from './stages/fuse.ts';
import { chooseRoots } from './stages/roots.ts';
import { makeStages, type Staging } from './stages/stages.ts';
import type { PlannedGroups, Strategies } from './strategies/strategies.ts';
import { type PlanTarget, storableDTypes } from './target.ts';

/** Options of `compilePlan`. */
export interface PlanOptions {
  /** Limits, costs and supported routines of the machine to compile for. */
  readonly target: PlanTarget;
  /** Indices of the inputs whose memory the plan may overwrite. Default: no input. */
  readonly donated?: readonly number[];
  /** Routines by name. Default: the routines of this package. */
  readonly routineTable?: RoutineTable;
  /**
   * `gpuStrategies` for a target with more than one parallel task, one loop nest per kernel, or limited bindings. Default:
   * none, which suffices for all other targets.
   */
  readonly strategies?: Strategies;
}

const kinds = {
  target: targetKind,
  donated: optional(listOf(count), []),
  routineTable: optional(anything<RoutineTable>('a table of routines')),
  strategies: optional(strategiesKind),
} satisfies KindsOf<PlanOptions>;

/**
 * Compiles a graph to a plan for a machine: kernels, routines and a memory layout.
 *
 * @throws ManabiError `argument` for an argument of the wrong kind, a target with an unknown routine, or a target that needs
 * strategies if none are passed; `dtype` for a graph
 * with a dtype that the target cannot store; `backend` for an operator that binds more buffers than the target allows;
 * `memory` for a value that is larger than a buffer of the target
 * @example
 * ```ts
 * import { cpuTarget } from '@manabi/backend-cpu';
 * import { graphBuilder } from '@manabi/ir';
 * import { compilePlan } from '@manabi/compiler';
 *
 * const b = graphBuilder();
 * const x = b.input({ dtype: 'float32', shape: [8] });
 * const plan = compilePlan(b.finish([b.tanh(b.mul(x, x))]), { target: cpuTarget });
 * console.log(plan.steps.length); // 1
 * ```
 */
export function compilePlan(graph: Graph, options: PlanOptions): Plan {
  readArgument('compilePlan', 'graph', graph, graphKind);
  const { target, strategies = null, ...given } = readOptions('compilePlan', options, kinds);
  const donated = new Set(given.donated);
  if (strategies === null) checkNeedsNone(target);
  const routines = routinesOf(target, options.routineTable ?? routineTable);
  // Checkpoints are inlined after all simplification, which would merge recomputed values with the original ones and so
  // undo the checkpoint. Other calls are simplified before they are inlined, because a call such as softmax is easier
  // to simplify than its body.
  const open = inlineCalls(simplify(graph, { final: true }), routines.coversComposite);
  checkSupported(open, { name: target.name, dtypes: storableDTypes(target) });
  const simple = inlineCheckpoints(simplify(replaceRoutines(widenHalf(open), routines), { final: true }));
  return planGraph(simple, {
    target,
    routines,
    strategies,
    mayReuse: (_, input) => donated.has(input),
    borders: {
      inputs: inputTypes(simple).map(({ dtype }) => ({ packed: target.packedInputs.includes(dtype), sliced: false })),
      outputs: simple.outputs.map(() => ({ sliced: false })),
    },
  });
}

/** Options for planning one graph: the main graph, or one nested in a loop or branch. */
interface GraphOptions {
  readonly target: PlanTarget;
  readonly routines: Routines;
  readonly strategies: Strategies | null;
  readonly mayReuse: (output: number, input: number) => boolean;
  readonly borders: GraphBorders;
}

/** Returns the plan of a simplified graph, which includes the plans of the graphs in its loops and branches. */
function planGraph(graph: Graph, options: GraphOptions): Plan {
  const { target, routines, strategies, borders } = options;
  const splitting = strategies?.splitting ?? null;
  const isPacked = (input: number): boolean => borders.inputs[input].packed;
  const prepared = prepareGraph(claimPatterns(graph, routines), { isPacked, target, routines, splitting });
  const roots = chooseRoots(prepared, target);
  const cutByReads = (): boolean => strategies?.cutByReads(prepared, roots, target) ?? false;
  keepStridedOperands(prepared, roots);
  cutByReads();
  let staging = makeStages(prepared, roots);
  while (copyStridedOperands(prepared, roots, staging.orders) || cutByReads()) {
    staging = makeStages(prepared, roots);
  }
  const nested = nestedPlans(prepared, staging.stages, { target, borders }, (inner, carries, around) =>
    planGraph(inner, {
      ...options,
      mayReuse: (output, input) => output === input && output < carries,
      borders: around,
    }),
  );
  const apart = new Set<Node>();
  const replan = (): PlannedGroups => planStages({ ...options, graph: prepared, roots, staging, nested, apart });
  let planned = replan();
  while (strategies?.setApart(planned, apart, target)) planned = replan();
  return planned.plan;
}

/** A graph divided into stages (see `Stage`), with the options for planning it. */
interface StagedGraph extends GraphOptions {
  readonly graph: PreparedGraph;
  readonly roots: ReadonlySet<Value>;
  readonly staging: Staging;
  readonly nested: ReadonlyMap<Node, Nested>;
  readonly apart: ReadonlySet<Node>;
}

/** Plans the stages of a graph. Returns the plan, the groups of stages in order, and the steps of each group. */
function planStages(staged: StagedGraph): PlannedGroups {
  const { target, strategies, mayReuse, borders, graph, roots, staging, nested, apart } = staged;
  const fits = strategies?.bindingLimit(graph, staging.stages, { target, mayReuse }) ?? (() => true);
  const groups = fuseStages(graph, staging.stages, { target, fits, apart });
  const stored = storedValues(graph, groups);
  strategies?.checkSizes(graph, stored, (input) => borders.inputs[input].packed, target);
  const temporaries = nestedTemporaries(groups, nested, target);
  const memory = planMemory({ graph, groups, stored, mayReuse, temporaries, target, borders });
  const sites: IndexSite[] = [];
  const assemble = strategies?.assemble ?? null;
  const generation = { ...memory, target, graph, roots, orders: staging.orders, stored, nested, assemble, sites };
  const steps = memory.order.map((group) => generateSteps(generation, group));
  const plan = {
    slots: memory.slots,
    steps: steps.flat(),
    arenas: memory.arenas,
    inputs: inputTypes(graph),
    outputs: outputTypes(graph),
    sites,
  };
  return { plan, groups: memory.order, steps };
}

/** Throws an error for a target whose plans would be wrong or slow without strategies. */
function checkNeedsNone({ name, parallelTasks, nestsInOrder, mostBindings, largestBuffer }: PlanTarget): void {
  if (parallelTasks <= 1 && nestsInOrder && mostBindings === null && largestBuffer === null) return;
  throw new ManabiError(
    'argument',
    `Target "${name}" needs strategies for parallel tasks or limits. Pass \`strategies: gpuStrategies\`.`,
    { op: 'compilePlan', data: { name: 'strategies', target: name } },
  );
}

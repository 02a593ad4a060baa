import { anything, count, type KindsOf, listOf, optional, readArgument, readOptions } from '@manabi/errors';
import {
  checkSupported,
  type Graph,
  graphKind,
  type IndexSite,
  inlineCalls,
  inlineCheckpoints,
  inputTypes,
  type Node,
  outputTypes,
  simplify,
  type Value,
} from '@manabi/ir';
import { targetKind } from './argument-kinds.ts';
import type { GraphBorders } from './graph/borders.ts';
import { type PreparedGraph, prepareGraph } from './graph/prepare.ts';
import { replaceRoutines } from './graph/replace-routines.ts';
import { claimPatterns, type Routines, type RoutineTable, routinesOf } from './graph/routine.ts';
import { widenHalf } from './graph/widen-half.ts';
import { generateSteps } from './kernel/generate.ts';
import { type Nested, nestedPlans, nestedTemporaries } from './kernel/nested.ts';
import { planMemory, storedValues } from './memory/memory.ts';
import { copyStridedOperands, keepStridedOperands } from './memory/strided-operands.ts';
import type { Plan, Step } from './plan/plan.ts';
import { stepBindings } from './plan/step-bindings.ts';
import { routineTable } from './routines/table.ts';
import { bindingsError } from './stages/bindings-error.ts';
import { cutByReads } from './stages/cut-by-reads.ts';
import { fuseStages } from './stages/fuse.ts';
import type { Group } from './stages/group.ts';
import { chooseRoots } from './stages/roots.ts';
import { makeStages, type Staging } from './stages/stages.ts';
import { type PlanTarget, storableDTypes } from './target.ts';

/** Options of `compilePlan`. */
export interface PlanOptions {
  /** Limits, costs and supported routines of the machine to compile for. */
  readonly target: PlanTarget;
  /** Indices of the inputs whose memory the plan may overwrite. Default: no input. */
  readonly donated?: readonly number[];
  /** Routines by name. Default: the routines of this package. */
  readonly routineTable?: RoutineTable;
}

const kinds = {
  target: targetKind,
  donated: optional(listOf(count), []),
  routineTable: optional(anything<RoutineTable>('a table of routines')),
} satisfies KindsOf<PlanOptions>;

/**
 * Compiles a graph to a plan for a machine: kernels, routines and a memory layout.
 *
 * @throws ManabiError `argument` for an argument of the wrong kind or a target with an unknown routine; `dtype` for a graph
 * with a dtype that the target cannot store; `backend` for an operator that binds more buffers than the target allows;
 * `memory` for a value that is larger than the target can bind
 * @example
 * ```ts
 * import { cpuTarget } from '@manabi/backend-cpu';
 * import { graphBuilder } from '@manabi/ir';
 * const b = graphBuilder();
 * const x = b.input({ dtype: 'float32', shape: [8] });
 * const plan = compilePlan(b.finish([b.tanh(b.mul(x, x))]), { target: cpuTarget });
 * plan.steps.length; // => 1
 * ```
 */
export function compilePlan(graph: Graph, options: PlanOptions): Plan {
  readArgument('compilePlan', 'graph', graph, graphKind);
  const { target, donated } = readOptions('compilePlan', options, kinds);
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
    mayReuse: (_, input) => donated.includes(input),
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
  readonly mayReuse: (output: number, input: number) => boolean;
  readonly borders: GraphBorders;
}

/** Returns the plan of a simplified graph, which includes the plans of the graphs in its loops and branches. */
function planGraph(graph: Graph, options: GraphOptions): Plan {
  const { target, routines, borders } = options;
  const isPacked = (input: number): boolean => borders.inputs[input].packed;
  const prepared = prepareGraph(claimPatterns(graph, routines), { isPacked, target, routines });
  const roots = chooseRoots(prepared, target);
  keepStridedOperands(prepared, roots);
  cutByReads(prepared, roots, target);
  let staging = makeStages(prepared, roots);
  while (copyStridedOperands(prepared, roots, staging.orders) || cutByReads(prepared, roots, target)) {
    staging = makeStages(prepared, roots);
  }
  const nested = nestedPlans(prepared, staging.stages, { target, borders }, (inner, carries, around) =>
    planGraph(inner, {
      target,
      routines,
      mayReuse: (output, input) => output === input && output < carries,
      borders: around,
    }),
  );
  const apart = new Set<Node>();
  for (;;) {
    const planned = planStages({ ...options, graph: prepared, roots, staging, nested, apart });
    const wide = planned.groups.filter((_, group) => bindsTooMuch(planned.plan, planned.steps[group], target));
    if (wide.length === 0) return planned.plan;
    for (const { members } of wide) {
      const { node } = members[members.length - 1].stage;
      if (members.length === 1) throw bindingsError(node, target);
      apart.add(node);
    }
  }
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
function planStages({ target, mayReuse, borders, graph, roots, staging, nested, apart }: StagedGraph): {
  readonly plan: Plan;
  readonly groups: readonly Group[];
  readonly steps: readonly (readonly Step[])[];
} {
  const groups = fuseStages(graph, staging.stages, { target, mayReuse, apart });
  const stored = storedValues(graph, groups);
  const temporaries = nestedTemporaries(groups, nested, target);
  const memory = planMemory({ graph, groups, stored, mayReuse, temporaries, target, borders });
  const sites: IndexSite[] = [];
  const generation = { ...memory, target, graph, roots, orders: staging.orders, stored, nested, sites };
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

function bindsTooMuch(plan: Plan, steps: readonly Step[], { mostBindings }: PlanTarget): boolean {
  return mostBindings !== null && steps.some((step) => stepBindings(plan, step).length > mostBindings);
}

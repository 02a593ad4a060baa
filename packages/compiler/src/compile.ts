import {
  type Graph,
  inlineCalls,
  inlineCheckpoints,
  inputTypes,
  outputTypes,
  type RoutineName,
  simplify,
} from '@manabi/ir';
import { indexGraph } from './graph/element.ts';
import { prepareGraph } from './graph/prepare.ts';
import { replaceRoutines } from './graph/replace-routines.ts';
import { isStepRoutine } from './graph/step-routines.ts';
import { generateStep } from './kernel/generate.ts';
import { nestedPlans, nestedTemporaries } from './kernel/nested.ts';
import { copyOperandsOfDots, keepOperandsOfDots } from './memory/dot-operands.ts';
import { planMemory, storedValues } from './memory/memory.ts';
import type { IndexSite, Plan, Step } from './plan/plan.ts';
import { fuseStages } from './stages/fuse.ts';
import { chooseRoots } from './stages/roots.ts';
import { makeStages } from './stages/stages.ts';

/** How a plan is to be made. */
export interface PlanOptions {
  /** Positions of inputs whose memory the plan may write over. */
  readonly donated?: readonly number[];
  /** The routines that the backend has; what it lacks is computed by loops. All that a plan has steps for, if left out. */
  readonly routines?: readonly RoutineName[];
}

const ALL_ROUTINES: readonly RoutineName[] = ['dot', 'topK'];

/**
 * Turns a graph into kernels, routines and a memory layout.
 *
 * @example `printPlan(compilePlan(graph, { donated: [0] }))`
 */
export function compilePlan(graph: Graph, { donated = [], routines = ALL_ROUTINES }: PlanOptions = {}): Plan {
  // Checkpoints come last, so that what they compute again is not recognised as what was computed before.
  const isThere = (routine: RoutineName): boolean => isStepRoutine(routine) && routines.includes(routine);
  // Calls are simplified before they are inlined, since less is known of a body.
  const open = inlineCalls(simplify(graph, { final: true }));
  const simple = inlineCheckpoints(simplify(replaceRoutines(open, isThere), { final: true }));
  return planGraph(simple, (_, input) => donated.includes(input));
}

/** The plan of a graph that is simple already, and of the graphs in its loops and branches. */
function planGraph(graph: Graph, mayReuse: (output: number, input: number) => boolean): Plan {
  const prepared = indexGraph(prepareGraph(graph));
  const roots = chooseRoots(prepared);
  keepOperandsOfDots(prepared, roots);
  let staging = makeStages(prepared, roots);
  while (copyOperandsOfDots(prepared, roots, staging.orders)) staging = makeStages(prepared, roots);
  const groups = fuseStages(prepared, staging.stages);
  const nested = nestedPlans(prepared, groups, (inner, carries) =>
    planGraph(inner, (output, input) => output === input && output < carries),
  );
  const stored = storedValues(prepared, groups);
  const temporaries = new Map([...nested].map(([group, plans]) => [group, nestedTemporaries(plans)]));
  const memory = planMemory({ graph: prepared, groups, stored, mayReuse, temporaries });
  const sites: IndexSite[] = [];
  const generation = { ...memory, graph: prepared, roots, orders: staging.orders, stored, nested, sites };
  const steps: Step[] = [];
  for (const group of memory.order) {
    const step = generateStep(generation, group);
    if (step !== null) steps.push(step);
  }
  return {
    slots: memory.slots,
    steps,
    arenaBytes: memory.arenaBytes,
    inputs: inputTypes(prepared),
    outputs: outputTypes(prepared),
    sites,
  };
}

import {
  type Graph,
  inlineCalls,
  inlineCheckpoints,
  inputTypes,
  outputTypes,
  type RoutineName,
  simplify,
} from '@manabi/ir';
import { checkDTypes } from './graph/check-dtypes.ts';
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
import type { PlanTarget } from './target.ts';

/** How a plan is made. */
export interface PlanOptions {
  /** The machine that the plan is for. */
  readonly target: PlanTarget;
  /** Positions of inputs whose memory the plan may write over; none by default. */
  readonly donated?: readonly number[];
}

/**
 * Turns a graph into kernels, routines and a memory layout for a machine.
 *
 * @throws ManabiError `dtype` for a graph with a dtype that the target cannot store
 * @example `printPlan(compilePlan(graph, { target: cpuTarget, donated: [0] }))`
 */
export function compilePlan(graph: Graph, { target, donated = [] }: PlanOptions): Plan {
  const isThere = (routine: RoutineName): boolean => isStepRoutine(routine) && target.routines.includes(routine);
  // Checkpoints come last, so that what they compute again is not recognised as what was computed before.
  // Calls are simplified before they are inlined, since less is known of a body.
  const open = inlineCalls(simplify(graph, { final: true }));
  checkDTypes(open, target);
  const simple = inlineCheckpoints(simplify(replaceRoutines(open, isThere), { final: true }));
  return planGraph(simple, target, (_, input) => donated.includes(input));
}

/** The plan of a graph that is simple already, and of the graphs in its loops and branches. */
function planGraph(graph: Graph, target: PlanTarget, mayReuse: (output: number, input: number) => boolean): Plan {
  const prepared = indexGraph(prepareGraph(graph));
  const roots = chooseRoots(prepared, target);
  keepOperandsOfDots(prepared, roots);
  let staging = makeStages(prepared, roots);
  while (copyOperandsOfDots(prepared, roots, staging.orders)) staging = makeStages(prepared, roots);
  const groups = fuseStages(prepared, staging.stages, target);
  const nested = nestedPlans(prepared, groups, (inner, carries) =>
    planGraph(inner, target, (output, input) => output === input && output < carries),
  );
  const stored = storedValues(prepared, groups);
  const temporaries = new Map([...nested].map(([group, plans]) => [group, nestedTemporaries(plans, target)]));
  const memory = planMemory({ graph: prepared, groups, stored, mayReuse, temporaries, target });
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
    arenas: memory.arenas,
    inputs: inputTypes(prepared),
    outputs: outputTypes(prepared),
    sites,
  };
}

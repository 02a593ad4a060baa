import { type Graph, type LoopForm, type Node, sizeOf, type TensorType } from '@manabi/ir';
import type { GraphBorders } from '../graph/borders.ts';
import { type IndexedGraph, lowered } from '../graph/element.ts';
import type { Temporary } from '../memory/memory.ts';
import { storedBytes } from '../memory/stored-bytes.ts';
import type { Plan } from '../plan/plan.ts';
import type { Group } from '../stages/group.ts';
import type { Stage } from '../stages/stage.ts';
import type { PlanTarget } from '../target.ts';
import { branchBorders, loopBorders, type NestedSurroundings } from './nested-borders.ts';

/** Plans of the graphs of one loop (body and test) or branch (both cases). */
export type Nested =
  | { readonly kind: 'loop'; readonly form: LoopForm; readonly body: Plan; readonly test: Plan | null }
  | { readonly kind: 'branch'; readonly thenPlan: Plan; readonly elsePlan: Plan };

/** Function that plans a graph of a loop or branch. Output i may overwrite input i for all i below `carries`. */
export type PlanNested = (graph: Graph, carries: number, borders: GraphBorders) => Plan;

/**
 * Plans the graphs of all loops and branches among the stages of a graph. Returns the plans by the node of the loop or
 * branch.
 */
export function nestedPlans(
  graph: IndexedGraph,
  stages: readonly Stage[],
  surroundings: NestedSurroundings,
  plan: PlanNested,
): ReadonlyMap<Node, Nested> {
  const plans = new Map<Node, Nested>();
  for (const { node } of stages) {
    const { lowering, node: facts } = lowered(graph, node);
    if (lowering.class === 'loop') {
      const form = lowering.loop(facts.attributes);
      const { body, test, carries } = form;
      const borders = loopBorders(graph, node, form, surroundings);
      plans.set(node, {
        kind: 'loop',
        form,
        body: plan(body, carries, borders),
        test: test === null ? null : plan(test, 0, { inputs: borders.inputs, outputs: [{ sliced: false }] }),
      });
    } else if (lowering.class === 'branch') {
      const { thenBranch, elseBranch } = lowering.branches(facts.attributes);
      const borders = branchBorders(graph, node, surroundings);
      plans.set(node, {
        kind: 'branch',
        thenPlan: plan(thenBranch, 0, borders),
        elsePlan: plan(elseBranch, 0, borders),
      });
    }
  }
  return plans;
}

/** Returns for each carry whether the plan of a loop's body writes the next value over the current one. */
export function carriesInPlace(body: Plan, carries: number): readonly boolean[] {
  const inPlace = new Array<boolean>(carries).fill(false);
  for (const { place } of body.slots) {
    if (place.kind === 'output' && place.output < carries) inPlace[place.output] = place.reuses !== null;
  }
  return inPlace;
}

/**
 * Returns the temporary memory of each loop and branch, in this order: the arenas of its plans, the result of a loop's
 * test, and a second buffer for each carry that the body does not update in place.
 */
export function nestedTemporaries(
  groups: readonly Group[],
  nested: ReadonlyMap<Node, Nested>,
  target: PlanTarget,
): ReadonlyMap<Group, readonly Temporary[]> {
  const temporaries = new Map<Group, readonly Temporary[]>();
  for (const group of groups) {
    const plans = nested.get(group.members[0].stage.node);
    if (plans !== undefined) temporaries.set(group, temporariesOf(plans, target));
  }
  return temporaries;
}

function temporariesOf(nested: Nested, target: PlanTarget): readonly Temporary[] {
  if (nested.kind === 'branch') return arenasOf([nested.thenPlan, nested.elsePlan]);
  const { body, test, form } = nested;
  const spares = carriesInPlace(body, form.carries).flatMap((inPlace, carry) =>
    inPlace ? [] : [temporaryOf(body.inputs[carry], target)],
  );
  const verdict = temporaryOf({ dtype: 'bool', shape: [] }, target);
  return [...arenasOf(test === null ? [body] : [body, test]), ...(test === null ? [] : [verdict]), ...spares];
}

/**
 * Returns the number of arenas that the plans of a loop or branch need, which use the same arenas one after the other.
 */
export function arenaCount(nested: Nested): number {
  const plans = nested.kind === 'branch' ? [nested.thenPlan, nested.elsePlan] : [nested.body, nested.test];
  return Math.max(...plans.map((plan) => plan?.arenas.length ?? 0));
}

function arenasOf(plans: readonly Plan[]): readonly Temporary[] {
  const count = Math.max(...plans.map(({ arenas }) => arenas.length));
  return Array.from({ length: count }, (_, arena) => {
    const bytes = Math.max(...plans.map(({ arenas }) => arenas[arena] ?? 0));
    return { dtype: 'uint8', elements: bytes, bytes };
  });
}

function temporaryOf(type: TensorType, target: PlanTarget): Temporary {
  return { dtype: type.dtype, elements: sizeOf(type.shape), bytes: storedBytes(target, type) };
}

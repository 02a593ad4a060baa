import type { Graph, LoopForm } from '@manabi/ir';
import { type IndexedGraph, lowered } from '../graph/element.ts';
import type { Temporary } from '../memory/memory.ts';
import type { Plan } from '../plan/plan.ts';
import type { Group } from '../stages/fuse.ts';

/** The plans of the graphs that a loop or a branch runs. */
export type Nested =
  | { readonly kind: 'loop'; readonly form: LoopForm; readonly body: Plan; readonly test: Plan | null }
  | { readonly kind: 'branch'; readonly thenPlan: Plan; readonly elsePlan: Plan };

/** Makes the plan of a graph within another; its first `carries` outputs may be written over the inputs of that number. */
export type PlanNested = (graph: Graph, carries: number) => Plan;

/** The plans of all loops and branches of a graph. */
export function nestedPlans(
  graph: IndexedGraph,
  groups: readonly Group[],
  plan: PlanNested,
): ReadonlyMap<Group, Nested> {
  const plans = new Map<Group, Nested>();
  for (const group of groups) {
    const { lowering, node } = lowered(graph, group.members[0].stage.node);
    if (lowering.class === 'loop') {
      const form = lowering.loop(node.attributes);
      const { body, test, carries } = form;
      plans.set(group, {
        kind: 'loop',
        form,
        body: plan(body, carries),
        test: test === null ? null : plan(test, 0),
      });
    } else if (lowering.class === 'branch') {
      const { thenBranch, elseBranch } = lowering.branches(node.attributes);
      plans.set(group, { kind: 'branch', thenPlan: plan(thenBranch, 0), elsePlan: plan(elseBranch, 0) });
    }
  }
  return plans;
}

/** True for each carry that the body of a loop writes over. */
export function carriesInPlace(body: Plan, carries: number): readonly boolean[] {
  const inPlace = new Array<boolean>(carries).fill(false);
  for (const { place } of body.slots) {
    if (place.kind === 'output' && place.output < carries) inPlace[place.output] = place.reuses !== null;
  }
  return inPlace;
}

/**
 * The memory that a loop or a branch needs for itself: its plans' arena, for a loop with a test the verdict, and for each
 * carry that is not written over a second place, in this order.
 */
export function nestedTemporaries(nested: Nested): readonly Temporary[] {
  const bytes = (elements: number): Temporary => ({ dtype: 'uint8', elements });
  if (nested.kind === 'branch') return [bytes(Math.max(nested.thenPlan.arenaBytes, nested.elsePlan.arenaBytes))];
  const { body, test, form } = nested;
  const spares = carriesInPlace(body, form.carries).flatMap((inPlace, carry) =>
    inPlace ? [] : [spareOf(body, carry)],
  );
  const arena = bytes(Math.max(body.arenaBytes, test?.arenaBytes ?? 0));
  return [arena, ...(test === null ? [] : [{ dtype: 'bool', elements: 1 } as const]), ...spares];
}

function spareOf({ inputs }: Plan, carry: number): Temporary {
  const { dtype, shape } = inputs[carry];
  return { dtype, elements: shape.reduce((size, extent) => size * extent, 1) };
}

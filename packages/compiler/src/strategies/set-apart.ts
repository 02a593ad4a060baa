import type { Node } from '@manabi/ir';
import { stepBindings } from '../plan/step-bindings.ts';
import type { PlanTarget } from '../target.ts';
import { bindingsError } from './bindings-error.ts';
import type { PlannedGroups } from './strategies.ts';

/**
 * Finds groups whose steps bind more buffers than the target allows, although `bindingLimit` admitted them, and adds the
 * last node of each to `apart`, so that it does not join the group again.
 *
 * @returns true if nodes were added, so that stages must be fused again
 * @throws ManabiError `backend` for an operator that alone binds more buffers than a step may
 */
export function setApart({ plan, groups, steps }: PlannedGroups, apart: Set<Node>, target: PlanTarget): boolean {
  const { mostBindings } = target;
  if (mostBindings === null) return false;
  const wide = groups.filter((_, group) => steps[group].some((step) => stepBindings(plan, step).length > mostBindings));
  for (const { members } of wide) {
    const { node } = members[members.length - 1].stage;
    if (members.length === 1) throw bindingsError(node, target);
    apart.add(node);
  }
  return wide.length > 0;
}

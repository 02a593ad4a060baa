import type { Stage } from './stage.ts';

/**
 * Stages that run as one step.
 *
 * A group of kind `loops` has loops of the lengths `outer`, which iterate over rows. Each row is computed in phases. A
 * phase first computes its members with the role `row`, which have one element per row, and then runs one loop over
 * `inner` for its elementwise members (`map`) and reductions (`reduce`). A member can read all results of earlier
 * phases, and from its own phase the element of the same iteration. A group without reductions has no inner loops, and
 * all members have the role `row`.
 */
export interface Group {
  readonly kind: 'loops' | 'routine' | 'scan' | 'assemble' | 'constant' | 'branch' | 'loop';
  readonly outer: readonly number[];
  readonly inner: readonly number[] | null;
  readonly members: readonly Member[];
  /**
   * If the members come from a branch that was replaced by a selection (see `Selections`), the number of the branch;
   * otherwise null. Only stages of the same branch may join.
   */
  readonly selection: number | null;
}

/** A stage as a member of a group, with its role and phase in the group. */
export interface Member {
  readonly stage: Stage;
  readonly role: 'row' | 'map' | 'reduce' | 'alone';
  readonly phase: number;
}

/**
 * Returns true for groups that elementwise stages may join: those of kind `loops`, and those of a routine with an
 * epilogue.
 */
export function takesMembers({ kind, members: [{ stage }] }: Group): boolean {
  return kind === 'loops' || (stage.routine !== null && stage.routine.epilogue !== null);
}

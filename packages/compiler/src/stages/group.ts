import type { Stage } from './stage.ts';

/**
 * Stages that run as one step.
 *
 * In a group of loops, `outer` loops iterate over rows, and each row passes through phases: phase p is one loop over
 * `inner`, before which the `row` members of that phase are computed. A member can read complete results of earlier
 * phases and the element at its own index of its own phase. Until a reduction joins, a group has no inner loops and all
 * members are `row`.
 */
export interface Group {
  readonly kind: 'loops' | 'routine' | 'scan' | 'assemble' | 'constant' | 'branch' | 'loop';
  readonly outer: readonly number[];
  readonly inner: readonly number[] | null;
  readonly members: readonly Member[];
  /** Number of the branch that the members belonged to, which no other stage joins; null for all other groups. */
  readonly selection: number | null;
}

/** A stage in its group. */
export interface Member {
  readonly stage: Stage;
  readonly role: 'row' | 'map' | 'reduce' | 'alone';
  readonly phase: number;
}

/** Returns true for a group that elementwise members may join: loops, and a routine with an epilogue. */
export function takesMembers({ kind, members: [{ stage }] }: Group): boolean {
  return kind === 'loops' || (stage.routine !== null && stage.routine.epilogue !== null);
}

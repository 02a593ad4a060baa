import type { Value } from '@manabi/ir';
import type { Group, Member } from './group.ts';

/** The group that computes a value, and the member of the group whose result it is. */
export interface Home {
  readonly group: Group;
  readonly member: Member;
}

/** Returns for every result of the groups the group and the member that compute it. */
export function homesOf(groups: readonly Group[]): ReadonlyMap<Value, Home> {
  const homes = new Map<Value, Home>();
  for (const group of groups) {
    for (const member of group.members)
      for (const result of member.stage.node.results) homes.set(result, { group, member });
  }
  return homes;
}

/**
 * Returns true if `reader` can use the result of `maker`, a member of the same group, in a register instead of loading
 * it from memory.
 */
export function passesOn(maker: Member, reader: Member): boolean {
  return maker.role !== 'map' || (reader.role !== 'row' && reader.phase === maker.phase);
}

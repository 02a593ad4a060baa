import type { Value } from '@manabi/ir';
import type { Group, Member } from './group.ts';

/** The group and member that compute a value. */
export interface Home {
  readonly group: Group;
  readonly member: Member;
}

/** Returns, for every value that the groups compute, its group and member. */
export function homesOf(groups: readonly Group[]): ReadonlyMap<Value, Home> {
  const homes = new Map<Value, Home>();
  for (const group of groups) {
    for (const member of group.members)
      for (const result of member.stage.node.results) homes.set(result, { group, member });
  }
  return homes;
}

/** Returns true if a reader in the group finds the value in a register. */
export function passesOn(maker: Member, reader: Member): boolean {
  return maker.role !== 'map' || (reader.role !== 'row' && reader.phase === maker.phase);
}

import type { Value } from '@manabi/ir';
import type { Group, Member } from './group.ts';

/** Where a value is made. */
export interface Home {
  readonly group: Group;
  readonly member: Member;
}

/** The home of every value that one of some groups makes. */
export function homesOf(groups: readonly Group[]): ReadonlyMap<Value, Home> {
  const homes = new Map<Value, Home>();
  for (const group of groups) {
    for (const member of group.members)
      for (const result of member.stage.node.results) homes.set(result, { group, member });
  }
  return homes;
}

/** True if a reader in the group of the maker finds the value in a register. */
export function passesOn(maker: Member, reader: Member): boolean {
  return maker.role !== 'map' || (reader.role !== 'row' && reader.phase === maker.phase);
}

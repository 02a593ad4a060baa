import { type Graph, sizeOf, type Value } from '@manabi/ir';
import type { GraphBorders } from '../graph/borders.ts';
import { type Group, type Member, takesMembers } from '../stages/group.ts';
import { type Home, homesOf } from '../stages/registers.ts';
import { firstChecks } from './first-checks.ts';

/** Request of `reuseInputs`. */
export interface ReuseRequest {
  readonly graph: Graph;
  readonly groups: readonly Group[];
  readonly stored: ReadonlySet<Value>;
  /** Returns true if an output may overwrite an input, both given by index. */
  readonly mayReuse: (output: number, input: number) => boolean;
  readonly borders: GraphBorders;
}

/** Chooses which outputs overwrite which inputs, and an order of the groups in which that is safe. */
export function reuseInputs({ graph, groups, stored, mayReuse, borders }: ReuseRequest): {
  inputOf: ReadonlyMap<Value, number>;
  order: readonly Group[];
} {
  const inputOf = new Map<Value, number>();
  let order = groups;
  const before: [Group, Group][] = [];
  const inputs = Array.from({ length: graph.inputCount }, (_, input) => input);
  const isReusable = (input: number): boolean => graph.outputs.some((_, output) => mayReuse(output, input));
  const free = new Set(
    inputs.filter((input) => !graph.outputs.includes(input) && isReusable(input) && !borders.inputs[input].packed),
  );
  const homes = homesOf(groups);
  const checking = firstChecks(graph, groups);
  const orderWith = (edges: readonly [Group, Group][]) => {
    const holds = edges.every(([first, second]) => order.indexOf(first) < order.indexOf(second));
    const sorted = holds ? order : sortGroups(groups, [...before, ...edges]);
    return sorted === null ? null : { order: sorted, edges };
  };
  const readersOf = (input: number) =>
    groups.filter((group) => group.members.some(({ stage }) => stage.reads.some((read) => read.value === input)));
  // First the outputs whose own group reads the input, such as updated parameters; then all others of equal size.
  for (const byOwnReader of [true, false]) {
    for (const [position, output] of graph.outputs.entries()) {
      const home = homes.get(output);
      if (home === undefined || inputOf.has(output) || !stored.has(output)) continue;
      for (const input of free) {
        if (!mayReuse(position, input) || !sameSize(graph, input, output)) continue;
        const readers = readersOf(input);
        const ownReader = readers.includes(home.group);
        if (ownReader !== byOwnReader) continue;
        if (ownReader && !overwritesSafely(home, input)) continue;
        const edges: [Group, Group][] = readers
          .filter((reader) => reader !== home.group)
          .map((reader) => [reader, home.group]);
        // If possible, indices are checked before anything is overwritten, so that inputs survive an error.
        const checks = checking
          .filter((group) => group !== home.group)
          .map((group): [Group, Group] => [group, home.group]);
        const sorted = orderWith([...edges, ...checks]) ?? orderWith(edges);
        if (sorted === null) continue;
        order = sorted.order;
        before.push(...sorted.edges);
        inputOf.set(output, input);
        free.delete(input);
        break;
      }
    }
  }
  return { inputOf, order };
}

function sameSize(graph: Graph, a: Value, b: Value): boolean {
  const left = graph.types[a];
  const right = graph.types[b];
  return left.dtype === right.dtype && sizeOf(left.shape) === sizeOf(right.shape);
}

/** Returns true if a group reads every element of the input before it writes the output's element at the same index. */
function overwritesSafely(home: Home, input: number): boolean {
  if (home.group.kind === 'assemble') {
    // A result that overwrites its background keeps the elements that no piece writes. No piece may read the background
    // at another index.
    return home.member.stage.reads.filter((read) => read.value === input).every((read) => read.identity);
  }
  if (!takesMembers(home.group)) return false;
  const inside = (member: Member) => member.role === 'map' || member.role === 'reduce';
  const writesInside = home.member.role === 'map';
  return home.group.members.every((member) =>
    member.stage.reads.every((read) => {
      if (read.value !== input) return true;
      if (!read.identity) return false;
      return writesInside ? inside(member) && member.phase <= home.member.phase : !inside(member);
    }),
  );
}

/**
 * Sorts groups by data flow and the given pairs, close to the current order; returns null if there is no such order.
 */
function sortGroups(groups: readonly Group[], before: readonly (readonly [Group, Group])[]): Group[] | null {
  const homes = homesOf(groups);
  const needs = new Map<Group, Set<Group>>(groups.map((group) => [group, new Set<Group>()]));
  for (const group of groups) {
    for (const { stage } of group.members) {
      for (const { value } of stage.reads) {
        const maker = homes.get(value)?.group;
        if (maker !== undefined && maker !== group) needs.get(group)?.add(maker);
      }
    }
  }
  for (const [first, second] of before) needs.get(second)?.add(first);
  const sorted = new Set<Group>();
  for (let waiting = [...groups]; waiting.length > 0; ) {
    const blocked: Group[] = [];
    for (const group of waiting) {
      if ([...(needs.get(group) ?? [])].every((need) => sorted.has(need))) sorted.add(group);
      else blocked.push(group);
    }
    if (blocked.length === waiting.length) return null;
    waiting = blocked;
  }
  return [...sorted];
}

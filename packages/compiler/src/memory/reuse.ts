import { type Graph, sizeOf, type Value } from '@manabi/ir';
import type { GraphBorders } from '../graph/borders.ts';
import { type Group, type Member, takesMembers } from '../stages/group.ts';
import { type Home, homesOf } from '../stages/registers.ts';
import { firstChecks } from './first-checks.ts';

/** Argument of `reuseInputs`. */
export interface ReuseRequest {
  readonly graph: Graph;
  readonly groups: readonly Group[];
  readonly stored: ReadonlySet<Value>;
  /** Returns true if the output with the first number may overwrite the input with the second number. */
  readonly mayReuse: (output: number, input: number) => boolean;
  readonly borders: GraphBorders;
}

/**
 * Chooses the outputs that overwrite an input, and an order of the groups in which no group reads an input that is
 * already overwritten.
 */
export function reuseInputs({ graph, groups, stored, mayReuse, borders }: ReuseRequest): {
  inputOf: ReadonlyMap<Value, number>;
  order: readonly Group[];
} {
  const inputOf = new Map<Value, number>();
  let order = groups;
  const inputs = Array.from({ length: graph.inputCount }, (_, input) => input);
  const isReusable = (input: number): boolean => graph.outputs.some((_, output) => mayReuse(output, input));
  const free = new Set(
    inputs.filter((input) => !graph.outputs.includes(input) && isReusable(input) && !borders.inputs[input].packed),
  );
  const homes = homesOf(groups);
  const checking = firstChecks(graph, groups);
  const needs = needsOf(groups, homes);
  /** Returns an order in which the first group of each pair also runs before the second, if there is one, and keeps the pairs. */
  const orderWith = (pairs: readonly [Group, Group][]): readonly Group[] | null => {
    const added = pairs.filter(([first, second]) => !needs.get(second)?.has(first));
    for (const [first, second] of added) needs.get(second)?.add(first);
    const holds = added.every(([first, second]) => order.indexOf(first) < order.indexOf(second));
    const sorted = holds ? order : sortGroups(groups, needs);
    if (sorted === null) for (const [first, second] of added) needs.get(second)?.delete(first);
    return sorted;
  };
  const readers = readersOf(groups);
  // Outputs such as updated parameters, whose group reads the old value, get inputs first. Then other outputs of equal
  // size may get the inputs that remain.
  for (const byOwnReader of [true, false]) {
    for (const [position, output] of graph.outputs.entries()) {
      const home = homes.get(output);
      if (home === undefined || inputOf.has(output) || !stored.has(output)) continue;
      for (const input of free) {
        if (!mayReuse(position, input) || !sameSize(graph, input, output)) continue;
        const reading = readers.get(input) ?? new Set();
        const ownReader = reading.has(home.group);
        if (ownReader !== byOwnReader) continue;
        if (ownReader && !overwritesSafely(home, input)) continue;
        const edges: [Group, Group][] = [...reading]
          .filter((reader) => reader !== home.group)
          .map((reader) => [reader, home.group]);
        // If possible, groups that check indices run before inputs are overwritten, so that inputs are intact after an
        // index error.
        const checks = checking
          .filter((group) => group !== home.group)
          .map((group): [Group, Group] => [group, home.group]);
        const sorted = orderWith([...edges, ...checks]) ?? orderWith(edges);
        if (sorted === null) continue;
        order = sorted;
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

/**
 * Returns true if the group that computes an output reads each element of the input before it writes the output's
 * element at the same index.
 */
function overwritesSafely(home: Home, input: number): boolean {
  if (home.group.kind === 'assemble') {
    // If the result uses the memory of its background, only the pieces are written. A piece that reads the background
    // at another index could read an element that is already overwritten.
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

/** Returns the groups that read each value, in order. */
function readersOf(groups: readonly Group[]): ReadonlyMap<Value, ReadonlySet<Group>> {
  const readers = new Map<Value, Set<Group>>();
  for (const group of groups) {
    for (const { stage } of group.members) {
      for (const { value } of stage.reads) {
        const known = readers.get(value);
        if (known === undefined) readers.set(value, new Set([group]));
        else known.add(group);
      }
    }
  }
  return readers;
}

/** Returns the groups whose results each group reads. */
function needsOf(groups: readonly Group[], homes: ReadonlyMap<Value, Home>): Map<Group, Set<Group>> {
  const needs = new Map<Group, Set<Group>>(groups.map((group) => [group, new Set<Group>()]));
  for (const group of groups) {
    for (const { stage } of group.members) {
      for (const { value } of stage.reads) {
        const maker = homes.get(value)?.group;
        if (maker !== undefined && maker !== group) needs.get(group)?.add(maker);
      }
    }
  }
  return needs;
}

/**
 * Sorts groups such that each runs after the groups that it needs. Otherwise keeps the current order. Returns null if no such
 * order exists.
 */
function sortGroups(groups: readonly Group[], needs: ReadonlyMap<Group, ReadonlySet<Group>>): Group[] | null {
  const sorted = new Set<Group>();
  for (let waiting = [...groups]; waiting.length > 0; ) {
    const blocked: Group[] = [];
    for (const group of waiting) {
      if (hasAll(sorted, needs.get(group))) sorted.add(group);
      else blocked.push(group);
    }
    if (blocked.length === waiting.length) return null;
    waiting = blocked;
  }
  return [...sorted];
}

function hasAll<T>(set: ReadonlySet<T>, elements: Iterable<T> = []): boolean {
  for (const element of elements) if (!set.has(element)) return false;
  return true;
}

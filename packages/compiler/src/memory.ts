import { dtypes, type Graph, sizeOf, type Value } from '@manabi/ir';
import { storedElements } from './element.ts';
import type { Group, Member } from './fuse.ts';
import type { Slot } from './plan.ts';

/** Where every value that has memory lies. */
export interface MemoryPlan {
  readonly slots: readonly Slot[];
  readonly slotOf: ReadonlyMap<Value, number>;
  readonly arenaBytes: number;
  /** The inputs that outputs are written over. */
  readonly overwrites: ReadonlyMap<Value, Value>;
  /** Groups in the order in which they run. */
  readonly order: readonly Group[];
}

/** Values of a group that no one reads from memory are never written; this tells which are. */
export function storedValues(graph: Graph, groups: readonly Group[]): ReadonlySet<Value> {
  const homes = homesOf(groups);
  const stored = new Set<Value>(graph.outputs);
  for (const group of groups) {
    if (group.kind !== 'loops' && group.kind !== 'dot') {
      for (const { stage } of group.members) for (const result of stage.node.results) stored.add(result);
    }
    for (const member of group.members) {
      for (const { value } of member.stage.reads) {
        const home = homes.get(value);
        if (home !== undefined && (home.group !== group || !passesOn(home.member, member))) stored.add(value);
      }
    }
  }
  return stored;
}

/** True if the reader finds the value in a register. */
function passesOn(maker: Member, reader: Member): boolean {
  return maker.role !== 'map' || (reader.role !== 'row' && reader.phase === maker.phase);
}

interface Home {
  readonly group: Group;
  readonly member: Member;
}

function homesOf(groups: readonly Group[]): ReadonlyMap<Value, Home> {
  const homes = new Map<Value, Home>();
  for (const group of groups) {
    for (const member of group.members)
      for (const result of member.stage.node.results) homes.set(result, { group, member });
  }
  return homes;
}

/**
 * Gives every stored value its place: outputs their own memory, or that of a donated input whose last reader writes
 * them; all others a place in one arena, which values share whose lives do not overlap.
 */
export function planMemory(
  graph: Graph,
  groups: readonly Group[],
  stored: ReadonlySet<Value>,
  donated: readonly number[],
): MemoryPlan {
  const reuse = reuseDonated(graph, groups, stored, donated);
  const order = reuse.order;
  const slots: Slot[] = [];
  const slotOf = new Map<Value, number>();
  const addSlot = (value: Value, place: Slot['place']) => {
    const { dtype, shape } = graph.types[value];
    slotOf.set(value, slots.push({ dtype, elements: sizeOf(shape), place }) - 1);
  };
  for (let input = 0; input < graph.inputCount; input++) addSlot(input, { kind: 'input', input });
  graph.outputs.forEach((value, output) => {
    addSlot(value, { kind: 'output', output, reuses: reuse.inputOf.get(value) ?? null });
  });
  for (const group of order) {
    if (group.kind !== 'constant') continue;
    const { node } = group.members[0].stage;
    const [result] = node.results;
    const elements = storedElements(graph, node);
    if (elements === null || slotOf.has(result)) continue;
    const { dtype, shape } = graph.types[result];
    const data = dtypes[dtype].create(sizeOf(shape));
    data.set(elements);
    addSlot(result, { kind: 'constant', value: { dtype, shape, data } });
  }
  const arena = arenaOffsets(graph, order, new Set([...stored].filter((value) => !slotOf.has(value))));
  for (const [value, offset] of arena.offsets) addSlot(value, { kind: 'arena', offset });
  return { slots, slotOf, arenaBytes: arena.bytes, overwrites: reuse.inputOf, order };
}

/** Bytes that a value's memory is rounded up to: a cache line. */
const ALIGNMENT = 64;

interface Life {
  readonly value: Value;
  readonly bytes: number;
  readonly first: number;
  last: number;
}

function arenaOffsets(
  graph: Graph,
  order: readonly Group[],
  values: ReadonlySet<Value>,
): { offsets: ReadonlyMap<Value, number>; bytes: number } {
  const lives = new Map<Value, Life>();
  order.forEach((group, at) => {
    for (const { stage } of group.members) {
      for (const value of stage.node.results) {
        if (!values.has(value)) continue;
        const { dtype, shape } = graph.types[value];
        const bytes = Math.ceil((sizeOf(shape) * dtypes[dtype].bytes) / ALIGNMENT) * ALIGNMENT;
        lives.set(value, { value, bytes, first: at, last: at });
      }
    }
    for (const { stage } of group.members) {
      for (const { value } of stage.reads) {
        const life = lives.get(value);
        if (life !== undefined) life.last = at;
      }
    }
  });
  // Lowest gap that is wide enough, in the order in which values come alive.
  const offsets = new Map<Value, number>();
  const placed: { life: Life; offset: number }[] = [];
  let bytes = 0;
  for (const life of lives.values()) {
    const neighbours = placed.filter((other) => other.life.last >= life.first).sort((a, b) => a.offset - b.offset);
    let offset = 0;
    for (const other of neighbours) {
      if (other.offset - offset >= life.bytes) break;
      offset = Math.max(offset, other.offset + other.life.bytes);
    }
    placed.push({ life, offset });
    offsets.set(life.value, offset);
    bytes = Math.max(bytes, offset + life.bytes);
  }
  return { offsets, bytes };
}

/** Which outputs are written over which donated inputs, and an order of the groups in which that is safe. */
function reuseDonated(
  graph: Graph,
  groups: readonly Group[],
  stored: ReadonlySet<Value>,
  donated: readonly number[],
): { inputOf: ReadonlyMap<Value, number>; order: readonly Group[] } {
  const inputOf = new Map<Value, number>();
  let order = groups;
  const before: [Group, Group][] = [];
  const free = new Set(donated.filter((input) => !graph.outputs.includes(input)));
  const homes = homesOf(groups);
  const readersOf = (input: number) =>
    groups.filter((group) => group.members.some(({ stage }) => stage.reads.some((read) => read.value === input)));
  // First the outputs whose own group reads the input: parameters that are updated; then whatever else has the size.
  for (const wantsOwnReader of [true, false]) {
    for (const output of graph.outputs) {
      const home = homes.get(output);
      if (home === undefined || inputOf.has(output) || !stored.has(output)) continue;
      for (const input of free) {
        if (!sameSize(graph, input, output)) continue;
        const readers = readersOf(input);
        const ownReader = readers.includes(home.group);
        if (ownReader !== wantsOwnReader) continue;
        if (ownReader && !overwritesSafely(home, input)) continue;
        const edges: [Group, Group][] = readers
          .filter((reader) => reader !== home.group)
          .map((reader) => [reader, home.group]);
        const holds = edges.every(([reader, writer]) => order.indexOf(reader) < order.indexOf(writer));
        const sorted = holds ? order : sortGroups(groups, [...before, ...edges]);
        if (sorted === null) continue;
        order = sorted;
        before.push(...edges);
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

/** True if every element of the input is read before the group writes the output's element at the same place. */
function overwritesSafely(home: Home, input: number): boolean {
  if (home.group.kind === 'assemble') {
    // What is assembled over its own background keeps what no piece covers; no piece may read it.
    return home.member.stage.reads.filter((read) => read.value === input).every((read) => read.identity);
  }
  if (home.group.kind !== 'loops' && home.group.kind !== 'dot') return false;
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

/** An order that keeps data flow and the given pairs, close to the present one; null if there is none. */
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

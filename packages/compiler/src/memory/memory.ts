import { type DType, dtypes, type Graph, sizeOf, type TensorType, type Value } from '@manabi/ir';
import { storedElements } from '../graph/element.ts';
import type { Slot, SlotPlace } from '../plan/plan.ts';
import type { Group, Member } from '../stages/fuse.ts';
import type { PlanTarget } from '../target.ts';
import { firstChecks } from './index-checks.ts';
import { type Life, shareScratch } from './scratch.ts';

/** Where every value that has memory lies. */
export interface MemoryPlan {
  readonly slots: readonly Slot[];
  readonly slotOf: ReadonlyMap<Value, number>;
  /** Bytes of each piece of scratch memory. */
  readonly arenas: readonly number[];
  /** The inputs that outputs are written over. */
  readonly overwrites: ReadonlyMap<Value, Value>;
  /** The slots of what each group needs for itself, in the order in which it was asked for. */
  readonly temporaries: ReadonlyMap<Group, readonly number[]>;
  /** Groups in the order in which they run. */
  readonly order: readonly Group[];
}

/** What memory is planned for. */
export interface MemoryRequest {
  readonly graph: Graph;
  readonly groups: readonly Group[];
  readonly stored: ReadonlySet<Value>;
  /** Whether an output, by its position, may be written over an input. */
  readonly mayReuse: (output: number, input: number) => boolean;
  /** Memory that groups need while they run, beside that of values. */
  readonly temporaries: ReadonlyMap<Group, readonly Temporary[]>;
  readonly target: PlanTarget;
}

/** Memory that one group needs while it runs. */
export interface Temporary {
  readonly dtype: DType;
  readonly elements: number;
  readonly bytes: number;
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
export function planMemory(request: MemoryRequest): MemoryPlan {
  const { graph, stored, temporaries, target } = request;
  const reuse = reuseInputs(request);
  const order = reuse.order;
  const slots: Slot[] = [];
  const slotOf = new Map<Value, number>();
  const addSlot = (value: Value, place: SlotPlace) => {
    const { dtype, shape } = graph.types[value];
    const bytes = storedBytes(target, graph.types[value]);
    const slot = { dtype, elements: sizeOf(shape), bytes, packed: false, sliced: false, place };
    slotOf.set(value, slots.push(slot) - 1);
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
  const inArena = new Set([...stored].filter((value) => !slotOf.has(value)));
  const tenants = tenantsOf(graph, order, inArena, temporaries, target);
  const { places, arenas } = shareScratch(tenants, target);
  const temporarySlots = new Map<Group, number[]>();
  tenants.forEach(({ of }, i) => {
    const place: SlotPlace = { kind: 'arena', ...places[i] };
    if (typeof of === 'number') {
      addSlot(of, place);
      return;
    }
    const slot = slots.push({ ...of.temporary, packed: false, sliced: false, place }) - 1;
    const known = temporarySlots.get(of.group);
    if (known === undefined) temporarySlots.set(of.group, [slot]);
    else known.push(slot);
  });
  return {
    slots,
    slotOf,
    arenas,
    overwrites: reuse.inputOf,
    temporaries: temporarySlots,
    order,
  };
}

/** Bytes that a value takes as the target stores it. */
export function storedBytes({ bytesOf }: PlanTarget, { dtype, shape }: TensorType): number {
  return sizeOf(shape) * (bytesOf[dtype] ?? dtypes[dtype].bytes);
}

/** Scratch memory of a value, or of what a group needs for itself. */
interface Tenant extends Life {
  readonly of: Value | { readonly group: Group; readonly temporary: Temporary };
  last: number;
}

/** What needs scratch memory, in the order in which it is first written. */
function tenantsOf(
  graph: Graph,
  order: readonly Group[],
  values: ReadonlySet<Value>,
  temporaries: ReadonlyMap<Group, readonly Temporary[]>,
  target: PlanTarget,
): readonly Tenant[] {
  const tenants: Tenant[] = [];
  const tenantOf = new Map<Value, Tenant>();
  order.forEach((group, at) => {
    for (const { stage } of group.members) {
      for (const value of stage.node.results) {
        if (!values.has(value)) continue;
        const tenant = { of: value, bytes: storedBytes(target, graph.types[value]), first: at, last: at };
        tenants.push(tenant);
        tenantOf.set(value, tenant);
      }
    }
    for (const temporary of temporaries.get(group) ?? []) {
      tenants.push({ of: { group, temporary }, bytes: temporary.bytes, first: at, last: at });
    }
    for (const { stage } of group.members) {
      for (const { value } of stage.reads) {
        const tenant = tenantOf.get(value);
        if (tenant !== undefined) tenant.last = at;
      }
    }
  });
  return tenants;
}

/** Which outputs are written over which inputs, and an order of the groups in which that is safe. */
function reuseInputs({ graph, groups, stored, mayReuse }: MemoryRequest): {
  inputOf: ReadonlyMap<Value, number>;
  order: readonly Group[];
} {
  const inputOf = new Map<Value, number>();
  let order = groups;
  const before: [Group, Group][] = [];
  const inputs = Array.from({ length: graph.inputCount }, (_, input) => input);
  const isFor = (input: number): boolean => graph.outputs.some((_, output) => mayReuse(output, input));
  const free = new Set(inputs.filter((input) => !graph.outputs.includes(input) && isFor(input)));
  const homes = homesOf(groups);
  const checking = firstChecks(graph, groups);
  const orderWith = (edges: readonly [Group, Group][]) => {
    const holds = edges.every(([first, second]) => order.indexOf(first) < order.indexOf(second));
    const sorted = holds ? order : sortGroups(groups, [...before, ...edges]);
    return sorted === null ? null : { order: sorted, edges };
  };
  const readersOf = (input: number) =>
    groups.filter((group) => group.members.some(({ stage }) => stage.reads.some((read) => read.value === input)));
  // First the outputs whose own group reads the input: parameters that are updated; then whatever else has the size.
  for (const wantsOwnReader of [true, false]) {
    for (const [position, output] of graph.outputs.entries()) {
      const home = homes.get(output);
      if (home === undefined || inputOf.has(output) || !stored.has(output)) continue;
      for (const input of free) {
        if (!mayReuse(position, input) || !sameSize(graph, input, output)) continue;
        const readers = readersOf(input);
        const ownReader = readers.includes(home.group);
        if (ownReader !== wantsOwnReader) continue;
        if (ownReader && !overwritesSafely(home, input)) continue;
        const edges: [Group, Group][] = readers
          .filter((reader) => reader !== home.group)
          .map((reader) => [reader, home.group]);
        // If it can be, indices are looked at before anything is written over, so that inputs survive an error.
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

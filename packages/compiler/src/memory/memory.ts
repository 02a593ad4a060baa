import { type DType, dtypes, type Graph, sizeOf, type Value } from '@manabi/ir';
import type { InputBorder } from '../graph/borders.ts';
import { storedElements } from '../graph/element.ts';
import type { Slot, SlotPlace } from '../plan/plan.ts';
import { type Group, takesMembers } from '../stages/group.ts';
import { homesOf, passesOn } from '../stages/registers.ts';
import type { PlanTarget } from '../target.ts';
import { type ReuseRequest, reuseInputs } from './reuse.ts';
import { type Life, shareScratch } from './scratch.ts';
import { storedBytes } from './stored-bytes.ts';

/** Where in memory each stored value is, and in which order the groups run. */
export interface MemoryPlan {
  readonly slots: readonly Slot[];
  readonly slotOf: ReadonlyMap<Value, number>;
  /** Size in bytes of each arena; arenas store the intermediate values. */
  readonly arenas: readonly number[];
  /** For each output that uses the memory of an input, the input. */
  readonly overwrites: ReadonlyMap<Value, Value>;
  /** Slots of the temporary memory of each group, in the order in which the request lists that memory. */
  readonly temporaries: ReadonlyMap<Group, readonly number[]>;
  /** The groups of stages in the order in which they run. */
  readonly order: readonly Group[];
}

/** Argument of `planMemory`. */
export interface MemoryRequest extends ReuseRequest {
  /** Temporary memory that each group needs while it runs, in addition to its values. */
  readonly temporaries: ReadonlyMap<Group, readonly Temporary[]>;
  readonly target: PlanTarget;
}

/** Temporary memory that a group needs while it runs. */
export interface Temporary {
  readonly dtype: DType;
  readonly elements: number;
  readonly bytes: number;
}

/**
 * Returns the values that need memory: all except those that are read only within the group that computes them, in
 * registers.
 */
export function storedValues(graph: Graph, groups: readonly Group[]): ReadonlySet<Value> {
  const homes = homesOf(groups);
  const stored = new Set<Value>(graph.outputs);
  for (const group of groups) {
    if (!takesMembers(group)) {
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

/**
 * Assigns memory to every stored value. An output gets new memory, or the memory of a donated input that no later group
 * reads. Intermediate values get memory in arenas, where values share memory if they are not needed at the same time.
 */
export function planMemory(request: MemoryRequest): MemoryPlan {
  const { graph, stored, temporaries, target, borders } = request;
  const reuse = reuseInputs(request);
  const order = reuse.order;
  const slots: Slot[] = [];
  const slotOf = new Map<Value, number>();
  const addSlot = (value: Value, place: SlotPlace, { packed = false, sliced = false }: Partial<InputBorder> = {}) => {
    const type = graph.types[value];
    const bytes = storedBytes(target, type, packed);
    slotOf.set(
      value,
      slots.push({ dtype: type.dtype, elements: sizeOf(type.shape), bytes, packed, sliced, place }) - 1,
    );
  };
  for (let input = 0; input < graph.inputCount; input++) {
    addSlot(input, { kind: 'input', input }, borders.inputs[input]);
  }
  graph.outputs.forEach((value, output) => {
    addSlot(value, { kind: 'output', output, reuses: reuse.inputOf.get(value) ?? null }, borders.outputs[output]);
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
  const { locations, arenas } = shareScratch(tenants, target);
  const temporarySlots = new Map<Group, number[]>();
  tenants.forEach(({ of }, i) => {
    const place: SlotPlace = { kind: 'arena', ...locations[i] };
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

/** A value, or temporary memory of a group, that needs memory in an arena. */
interface Tenant extends Life {
  readonly of: Value | { readonly group: Group; readonly temporary: Temporary };
  last: number;
}

/**
 * Returns all values and temporary memory that need memory in an arena, in the order in which they are first written.
 */
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

import { dataIndex, type IndexExpr, type IndexSite, type Node, type ScatterMode, type Value } from '@manabi/ir';
import { ElementExpressions, type IndexedGraph } from '../graph/element.ts';
import { axesInMemory, loopIndex, type MemoryOrders, memoryIndex } from '../graph/memory-order.ts';
import type { Group, Member } from '../stages/group.ts';
import type { PlanTarget } from '../target.ts';
import { KernelWriter } from './kernel-writer.ts';
import type { Nested } from './nested.ts';

/** What all groups of a plan share while steps are made of them. */
export interface Generation {
  readonly target: PlanTarget;
  readonly graph: IndexedGraph;
  readonly roots: ReadonlySet<Value>;
  readonly orders: MemoryOrders;
  readonly stored: ReadonlySet<Value>;
  readonly slotOf: ReadonlyMap<Value, number>;
  /** The inputs that outputs are written over. */
  readonly overwrites: ReadonlyMap<Value, Value>;
  /** The plans of loops and branches, and the slots that groups have for themselves. */
  readonly nested: ReadonlyMap<Node, Nested>;
  readonly temporaries: ReadonlyMap<Group, readonly number[]>;
  /** Grows as checked indices are met. */
  readonly sites: IndexSite[];
}

/** The slot of a value that has memory. */
export function slotOf(plan: Generation, value: Value): number {
  const slot = plan.slotOf.get(value);
  if (slot === undefined) throw new Error(`Value ${value} has no memory.`);
  return slot;
}

/** For people: the operators and routines of a group, in order. */
export function groupName(group: Group): string {
  return group.members.map(({ stage }) => stage.routine?.name ?? stage.node.op).join('+');
}

/** A group while its kernel is written: expressions over what its members hold in registers and what is in memory. */
export class GroupWriter {
  readonly plan: Generation;
  readonly group: Group;
  readonly writer = new KernelWriter();
  /** Results of this group that are in registers for the rest of the row. */
  readonly rowScalars = new Map<Value, number>();
  /** Results that are in registers until the loop of their phase ends. */
  readonly phaseScalars = new Map<Value, number>();

  constructor(plan: Generation, group: Group) {
    this.plan = plan;
    this.group = group;
  }

  /** Computes the result of a pointwise member at the places that the loops have reached. */
  pointwise(member: Member, places: readonly IndexExpr[], scalars: Map<Value, number>): void {
    const [value] = member.stage.node.results;
    this.keep(member, places, this.expressions().computed(value, this.placeIn(value, places)), scalars);
  }

  /** Remembers a result for those who read it in registers, and stores it for those who do not. */
  keep(member: Member, places: readonly IndexExpr[], scalar: number, scalars: Map<Value, number>): void {
    const [value] = member.stage.node.results;
    scalars.set(value, scalar);
    if (!this.plan.stored.has(value)) return;
    this.store(value, this.placeIn(value, places), scalar);
  }

  /** The place in a value that loops over it, in memory order, have reached. */
  placeIn(value: Value, places: readonly IndexExpr[]): IndexExpr[] {
    const { shape } = this.plan.graph.types[value];
    return loopIndex(shape, axesInMemory(this.plan.orders, value, shape), places);
  }

  /** Stores an element of a value where it lies. */
  store(value: Value, index: readonly IndexExpr[], scalar: number, combine: ScatterMode = 'set'): void {
    this.writer.store(slotOf(this.plan, value), this.#memoryIndex(value, index), scalar, combine);
  }

  #memoryIndex(value: Value, index: readonly IndexExpr[]): IndexExpr {
    const { shape } = this.plan.graph.types[value];
    return memoryIndex(index, shape, axesInMemory(this.plan.orders, value, shape));
  }

  /** Expressions that end in this group's registers and in memory. */
  expressions(): ElementExpressions<number> {
    const writer = this.writer;
    const { graph, roots, sites } = this.plan;
    return new ElementExpressions<number>(graph, {
      load: (value, index) => {
        const held = this.phaseScalars.get(value) ?? this.rowScalars.get(value);
        if (held !== undefined) return held;
        if (!roots.has(value)) return undefined;
        return writer.load(slotOf(this.plan, value), this.#memoryIndex(value, index), graph.types[value].dtype);
      },
      constant: (value, dtype) => writer.constant(value, dtype),
      instruction: (op, operands, dtype) => writer.scalar(op, operands, dtype),
      fromIndex: (index) => writer.index(index),
      toIndex: (scalar, extent, site) => {
        const checked = writer.checkedIndex(scalar, extent, siteNumber(sites, site));
        return dataIndex(checked, extent);
      },
    });
  }
}

function siteNumber(sites: IndexSite[], site: IndexSite): number {
  const known = sites.findIndex(
    (other) => other.op === site.op && other.axis === site.axis && other.extent === site.extent,
  );
  return known >= 0 ? known : sites.push(site) - 1;
}

import { dataIndex, type IndexExpr, type IndexSite, type Node, type ScatterMode, type Value } from '@manabi/ir';
import { ElementExpressions, type IndexedGraph } from '../graph/element.ts';
import { axesInMemory, loopIndex, type MemoryOrders, memoryIndex } from '../graph/memory-order.ts';
import type { Group, Member } from '../stages/group.ts';
import type { PlanTarget } from '../target.ts';
import { KernelWriter } from './kernel-writer.ts';
import type { Nested } from './nested.ts';

/** Context that all groups of a plan share while steps are generated. */
export interface Generation {
  readonly target: PlanTarget;
  readonly graph: IndexedGraph;
  readonly roots: ReadonlySet<Value>;
  readonly orders: MemoryOrders;
  readonly stored: ReadonlySet<Value>;
  readonly slotOf: ReadonlyMap<Value, number>;
  /** For each output that overwrites an input, that input. */
  readonly overwrites: ReadonlyMap<Value, Value>;
  /** Plans of loops and branches. */
  readonly nested: ReadonlyMap<Node, Nested>;
  /** Slots of the memory that each group needs only while it runs. */
  readonly temporaries: ReadonlyMap<Group, readonly number[]>;
  /** Sites of checked indices; extended while steps are generated. */
  readonly sites: IndexSite[];
}

/** Returns the slot of a stored value. */
export function slotOf(plan: Generation, value: Value): number {
  const slot = plan.slotOf.get(value);
  if (slot === undefined) throw new Error(`Value ${value} is not stored.`);
  return slot;
}

/** Names a group by its operators and routines, in order. */
export function groupName(group: Group): string {
  return group.members.map(({ stage }) => stage.routine?.name ?? stage.node.op).join('+');
}

/** Writes the kernel of a group: expressions of values that its members keep in registers and of stored values. */
export class GroupWriter {
  readonly plan: Generation;
  readonly group: Group;
  readonly writer = new KernelWriter();
  /** Results of this group that stay in registers for the rest of the row. */
  readonly rowScalars = new Map<Value, number>();
  /** Results that stay in registers until the loop of their phase ends. */
  readonly phaseScalars = new Map<Value, number>();

  constructor(plan: Generation, group: Group) {
    this.plan = plan;
    this.group = group;
  }

  /** Computes the result of a pointwise member at the current loop values. */
  pointwise(member: Member, loops: readonly IndexExpr[], scalars: Map<Value, number>): void {
    const [value] = member.stage.node.results;
    this.keep(member, loops, this.expressions().computed(value, this.indexIn(value, loops)), scalars);
  }

  /** Keeps a result for readers in registers, and stores it for all others. */
  keep(member: Member, loops: readonly IndexExpr[], scalar: number, scalars: Map<Value, number>): void {
    const [value] = member.stage.node.results;
    scalars.set(value, scalar);
    if (!this.plan.stored.has(value)) return;
    this.store(value, this.indexIn(value, loops), scalar);
  }

  /** Returns the index in a value from the values of the loops over it in memory order. */
  indexIn(value: Value, loops: readonly IndexExpr[]): IndexExpr[] {
    const { shape } = this.plan.graph.types[value];
    return loopIndex(shape, axesInMemory(this.plan.orders, value, shape), loops);
  }

  /** Stores an element of a value. */
  store(value: Value, index: readonly IndexExpr[], scalar: number, combine: ScatterMode = 'set'): void {
    this.writer.store(slotOf(this.plan, value), this.#memoryIndex(value, index), scalar, combine);
  }

  #memoryIndex(value: Value, index: readonly IndexExpr[]): IndexExpr {
    const { shape } = this.plan.graph.types[value];
    return memoryIndex(index, shape, axesInMemory(this.plan.orders, value, shape));
  }

  /** Returns a builder of expressions that read this group's registers and memory. */
  expressions(): ElementExpressions<number> {
    const writer = this.writer;
    const { graph, roots, sites } = this.plan;
    return new ElementExpressions<number>(graph, {
      load: (value, index) => {
        const register = this.phaseScalars.get(value) ?? this.rowScalars.get(value);
        if (register !== undefined) return register;
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

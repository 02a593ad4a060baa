import { dataIndex, type IndexExpr, type IndexSite, type Node, type ScatterMode, type Value } from '@manabi/ir';
import { ElementExpressions } from '../graph/element.ts';
import { axesInMemory, loopIndex, type MemoryOrders, memoryIndex } from '../graph/memory-order.ts';
import type { ViewedGraph } from '../graph/strided-view.ts';
import type { Kernel } from '../plan/kernel.ts';
import type { Group, Member } from '../stages/group.ts';
import type { PlanTarget } from '../target.ts';
import { KernelWriter } from './kernel-writer.ts';
import type { Nested } from './nested.ts';

/** Information about a graph and its memory, from which the steps of all groups are generated. */
export interface Generation {
  readonly target: PlanTarget;
  readonly graph: ViewedGraph;
  readonly roots: ReadonlySet<Value>;
  readonly orders: MemoryOrders;
  readonly stored: ReadonlySet<Value>;
  readonly slotOf: ReadonlyMap<Value, number>;
  /** For each output that uses the memory of an input, the input. */
  readonly overwrites: ReadonlyMap<Value, Value>;
  /** Plans of the graphs in each loop and branch, by its node. */
  readonly nested: ReadonlyMap<Node, Nested>;
  /** Slots of the temporary memory that each group needs while it runs. */
  readonly temporaries: ReadonlyMap<Group, readonly number[]>;
  /**
   * Returns the kernels that assemble the result of a group, or null if one kernel of several loop nests does. Null for
   * a target without strategies.
   */
  readonly assemble: ((plan: Generation, group: Group) => readonly Kernel[] | null) | null;
  /** Descriptions of the index checks of the plan; each generated check is added to this list. */
  readonly sites: IndexSite[];
}

/** Returns the slot of a stored value. */
export function slotOf(plan: Generation, value: Value): number {
  const slot = plan.slotOf.get(value);
  if (slot === undefined) throw new Error(`Value ${value} is not stored.`);
  return slot;
}

/** Returns the name of a group: its operators and routines in order, such as `exp+reduceSum`. */
export function groupName(group: Group): string {
  return group.members.map(({ stage }) => stage.routine?.name ?? stage.node.op).join('+');
}

/**
 * Writes the kernel of a group of stages. Results that other members of the group read stay in registers; all other
 * values are read from memory.
 */
export class GroupWriter {
  readonly plan: Generation;
  readonly group: Group;
  readonly writer = new KernelWriter();
  /** For results with one element per row, the number of the scalar; available until the row ends. */
  readonly rowScalars = new Map<Value, number>();
  /**
   * For results with one element per iteration of a phase's inner loop, the number of the scalar; available only within
   * that loop.
   */
  readonly phaseScalars = new Map<Value, number>();

  constructor(plan: Generation, group: Group) {
    this.plan = plan;
    this.group = group;
  }

  /** Emits the element of a pointwise member's result for the current values of the loops. */
  pointwise(member: Member, loops: readonly IndexExpr[], scalars: Map<Value, number>): void {
    const [value] = member.stage.node.results;
    this.keep(member, loops, this.expressions().computed(value, this.indexIn(value, loops)), scalars);
  }

  /**
   * Makes a computed element available in `scalars` for other members of the group, and stores it if steps after the
   * group need it.
   */
  keep(member: Member, loops: readonly IndexExpr[], scalar: number, scalars: Map<Value, number>): void {
    const [value] = member.stage.node.results;
    scalars.set(value, scalar);
    if (!this.plan.stored.has(value)) return;
    this.store(value, this.indexIn(value, loops), scalar);
  }

  /**
   * Returns the index of the element of a value that the given loops, which follow its memory order, currently visit.
   */
  indexIn(value: Value, loops: readonly IndexExpr[]): IndexExpr[] {
    const { shape } = this.plan.graph.types[value];
    return loopIndex(shape, axesInMemory(this.plan.orders, value, shape), loops);
  }

  /** Emits a store of a scalar to the element of a value at an index. */
  store(value: Value, index: readonly IndexExpr[], scalar: number, combine: ScatterMode = 'set'): void {
    this.writer.store(slotOf(this.plan, value), this.#memoryIndex(value, index), scalar, combine);
  }

  #memoryIndex(value: Value, index: readonly IndexExpr[]): IndexExpr {
    const { shape } = this.plan.graph.types[value];
    return memoryIndex(index, shape, axesInMemory(this.plan.orders, value, shape));
  }

  /**
   * Returns a builder of element expressions, which uses available scalars of this group and loads all other stored
   * values.
   */
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

import { axisIndex, dtypes, type IndexExpr, identityOf, type Node } from '@manabi/ir';
import { lowered } from '../graph/element.ts';
import { reducedIndex } from '../graph/reduced-index.ts';
import type { Kernel } from '../plan/kernel.ts';
import type { Member } from '../stages/group.ts';
import { type GroupWriter, groupName } from './group-writer.ts';
import type { KernelWriter } from './kernel-writer.ts';

/**
 * Writes the kernel of a group of kind `loops`: loops over rows, within which each phase is a further loop; see
 * `Group`.
 */
export function writeLoops(group: GroupWriter): Kernel {
  const { outer, inner, members } = group.group;
  const isWrapped = inner !== null && outer.length === 0 && !group.plan.target.nestsInOrder;
  if (isWrapped) openOneRow(group.writer);
  const loops = outer.map((extent) => axisIndex(group.writer.openLoop({ extent, kind: 'parallel' }), extent));
  const phases = 1 + members.reduce((last, member) => Math.max(last, member.phase), 0);
  for (let phase = 0; phase < phases; phase++) {
    const present = members.filter((member) => member.phase === phase);
    for (const member of present) if (member.role === 'row') group.pointwise(member, loops, group.rowScalars);
    const inside = present.filter((member) => member.role === 'map' || member.role === 'reduce');
    if (inside.length > 0 && inner !== null) writePhase(group, inside, loops, inner);
  }
  for (let i = isWrapped ? -1 : 0; i < outer.length; i++) group.writer.closeLoop();
  return group.writer.finish(groupName(group.group));
}

/**
 * Opens a loop of one iteration around a kernel without outer loops, because a target may allow only one loop nest per
 * kernel.
 */
export function openOneRow(writer: KernelWriter): void {
  writer.openLoop({ extent: 1, kind: 'parallel' });
}

/**
 * Writes the loop of one phase over the inner axes. It computes the phase's elementwise members and its reductions,
 * whose results the rest of the row can read.
 */
function writePhase(
  group: GroupWriter,
  members: readonly Member[],
  loops: readonly IndexExpr[],
  inner: readonly number[],
): void {
  const writer = group.writer;
  const reduces = members.some(({ role }) => role === 'reduce');
  const finish: (() => void)[] = [];
  const joins = new Map<Member, (element: number, at: readonly IndexExpr[]) => void>();
  for (const member of members) {
    if (member.role !== 'reduce') continue;
    const { join, result } = reduction(group, member.stage.node);
    joins.set(member, join);
    finish.push(() => group.keep(member, loops, result(), group.rowScalars));
  }
  const kind = reduces ? 'reduce' : 'parallel';
  const innerLoops = inner.map((extent) => axisIndex(writer.openLoop({ extent, kind }), extent));
  for (const member of members) {
    const join = joins.get(member);
    if (join === undefined) {
      group.pointwise(member, [...loops, ...innerLoops], group.phaseScalars);
      continue;
    }
    const { node, joined } = member.stage;
    const { shape } = group.plan.graph.types[node.operands[0]];
    const index = reducedIndex(shape, joined, group.indexIn(node.results[0], loops), innerLoops);
    join(group.expressions().element(node.operands[0], index), index);
  }
  for (let i = 0; i < inner.length; i++) writer.closeLoop();
  group.phaseScalars.clear();
  for (const end of finish) end();
}

function reduction(
  group: GroupWriter,
  node: Node,
): {
  join: (element: number, at: readonly IndexExpr[]) => void;
  result: () => number;
} {
  const writer = group.writer;
  const { lowering, node: facts } = lowered(group.plan.graph, node);
  const { dtype } = facts.operands[0];
  if (lowering.class === 'reduce') {
    const accumulator = writer.begin(dtype, identityOf(lowering.combine, dtype));
    return {
      join: (element) => writer.accumulate(accumulator, lowering.combine, element),
      result: () => writer.readAccumulator(accumulator),
    };
  }
  if (lowering.class !== 'argReduce') throw new Error(`${node.op} is not a reduction.`);
  const axis = lowering.axis(facts.attributes);
  const best = writer.begin(dtype, identityOf(lowering.largest ? 'max' : 'min', dtype));
  const position = writer.begin('int32', dtypes.int32.max);
  return {
    join: (element, at) => writer.accumulateIndex(best, position, element, writer.index(at[axis]), lowering.largest),
    result: () => writer.readAccumulator(position),
  };
}

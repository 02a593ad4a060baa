import { axisIndex, type DType, type IndexExpr, identityOf } from '@manabi/ir';
import { lowered } from '../graph/element.ts';
import type { Kernel } from '../plan/kernel.ts';
import { type GroupWriter, groupName } from './group-writer.ts';
import { openOneRow } from './write-loops.ts';

/**
 * Writes the kernel of a cumulative operator such as `cumSum`: a sequential loop along its axis, within parallel loops
 * over the other axes.
 */
export function writeScan(group: GroupWriter): Kernel {
  const writer = group.writer;
  const { graph } = group.plan;
  const { node } = group.group.members[0].stage;
  const { lowering, node: facts } = lowered(graph, node);
  if (lowering.class !== 'scan') throw new Error(`${node.op} is not a scan.`);
  const { axis, reverse, exclusive } = lowering.along(facts.attributes);
  const [{ shape, dtype }] = facts.results;
  const isWrapped = shape.length === 1 && !group.plan.target.nestsInOrder;
  if (isWrapped) openOneRow(writer);
  const loops = new Map<number, IndexExpr>();
  shape.forEach((extent, i) => {
    if (i !== axis) loops.set(i, axisIndex(writer.openLoop({ extent, kind: 'parallel' }), extent));
  });
  // In a cumulative sum, rounding errors accumulate, so float32 sums are computed in float64.
  const isWide = dtype === 'float32' && lowering.combine === 'add' && group.plan.target.bytesOf.float64 !== null;
  const wide = isWide ? 'float64' : dtype;
  const accumulator = writer.begin(wide, identityOf(lowering.combine, wide));
  const extent = shape[axis];
  const along = axisIndex(writer.openLoop({ extent, kind: 'sequential' }), extent);
  const position: IndexExpr = reverse
    ? { constant: extent - 1 - along.constant, terms: along.terms.map((term) => ({ ...term, factor: -term.factor })) }
    : along;
  const index = shape.map((_, i) => loops.get(i) ?? position);
  const converted = (scalar: number, to: DType): number =>
    wide === dtype ? scalar : writer.scalar('cast', [scalar], to);
  const previous = writer.readAccumulator(accumulator);
  const element = converted(group.expressions().element(node.operands[0], index), wide);
  const joined = writer.scalar(lowering.combine, [previous, element], undefined);
  writer.assign(accumulator, joined);
  group.store(node.results[0], index, converted(exclusive ? previous : joined, dtype));
  for (let i = isWrapped ? -1 : 0; i < shape.length; i++) writer.closeLoop();
  return writer.finish(groupName(group.group));
}

import { axisIndex, type IndexExpr } from '@manabi/ir';
import { lowered } from './element.ts';
import { type GroupWriter, groupName } from './group-writer.ts';
import type { Kernel } from './kernel.ts';
import { identityOf } from './write-loops.ts';

/** The kernel of a running join along an axis; the other axes are parallel. */
export function writeScan(group: GroupWriter): Kernel {
  const writer = group.writer;
  const { graph } = group.plan;
  const { node } = group.group.members[0].stage;
  const { lowering, node: facts } = lowered(graph, node);
  if (lowering.class !== 'scan') throw new Error(`${node.op} is no scan.`);
  const { axis, reverse, exclusive } = lowering.along(facts.attributes);
  const [{ shape, dtype }] = facts.results;
  const places = new Map<number, IndexExpr>();
  shape.forEach((extent, i) => {
    if (i !== axis) places.set(i, axisIndex(writer.openLoop({ extent, kind: 'parallel' }), extent));
  });
  const accumulator = writer.begin(dtype, identityOf(lowering.combine, dtype));
  const extent = shape[axis];
  const along = axisIndex(writer.openLoop({ extent, kind: 'sequential' }), extent);
  const place: IndexExpr = reverse
    ? { constant: extent - 1 - along.constant, terms: along.terms.map((term) => ({ ...term, factor: -term.factor })) }
    : along;
  const index = shape.map((_, i) => places.get(i) ?? place);
  const held = writer.readAccumulator(accumulator);
  const joined = writer.scalar(
    lowering.combine,
    [held, group.expressions().element(node.operands[0], index)],
    undefined,
  );
  writer.assign(accumulator, joined);
  group.store(node.results[0], index, exclusive ? held : joined);
  for (let i = 0; i < shape.length; i++) writer.closeLoop();
  return writer.finish(groupName(group.group));
}

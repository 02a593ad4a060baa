import { axisIndex, sizeOf, unravelIndex } from '@manabi/ir';
import { planContraction } from '../graph/contraction.ts';
import type { Dot } from '../plan/plan.ts';
import { type GroupWriter, groupName, slotOf } from './group-writer.ts';

/** The matrix products of a group, with an epilogue that computes its other members. */
export function writeDot(group: GroupWriter): Dot {
  const writer = group.writer;
  const { graph, roots, orders } = group.plan;
  const [{ stage }] = group.group.members;
  const { node } = stage;
  if (node.op !== 'dot') throw new Error(`${node.op} is no dot.`);
  const planned = planContraction(graph, node, node.attributes, (value) => roots.has(value), orders);
  if (planned.kind !== 'ready') throw new Error('An operand of a dot is no strided view.');
  const { batch, rows, columns, contract, left, right } = planned.contraction;
  const { dtype, shape } = graph.types[node.results[0]];

  const axis = (extent: number) => axisIndex(writer.addAxis({ extent, kind: 'parallel' }), extent);
  const batchPlaces = batch.map(axis);
  const row = axis(sizeOf(rows));
  const column = axis(sizeOf(columns));
  const leftFree = graph.types[node.operands[0]].shape.length - batch.length - node.attributes.contract.length;
  const rowShape = shape.slice(batch.length, batch.length + leftFree);
  const columnShape = shape.slice(batch.length + leftFree);
  const full = [...batchPlaces, ...unravelIndex(row, rowShape), ...unravelIndex(column, columnShape)];
  const places = full.filter((_, i) => shape[i] !== 1);

  group.keep(group.group.members[0], places, writer.result(dtype), group.rowScalars);
  for (const member of group.group.members.slice(1)) group.pointwise(member, places, group.rowScalars);
  return {
    dtype,
    batch,
    rows,
    columns,
    contract,
    left: { ...left, slot: slotOf(group.plan, left.root) },
    right: { ...right, slot: slotOf(group.plan, right.root) },
    epilogue: writer.finish(groupName(group.group)),
  };
}

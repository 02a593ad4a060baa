import type { Node } from '@manabi/ir';
import type { Step, TopK } from '../plan/plan.ts';
import type { Group } from '../stages/fuse.ts';
import { type Generation, GroupWriter, slotOf } from './group-writer.ts';
import { simplifyLoops } from './loop-axes.ts';
import { writeAssemble } from './write-assemble.ts';
import { writeControl } from './write-control.ts';
import { writeDot } from './write-dot.ts';
import { writeLoops } from './write-loops.ts';
import { writeScan } from './write-scan.ts';

/** The step that computes a group; null if nothing has to run. */
export function generateStep(plan: Generation, group: Group): Step | null {
  const writer = new GroupWriter(plan, group);
  switch (group.kind) {
    case 'constant':
      return null;
    case 'loops':
      return { kind: 'kernel', kernel: simplifyLoops(writeLoops(writer)) };
    case 'scan':
      return { kind: 'kernel', kernel: simplifyLoops(writeScan(writer)) };
    case 'assemble':
      return { kind: 'kernel', kernel: simplifyLoops(writeAssemble(writer)) };
    case 'dot':
      return { kind: 'dot', dot: writeDot(writer) };
    case 'topK':
      return { kind: 'topK', topK: topK(plan, group.members[0].stage.node) };
    case 'branch':
    case 'loop':
      return writeControl(plan, group);
  }
}

function topK(plan: Generation, node: Node): TopK {
  if (node.op !== 'topK') throw new Error(`${node.op} is no topK.`);
  const { k, largest } = node.attributes;
  const { dtype, shape } = plan.graph.types[node.operands[0]];
  const length = shape[shape.length - 1];
  return {
    dtype,
    rows: shape.slice(0, -1).reduce((rows, extent) => rows * extent, 1),
    length,
    k,
    largest,
    input: slotOf(plan, node.operands[0]),
    values: slotOf(plan, node.results[0]),
    indices: slotOf(plan, node.results[1]),
  };
}

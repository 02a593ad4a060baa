import type { Node } from '@manabi/ir';
import type { Kernel } from '../plan/kernel.ts';
import type { Step, TopK } from '../plan/plan.ts';
import type { Group } from '../stages/group.ts';
import { type Generation, GroupWriter, slotOf } from './group-writer.ts';
import { simplifyLoops } from './loop-axes.ts';
import { writeAssemble } from './write-assemble.ts';
import { writeControl } from './write-control.ts';
import { writeDot } from './write-dot.ts';
import { writeLoops } from './write-loops.ts';
import { writeScan } from './write-scan.ts';

/** The steps that compute a group, in order; none if nothing has to run. */
export function generateSteps(plan: Generation, group: Group): readonly Step[] {
  switch (group.kind) {
    case 'constant':
      return [];
    case 'loops':
      return [kernelStep(writeLoops(new GroupWriter(plan, group)))];
    case 'scan':
      return [kernelStep(writeScan(new GroupWriter(plan, group)))];
    case 'assemble':
      return writeAssemble(plan, group).map(kernelStep);
    case 'dot':
      return [{ kind: 'dot', dot: writeDot(new GroupWriter(plan, group)) }];
    case 'topK':
      return [{ kind: 'topK', topK: topK(plan, group.members[0].stage.node) }];
    case 'branch':
    case 'loop':
      return [writeControl(plan, group)];
  }
}

function kernelStep(kernel: Kernel): Step {
  return { kind: 'kernel', kernel: simplifyLoops(kernel) };
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

import type { Kernel } from '../plan/kernel.ts';
import type { Step } from '../plan/plan.ts';
import type { Group } from '../stages/group.ts';
import { type Generation, GroupWriter } from './group-writer.ts';
import { simplifyLoops } from './loop-axes.ts';
import { writeAssemble } from './write-assemble.ts';
import { writeControl } from './write-control.ts';
import { writeLoops } from './write-loops.ts';
import { writeRoutine } from './write-routine.ts';
import { writeScan } from './write-scan.ts';

/**
 * Returns the steps that compute a group of stages, in order; an empty list for a group of constants, which needs no
 * step.
 */
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
    case 'routine': {
      const { routine, node } = group.members[0].stage;
      if (routine === null) throw new Error(`No routine computes ${node.op}.`);
      return [writeRoutine(plan, group, routine)];
    }
    case 'branch':
    case 'loop':
      return [writeControl(plan, group)];
  }
}

function kernelStep(kernel: Kernel): Step {
  return { kind: 'kernel', kernel: simplifyLoops(kernel) };
}

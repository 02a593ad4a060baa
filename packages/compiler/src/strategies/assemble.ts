import { sizeOf } from '@manabi/ir';
import { assemblyOf } from '../kernel/assembly.ts';
import { type Generation, GroupWriter, groupName } from '../kernel/group-writer.ts';
import { writeFill, writePieces } from '../kernel/write-assemble.ts';
import type { Kernel } from '../plan/kernel.ts';
import type { Group } from '../stages/group.ts';
import { bindsAtOnce } from './binds-at-once.ts';
import { canScatterByDestination, writeScatterByDestination } from './write-destinations.ts';
import { canSelectRegions, writeRegions } from './write-regions.ts';

/**
 * Returns the kernels that assemble a result if a single kernel with one loop nest after the other would be slow or
 * impossible on the target; otherwise null. Each element of the result selects the piece that covers it, or searches
 * for the updates scattered to it. If such a kernel is impossible or would bind too many buffers, there is one kernel
 * for the background and one for each piece.
 */
export function assembleInParallel(plan: Generation, group: Group): readonly Kernel[] | null {
  const assembly = assemblyOf(plan, group);
  const begin = (): GroupWriter => new GroupWriter(plan, group);
  if (canScatterByDestination(begin(), assembly)) return [writeScatterByDestination(begin(), assembly)];
  if (plan.target.nestsInOrder && bindsAtOnce(plan, group)) return null;
  if (canSelectRegions(begin(), assembly)) return [writeRegions(begin(), assembly)];
  const nests: ((writer: GroupWriter) => void)[] = assembly.pieces
    .filter(({ operand }) => sizeOf(plan.graph.types[assembly.node.operands[operand]].shape) > 0)
    .map((piece) => (writer) => writePieces(writer, assembly, [piece]));
  if (assembly.background !== null && !assembly.isUpdate) nests.unshift((writer) => writeFill(writer, assembly));
  return nests.map((write) => {
    const writer = begin();
    write(writer);
    return writer.writer.finish(groupName(group));
  });
}

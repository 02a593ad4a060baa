import type { Generation } from '../kernel/group-writer.ts';
import type { Group } from '../stages/group.ts';

/** Returns true if a single step of the target may bind all buffers that are read and written to assemble a result. */
export function bindsAtOnce({ target }: Generation, { members: [{ stage }] }: Group): boolean {
  const values = new Set(stage.reads.map(({ value }) => value));
  // Two more buffers are bound: the result, and the record of index errors.
  return target.mostBindings === null || values.size + 2 <= target.mostBindings;
}

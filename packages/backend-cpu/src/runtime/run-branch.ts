import type { Branch } from '@manabi/compiler';
import type { LinearMemory } from '../memory/linear-memory.ts';
import type { Frame } from './frame.ts';

/** Returns a function that runs a branch: one of two plans, on the slots of the plan that contains the branch. */
export function branchRunner(
  memory: LinearMemory,
  parent: Frame,
  { condition, inputs, outputs, arenas }: Omit<Branch, 'thenPlan' | 'elsePlan'>,
  thenFrame: Frame,
  elseFrame: Frame,
): () => void {
  return () => {
    const frame = memory.bytes[parent.addressOf(condition)] === 0 ? elseFrame : thenFrame;
    for (const arena of arenas) frame.setArena(parent.addressOf(arena));
    for (let i = 0; i < inputs.length; i++) frame.setInput(i, parent.addressOf(inputs[i]));
    for (let i = 0; i < outputs.length; i++) frame.setOutput(i, parent.addressOf(outputs[i]));
    frame.run();
  };
}

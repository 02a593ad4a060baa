import type { Branch, Loop, Plan } from '@manabi/compiler';

/**
 * Sizes in bytes of the memory that is bound for the inputs, outputs and arenas of a plan. Plans of loops and branches may
 * get more memory than their values take: whole arrays of which they access slices, and arenas that other plans use as well.
 */
export interface PlanBytes {
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  readonly arenas: readonly number[];
}

/** Returns a function that returns the size in bytes of the memory that is bound for a slot of a plan. */
export function slotBytes(plan: Plan, { inputs, outputs, arenas }: PlanBytes): (slot: number) => number {
  return (slot) => {
    const { place, bytes } = plan.slots[slot];
    switch (place.kind) {
      case 'input':
        return inputs[place.input] ?? bytes;
      case 'output':
        return outputs[place.output] ?? bytes;
      case 'arena':
        return arenas[place.arena] ?? bytes;
      case 'constant':
        return bytes;
    }
  };
}

/** Returns the sizes for a plan that gets exactly the memory that its values take. */
export const ownBytes = ({ arenas }: Plan): PlanBytes => ({ inputs: [], outputs: [], arenas });

/** Returns the sizes for the body and the test of a loop. @param bytesOf sizes of slots of the plan around the loop */
export function loopBytes({ carries, xs, ys, constants, arenas }: Loop, bytesOf: (slot: number) => number): PlanBytes {
  const carried = carries.map(({ initial, final, spare }) =>
    Math.max(...[initial, final, spare ?? final].map(bytesOf)),
  );
  return {
    inputs: [...carried, ...[...xs, ...constants].map(bytesOf)],
    outputs: [...carried, ...ys.map(bytesOf)],
    arenas: arenas.map(bytesOf),
  };
}

/** Returns the sizes for both plans of a branch. @param bytesOf sizes of slots of the plan around the branch */
export const branchBytes = ({ inputs, outputs, arenas }: Branch, bytesOf: (slot: number) => number): PlanBytes => ({
  inputs: inputs.map(bytesOf),
  outputs: outputs.map(bytesOf),
  arenas: arenas.map(bytesOf),
});

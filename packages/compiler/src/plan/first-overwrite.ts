import type { Block } from './kernel.ts';
import type { Plan, Step } from './plan.ts';

/**
 * The first step of a plan that writes over a donated input; the number of steps if none does. Up to there a run can still
 * fail without a loss.
 */
export function firstOverwrite({ slots, steps }: Plan): number {
  const isOverwritten = (slot: number): boolean => {
    const { place } = slots[slot];
    return place.kind === 'output' && place.reuses !== null;
  };
  const found = steps.findIndex((step) => slotsWritten(step).some(isOverwritten));
  return found < 0 ? steps.length : found;
}

/** Slots that a step writes. */
function slotsWritten(step: Step): readonly number[] {
  switch (step.kind) {
    case 'kernel':
      return storesIn(step.kernel.body);
    case 'dot':
      return storesIn(step.dot.epilogue.body);
    case 'topK':
      return [step.topK.values, step.topK.indices];
    case 'loop': {
      const { carries, ys } = step.loop;
      return [...carries.flatMap(({ final, spare }) => [final, spare ?? final]), ...ys];
    }
    case 'branch':
      return step.branch.outputs;
  }
}

function storesIn(block: Block): readonly number[] {
  return block.flatMap((statement) =>
    statement.kind === 'store' ? [statement.slot] : statement.kind === 'loop' ? storesIn(statement.body) : [],
  );
}

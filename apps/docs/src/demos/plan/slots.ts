import { accessesOf, type Block, forEachStatement, type Plan, type Step } from '@manabi/compiler';
import type { ExplainedSlot, ExplainedStep } from './messages.ts';

/** Returns the slots that a step reads and writes. */
export function usesOf(step: Step): { readonly reads: readonly number[]; readonly writes: readonly number[] } {
  const reads = new Set<number>();
  const writes = new Set<number>();
  const add = (to: Set<number>, slots: readonly (number | null)[]): void => {
    for (const slot of slots) if (slot !== null) to.add(slot);
  };
  const addBlock = (block: Block): void => {
    forEachStatement(block, (statement) => {
      if (statement.kind === 'store') writes.add(statement.slot);
    });
    add(
      reads,
      accessesOf(block).flatMap((access) => ('value' in access ? [] : [access.slot])),
    );
  };
  switch (step.kind) {
    case 'kernel':
      addBlock(step.kernel.body);
      break;
    case 'routine':
      add(reads, step.operands);
      add(writes, step.results);
      if (step.epilogue !== null) addBlock(step.epilogue.body);
      break;
    case 'loop': {
      const { carries, xs, ys, constants, verdict, arenas } = step.loop;
      add(reads, [...carries.map(({ initial }) => initial), ...xs, ...constants]);
      add(writes, [...carries.flatMap(({ final, spare }) => [final, spare]), ...ys, ...arenas, verdict]);
      break;
    }
    case 'branch':
      add(reads, [step.branch.condition, ...step.branch.inputs]);
      add(writes, [...step.branch.outputs, ...step.branch.arenas]);
  }
  return { reads: [...reads], writes: [...writes] };
}

/** Describes the values in memory. @param names names of the inputs */
export function slotsOf(
  { slots }: Plan,
  names: readonly string[],
  steps: readonly ExplainedStep[],
): readonly ExplainedSlot[] {
  return slots.map(({ bytes, place }, slot) => {
    const uses = [...steps.keys()].filter((i) => [...steps[i].reads, ...steps[i].writes].includes(slot));
    const name = place.kind === 'input' ? ` ${names[place.input] ?? ''}` : place.kind === 'output' ? ' result' : '';
    return {
      label: `%${slot}${name}`,
      bytes,
      place: place.kind,
      arena: place.kind === 'arena' ? { index: place.arena, offset: place.offset } : null,
      over: place.kind === 'output' ? place.reuses : null,
      from: uses[0] ?? 0,
      to: uses.at(-1) ?? 0,
    };
  });
}

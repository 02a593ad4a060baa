import type { Block } from './kernel.ts';
import type { Step } from './plan.ts';
import { definitionsOf, forEachStatement } from './walk-kernel.ts';

/** A slot that a step reads, writes, or both. */
export interface SlotUse {
  readonly slot: number;
  readonly read: boolean;
  readonly written: boolean;
}

/**
 * Returns the slots that a step reads or writes, each once. For a loop or branch, these are the slots that it passes to
 * its plans.
 */
export function stepSlots(step: Step): readonly SlotUse[] {
  const uses = new Map<number, { slot: number; read: boolean; written: boolean }>();
  const use = (slot: number, kind: 'read' | 'written'): void => {
    const known = uses.get(slot) ?? { slot, read: false, written: false };
    known[kind] = true;
    uses.set(slot, known);
  };
  const useAll = (slots: readonly number[], kind: 'read' | 'written'): void => {
    for (const slot of slots) use(slot, kind);
  };
  const useBlock = (block: Block): void => {
    forEachStatement(block, (statement) => {
      if (statement.kind === 'store') {
        use(statement.slot, 'written');
        if (statement.combine !== 'set') use(statement.slot, 'read');
      } else if (statement.kind === 'define' && statement.instruction.kind === 'load') {
        use(statement.instruction.slot, 'read');
      }
    });
  };
  switch (step.kind) {
    case 'kernel':
      useBlock(step.kernel.body);
      break;
    case 'routine':
      useAll(step.operands, 'read');
      useAll(step.results, 'written');
      if (step.epilogue !== null) useBlock(step.epilogue.body);
      break;
    case 'loop': {
      const { carries, xs, ys, constants, verdict, arenas } = step.loop;
      useAll([...carries.map(({ initial }) => initial), ...xs, ...constants], 'read');
      useAll([...carries.flatMap(({ final, spare }) => [final, spare ?? final]), ...ys, ...arenas], 'written');
      if (verdict !== null) use(verdict, 'written');
      break;
    }
    case 'branch': {
      const { condition, inputs, outputs, arenas } = step.branch;
      useAll([condition, ...inputs], 'read');
      useAll([...outputs, ...arenas], 'written');
      break;
    }
  }
  return [...uses.values()];
}

/** Returns true if a step checks indices; for a loop or branch, returns false even if steps of its plans do. */
export function checksIndices(step: Step): boolean {
  switch (step.kind) {
    case 'kernel':
      return blockChecks(step.kernel.body);
    case 'routine':
      return step.epilogue !== null && blockChecks(step.epilogue.body);
    default:
      return false;
  }
}

function blockChecks(block: Block): boolean {
  return [...definitionsOf(block).values()].some(({ kind }) => kind === 'checkedIndex');
}

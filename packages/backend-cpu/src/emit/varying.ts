import type { Block } from '@manabi/compiler';
import { forEachStatement, indexVaries, operandsOf } from './walk.ts';

/** What changes from one turn of a loop to the next; everything else is the same in all lanes of a vector. */
export interface Varying {
  readonly scalars: ReadonlySet<number>;
  readonly accumulators: ReadonlySet<number>;
}

/**
 * The scalars and accumulators of a loop's body that vary with its axis, or with one of several nested loops' axes. Accumulators of outer blocks that the body
 * joins something into vary: each lane keeps a part.
 */
export function varyingIn(body: Block, axes: readonly number[]): Varying {
  const scalars = new Set<number>();
  const accumulators = new Set<number>();
  const begun = new Set<number>();
  forEachStatement(body, (statement) => {
    if (statement.kind === 'begin') begun.add(statement.accumulator);
  });

  let changed = true;
  const add = (set: Set<number>, member: number): void => {
    if (set.has(member)) return;
    set.add(member);
    changed = true;
  };
  while (changed) {
    changed = false;
    forEachStatement(body, (statement) => {
      switch (statement.kind) {
        case 'define': {
          const { instruction } = statement;
          const varies =
            instruction.kind === 'load' || instruction.kind === 'index'
              ? indexVaries(instruction.index, axes, scalars)
              : instruction.kind === 'accumulator'
                ? accumulators.has(instruction.accumulator)
                : instruction.kind === 'result' || operandsOf(instruction).some((operand) => scalars.has(operand));
          if (varies) add(scalars, statement.scalar);
          break;
        }
        case 'accumulate':
          if (scalars.has(statement.value) || !begun.has(statement.accumulator)) {
            add(accumulators, statement.accumulator);
          }
          break;
        case 'assign':
          if (scalars.has(statement.value)) add(accumulators, statement.accumulator);
          break;
        case 'begin':
        case 'loop':
        case 'store':
          break;
      }
    });
  }
  return { scalars, accumulators };
}

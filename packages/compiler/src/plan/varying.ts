import type { Block } from './kernel.ts';
import { forEachStatement, indexVaries, operandsOf } from './walk-kernel.ts';

/** Scalars and accumulators whose values differ between iterations of a loop. All others are equal in all iterations. */
export interface Varying {
  readonly scalars: ReadonlySet<number>;
  readonly accumulators: ReadonlySet<number>;
}

/**
 * Returns the scalars and accumulators of a loop body whose values depend on any of the given axes. They include
 * accumulators of outer blocks that the body updates, because each lane holds a part of the value.
 *
 * @example
 * ```ts
 * import { axisIndex } from '@manabi/ir';
 * import { type Block, varyingIn } from '@manabi/compiler';
 *
 * const body: Block = [
 *   { kind: 'define', scalar: 0, instruction: { kind: 'load', slot: 0, index: axisIndex(0, 4) } },
 *   { kind: 'define', scalar: 1, instruction: { kind: 'constant', value: 2 } },
 * ];
 * console.log([...varyingIn(body, [0]).scalars]); // [0]
 * ```
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
        case 'accumulateIndex':
          if (scalars.has(statement.value) || scalars.has(statement.at) || !begun.has(statement.accumulator)) {
            add(accumulators, statement.accumulator);
            add(accumulators, statement.position);
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

import { type Block, forEachStatement, indexVaries, type Kernel, operandsOf } from '@manabi/compiler';
import type { DType } from '@manabi/ir';
import { elementCode } from './element.ts';

/**
 * Scalars and accumulators whose values differ between iterations of a loop. All others are equal in all lanes of a
 * vector.
 */
export interface Varying {
  readonly scalars: ReadonlySet<number>;
  readonly accumulators: ReadonlySet<number>;
}

/**
 * Returns the scalars and accumulators of a loop body whose values depend on any of the given axes. They include
 * accumulators of outer blocks that the body updates, because each lane holds a part of the value.
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

/** Returns the scalars that are equal in all lanes, but are read as vectors in a loop body. */
export function splattedIn(body: Block, { scalars, accumulators }: Varying): ReadonlySet<number> {
  const splatted = new Set<number>();
  const add = (scalar: number): void => {
    if (!scalars.has(scalar)) splatted.add(scalar);
  };
  forEachStatement(body, (statement) => {
    switch (statement.kind) {
      case 'define': {
        const { instruction, scalar } = statement;
        if (instruction.kind !== 'scalar' || !scalars.has(scalar)) break;
        const shifts = instruction.op === 'shiftLeft' || instruction.op === 'shiftRight';
        for (const operand of shifts ? instruction.operands.slice(0, 1) : instruction.operands) add(operand);
        break;
      }
      case 'accumulate':
      case 'assign':
        if (accumulators.has(statement.accumulator)) add(statement.value);
        break;
      case 'store':
        add(statement.value);
        break;
      case 'begin':
      case 'loop':
        break;
    }
  });
  return splatted;
}

/** Whether all scalars that vary or are stored in a loop body fit into a 32-bit lane. */
export function fitsLanes(kernel: Kernel, body: Block, varying: Varying): boolean {
  const fits = (dtype: DType): boolean => elementCode[dtype].bytes <= 4;
  let stores = true;
  forEachStatement(body, (statement) => {
    if (statement.kind === 'store' && !fits(kernel.scalars[statement.value])) stores = false;
  });
  return (
    stores &&
    [...varying.scalars].every((scalar) => fits(kernel.scalars[scalar])) &&
    [...varying.accumulators].every((accumulator) => fits(kernel.accumulators[accumulator]))
  );
}

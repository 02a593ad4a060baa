import { type Block, forEachStatement, type Kernel, type Varying } from '@manabi/compiler';
import type { DType } from '@manabi/ir';
import { elementCode } from './element.ts';

/** Returns the scalars that do not vary in a loop body but are read as vectors in it. */
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

import type { FunctionBuilder, LocalId } from '../../wasm/index.ts';
import { type TileLocals, tileLocals } from '../dot/tile.ts';
import type { Division } from './division.ts';
import { type TransformLocals, transformLocals } from './transforms.ts';

/** The function that computes tasks while it is written, its locals, and the division of the convolution. */
export interface TaskCode {
  readonly f: FunctionBuilder;
  readonly division: Division;
  readonly locals: ReturnType<typeof declare>;
  /** Locals of the vectors of a tile. */
  readonly values: TransformLocals;
  /** Locals of the products of tiles and filters. */
  readonly products: TileLocals;
}

/** Begins the code of tasks: declares its locals. */
export function taskCode(f: FunctionBuilder, division: Division): TaskCode {
  return { f, division, locals: declare(f), values: transformLocals(f), products: tileLocals(f, 4, 2, 1) };
}

/** Addresses of operands and factors, and the numbers of the current block, tile, position and vector. */
function declare(f: FunctionBuilder) {
  const [imageBase, weightBase, zero, task, base, block, end, first, tileCount] = f.locals('i32', 9);
  const [tile, index, row, column, imageNumber, offset, address, to, at] = f.locals('i32', 9);
  const [position, panel, start, source, factors, sums, channel] = f.locals('i32', 7);
  const pointers: readonly (readonly LocalId[])[] = Array.from({ length: 4 }, () => f.locals('i32', 4));
  const inside: readonly LocalId[] = f.locals('i32', 4);
  return {
    ...{ imageBase, weightBase, zero, task, base, block, end, first, tileCount },
    ...{ tile, index, row, column, imageNumber, offset, address, to, at },
    ...{ position, panel, start, source, factors, sums, channel, pointers, inside },
  };
}

import type { FunctionBuilder, LocalId } from '../../wasm/index.ts';
import type { DotElement } from './element.ts';

/** How the inner loops walk an operand. */
export interface TileWalk {
  /**
   * Addresses of the tile's first element, which the loops move: one, with `lane` bytes to the next row of the tile, or
   * one for each row. Vectors lie 16 bytes apart.
   */
  readonly pointers: readonly LocalId[];
  readonly lane: number;
  /** Bytes from one index to the next, for each loop. */
  readonly steps: readonly number[];
}

/** A number of turns: a constant, or a local that is above 0. */
export type TileTurns = number | { readonly local: LocalId };

/** Locals that tiles of a function share. */
export interface TileLocals {
  /** Sums, row after row. */
  readonly sums: readonly LocalId[];
  readonly vectors: readonly LocalId[];
  readonly splat: LocalId;
  /** One for each loop. */
  readonly remaining: readonly LocalId[];
}

/** Declares the locals for tiles of up to `rows` rows of `vectors` vectors, with `loops` loops. */
export function tileLocals(f: FunctionBuilder, rows: number, vectors: number, loops: number): TileLocals {
  return {
    sums: f.locals('v128', rows * vectors),
    vectors: f.locals('v128', vectors),
    splat: f.local('v128'),
    remaining: f.locals('i32', loops),
  };
}

/**
 * The inner loops: `sums[r][c] += splat(r) * vector(c)` for each of the `turns`, given from the outermost loop on.
 *
 * One step a turn: engines unroll the loop themselves, while a body of several steps would keep all of their loads
 * alive at once, more than there are registers (rows * vectors + rows + vectors + 1 of at most 15).
 */
export function emitProducts(
  f: FunctionBuilder,
  element: DotElement,
  rows: number,
  vectors: number,
  locals: TileLocals,
  splats: TileWalk,
  columns: TileWalk,
  turns: readonly TileTurns[],
): void {
  const { vector } = element;
  if (vector === undefined || turns.includes(0)) return;
  const step = (): void => {
    for (let c = 0; c < vectors; c++)
      f.get(columns.pointers[0])
        .load('v128.load', 16 * c)
        .set(locals.vectors[c]);
    for (let r = 0; r < rows; r++) {
      if (splats.pointers.length === 1) f.get(splats.pointers[0]).load('v128.load32_splat', r * splats.lane);
      else f.get(splats.pointers[r]).load('v128.load32_splat');
      f.set(locals.splat);
      for (let c = 0; c < vectors; c++) {
        const sum = locals.sums[r * vectors + c];
        f.get(sum).get(locals.splat).get(locals.vectors[c]).op(vector.multiply, vector.add).set(sum);
      }
    }
  };
  const loop = (level: number): void => {
    const count = turns[level];
    const remaining = locals.remaining[level];
    if (typeof count === 'number') f.i32(count);
    else f.get(count.local);
    f.set(remaining);
    f.loop((again) => {
      if (level === turns.length - 1) step();
      else loop(level + 1);
      for (const walk of [splats, columns]) {
        const inner = turns[level + 1];
        const moved = typeof inner === 'number' ? inner * walk.steps[level + 1] : 0;
        const bytes = walk.steps[level] - moved;
        if (bytes === 0) continue;
        for (const pointer of walk.pointers.slice(0, rows)) f.get(pointer).i32(bytes).op('i32.add').set(pointer);
      }
      f.get(remaining).i32(1).op('i32.sub').tee(remaining).brIf(again);
    });
  };
  loop(0);
}

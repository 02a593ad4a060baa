import type { FunctionBuilder, LocalId } from '../wasm/index.ts';
import type { DotElement } from './dot-element.ts';

/** How the inner loop walks an operand. */
export interface TileWalk {
  /** Address of the tile's first element; the loop moves it. */
  readonly pointer: LocalId;
  /** Bytes from one index of k to the next. */
  readonly step: number;
  /** Bytes from one row of the tile to the next; vectors lie 16 bytes apart. */
  readonly lane: number;
}

/** Locals that tiles of a function share. */
export interface TileLocals {
  /** Sums, row after row. */
  readonly sums: readonly LocalId[];
  readonly vectors: readonly LocalId[];
  readonly splat: LocalId;
  readonly remaining: LocalId;
}

/** Declares the locals for tiles of up to `rows` rows of `vectors` vectors. */
export function tileLocals(f: FunctionBuilder, rows: number, vectors: number): TileLocals {
  return {
    sums: f.locals('v128', rows * vectors),
    vectors: f.locals('v128', vectors),
    splat: f.local('v128'),
    remaining: f.local('i32'),
  };
}

/**
 * The inner loop: `sums[r][c] += splat(r) * vector(c)` for `count` steps of k (a constant, or a local that is above 0).
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
  count: number | LocalIndex,
): void {
  const { vector } = element;
  if (vector === undefined) return;
  if (typeof count === 'number') {
    if (count === 0) return;
    f.i32(count);
  } else {
    f.get(count.local);
  }
  f.set(locals.remaining);
  f.loop((again) => {
    for (let c = 0; c < vectors; c++)
      f.get(columns.pointer)
        .load('v128.load', 16 * c)
        .set(locals.vectors[c]);
    for (let r = 0; r < rows; r++) {
      f.get(splats.pointer)
        .load('v128.load32_splat', r * splats.lane)
        .set(locals.splat);
      for (let c = 0; c < vectors; c++) {
        const sum = locals.sums[r * vectors + c];
        f.get(sum).get(locals.splat).get(locals.vectors[c]).op(vector.multiply, vector.add).set(sum);
      }
    }
    for (const { pointer, step } of [splats, columns]) {
      if (step !== 0) f.get(pointer).i32(step).op('i32.add').set(pointer);
    }
    f.get(locals.remaining).i32(1).op('i32.sub').tee(locals.remaining).brIf(again);
  });
}

/** A count that is known in a local only. */
export interface LocalIndex {
  readonly local: LocalId;
}

import type { FunctionBuilder, LocalId } from '../../wasm/index.ts';
import { addProduct, type DotElement } from './element.ts';

/** How the inner loops of a tile step through an operand. */
export interface TileWalk {
  /**
   * Addresses that the loops advance: either one for the whole tile, with `lane` bytes between rows, or one for each
   * row. Adjacent vectors of a row are 16 bytes apart.
   */
  readonly pointers: readonly LocalId[];
  readonly lane: number;
  /** Number of bytes by which each loop advances the addresses. */
  readonly steps: readonly number[];
}

/** Number of iterations: a constant, or a local with a positive value. */
export type TileIterations = number | { readonly local: LocalId };

/** Locals shared by the tiles of a function. */
export interface TileLocals {
  /** Vectors of sums, row by row. */
  readonly sums: readonly LocalId[];
  readonly vectors: readonly LocalId[];
  readonly splat: LocalId;
  /** Remaining iterations of each loop. */
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
 * Writes the inner loops, which compute `sums[r][c] += splat(r) * vector(c)`. The numbers of iterations are given from
 * the outermost loop inwards.
 *
 * Each iteration of the innermost loop computes one term: engines unroll the loop themselves, and a body of several
 * terms would keep the loads of all of them alive, which exceeds the registers (rows * vectors + rows + vectors + 1, at
 * most 15).
 */
export function emitProducts(
  f: FunctionBuilder,
  element: DotElement,
  rows: number,
  vectors: number,
  locals: TileLocals,
  splats: TileWalk,
  columns: TileWalk,
  iterations: readonly TileIterations[],
): void {
  const { vector } = element;
  if (vector === undefined || iterations.includes(0)) return;
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
        addProduct(f, vector, sum, () => f.get(locals.splat).get(locals.vectors[c]));
      }
    }
  };
  const walks = [
    { ...splats, pointers: splats.pointers.slice(0, rows) },
    { ...columns, pointers: columns.pointers.slice(0, 1) },
  ];
  forTerms(f, iterations, locals.remaining, walks, step);
}

/** Writes loops over the terms of a block, which advance the addresses of `walks`. */
export function forTerms(
  f: FunctionBuilder,
  iterations: readonly TileIterations[],
  counters: readonly LocalId[],
  walks: readonly Pick<TileWalk, 'pointers' | 'steps'>[],
  body: () => void,
): void {
  const loop = (level: number): void => {
    const count = iterations[level];
    const remaining = counters[level];
    if (typeof count === 'number') f.i32(count);
    else f.get(count.local);
    f.set(remaining);
    f.loop((again) => {
      if (level === iterations.length - 1) body();
      else loop(level + 1);
      for (const { pointers, steps } of walks) {
        const inner = iterations[level + 1];
        const moved = typeof inner === 'number' ? inner * steps[level + 1] : 0;
        const bytes = steps[level] - moved;
        if (bytes === 0) continue;
        for (const pointer of pointers) f.get(pointer).i32(bytes).op('i32.add').set(pointer);
      }
      f.get(remaining).i32(1).op('i32.sub').tee(remaining).brIf(again);
    });
  };
  loop(0);
}

import { type FunctionBuilder, forRange, type LocalId } from '../../wasm/index.ts';
import type { DotSide, TileStep } from './plan.ts';

/** Part of a block: consecutive tiles of `size` rows (or columns). */
export interface Strip {
  readonly size: number;
  /** Whether the strip may have several tiles. Otherwise, its only tile is at the end of the axis. */
  readonly repeated: boolean;
  /** Number of rows (or columns) that later strips contain. */
  readonly left: number;
}

/**
 * Returns the tiles along an axis: full tiles, and then the remainder. A remainder of one row is slow, so if tiles may
 * start at any row, it is combined with the last full tile, and the rows of both are divided as 3 + 2.
 */
export function stripsOf(extent: number, size: number, movable = false): Strip[] {
  const whole = { size, repeated: true, left: 0 };
  const single = (rows: number): Strip => ({ size: rows, repeated: false, left: 0 });
  const rest = extent % size;
  if (movable && size === 4 && rest === 1 && extent > size) return [{ ...whole, left: 5 }, single(3), single(2)];
  return [...(extent >= size ? [whole] : []), ...(rest > 0 ? [single(rest)] : [])];
}

/** Returns the tiles along the rows of a step. They may start at any row if rows are read in place and in one block. */
export function rowStripsOf(
  { operand, extent }: DotSide,
  { packed, rows, rowBlock }: Pick<TileStep, 'packed' | 'rows' | 'rowBlock'>,
): Strip[] {
  return stripsOf(extent, rows, !packed[operand] && rowBlock >= extent);
}

/** Range of rows (or columns), and the local with the index of the first one of a tile. */
export interface StripRange {
  readonly at: LocalId;
  readonly begin: LocalId;
  readonly end: LocalId;
}

/** Writes loops over all tiles of a range. `body` receives the size of a tile. */
export function overStrips(
  f: FunctionBuilder,
  strips: readonly Strip[],
  { at, begin, end }: StripRange,
  body: (size: number) => void,
): void {
  f.get(begin).set(at);
  for (const { size, repeated, left } of strips) {
    if (repeated) {
      const stop = (): void =>
        void f
          .get(end)
          .i32(left + size - 1)
          .op('i32.sub');
      forRange(
        f,
        at,
        () => f.get(at),
        stop,
        size,
        () => body(size),
      );
    } else {
      f.get(at).get(end).op('i32.lt_s');
      f.if(() => {
        body(size);
        f.get(at).i32(size).op('i32.add').set(at);
      });
    }
  }
}

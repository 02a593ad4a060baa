import { emitTranspose4 } from '../../emit/transpose.ts';
import type { FunctionBuilder, LocalId } from '../../wasm/index.ts';
import type { DotEpilogue, DotSite } from './contract.ts';
import type { DotElement } from './element.ts';
import type { DotSide } from './plan.ts';

/** Position of a tile of finished sums in the result. */
export interface TileLocation {
  /** Side of the product along the rows of the tile, and the local with the index of its first row. */
  readonly rowSide: DotSide;
  readonly row: LocalId;
  /** Side of the product along the columns of the tile, and the local with the index of its first column. */
  readonly columnSide: DotSide;
  readonly column: LocalId;
  readonly batch: readonly LocalId[];
  /** Byte address of the first element of the tile in the result. */
  readonly address: LocalId;
  readonly bytes: number;
}

/** Locals that `emitTileStore` uses for intermediate values. */
export interface StoreLocals {
  readonly transposed: readonly LocalId[];
  readonly spare: readonly LocalId[];
  readonly scalar: LocalId;
}

/** Declares the locals of `emitTileStore`. */
export function storeLocals(f: FunctionBuilder, element: DotElement): StoreLocals {
  return { transposed: f.locals('v128', 4), spare: f.locals('v128', 4), scalar: f.local(element.scalar) };
}

/**
 * Writes the epilogue for the sums of a tile of `rows` x `columns`; `sums` are vectors, row by row. The epilogue
 * receives the vectors if the result is contiguous along the columns, transposed vectors if the result is contiguous
 * along the rows, and single sums otherwise.
 */
export function emitTileStore(
  f: FunctionBuilder,
  element: DotElement,
  epilogue: DotEpilogue,
  location: TileLocation,
  rows: number,
  columns: number,
  sums: readonly LocalId[],
  locals: StoreLocals,
): void {
  const { rowSide, columnSide } = location;
  const vectors = Math.ceil(columns / 4);
  if (columnSide.out === 1 || columnSide.extent === 1) {
    for (let r = 0; r < rows; r++) {
      for (let c = 0; c < vectors; c++) {
        const value = sums[r * vectors + c];
        epilogue.store(f, siteAt(location, 'vector', value, r, 4 * c, lanesOf(columns - 4 * c), columnSide.axis));
      }
    }
  } else if (rowSide.out === 1 || rowSide.extent === 1) {
    for (let r = 0; r < rows; r += 4) {
      for (let c = 0; c < vectors; c++) {
        const inRange = (row: number): number => Math.min(row, rows - 1);
        const tile = [0, 1, 2, 3].map((i) => sums[inRange(r + i) * vectors + c]);
        emitTranspose4(f, tile, locals.transposed, locals.spare);
        for (let lane = 0; lane < lanesOf(columns - 4 * c); lane++) {
          const value = locals.transposed[lane];
          epilogue.store(f, siteAt(location, 'vector', value, r, 4 * c + lane, lanesOf(rows - r), rowSide.axis));
        }
      }
    }
  } else if (element.vector !== undefined) {
    for (let r = 0; r < rows; r++) {
      for (let c = 0; c < columns; c++) {
        f.get(sums[r * vectors + (c >> 2)])
          .lane(element.vector.extract, c & 3)
          .set(locals.scalar);
        epilogue.store(f, siteAt(location, 'scalar', locals.scalar, r, c, 1, columnSide.axis));
      }
    }
  }
}

/** Returns the position in the result of the element in row `r` and column `c` of a tile. */
export function siteAt(
  location: TileLocation,
  kind: DotSite['kind'],
  value: LocalId,
  r: number,
  c: number,
  lanes: DotSite['lanes'],
  axis: DotSite['axis'],
): DotSite {
  const row = { local: location.row, offset: r };
  const column = { local: location.column, offset: c };
  const [m, n] = location.columnSide.axis === 'n' ? [row, column] : [column, row];
  const offset = (r * location.rowSide.out + c * location.columnSide.out) * location.bytes;
  return { kind, value, lanes, axis, batch: location.batch, m, n, address: { local: location.address, offset } };
}

function lanesOf(rest: number): DotSite['lanes'] {
  return rest >= 4 ? 4 : rest === 3 ? 3 : rest === 2 ? 2 : 1;
}

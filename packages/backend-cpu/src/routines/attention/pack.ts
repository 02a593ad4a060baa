import { moduleFunction } from '../../emit/math/module-function.ts';
import { emitTranspose4 } from '../../emit/transpose.ts';
import { type Callable, type FunctionBuilder, forRange, type LocalId, type ModuleBuilder } from '../../wasm/index.ts';
import { advance, setPointer } from '../addressing.ts';
import { PANEL, TILE_ROWS } from './product.ts';

/** A matrix in an operand: bytes between rows and columns, and the number of columns. */
export interface Matrix {
  readonly row: number;
  readonly column: number;
  readonly columns: number;
}

/** Largest distance in bytes between rows that are read in place: more rows would be in as many pages. */
const FAR = 2048;

/** Distances that map rows to the same lines of the L1 cache are multiples of this number of bytes. */
const CONFLICT = 1024;

/** How products read the rows of a matrix, in place or in a copy: bytes between rows, and between columns. */
export interface Rows {
  readonly source: Matrix;
  readonly isCopied: boolean;
  readonly row: number;
  readonly term: number;
}

/**
 * Decides whether products read blocks of rows in place. They read whole tiles, so lengths must then be multiples of those of
 * tiles.
 *
 * @param copiedRow bytes between copied rows
 * @param tiles number of rows that a left operand reads in tiles, or null for none; and whether a right operand reads panels
 */
export function rowsOf(
  source: Matrix,
  copiedRow: number,
  tiles: { readonly rows: number | null; readonly panels: boolean },
): Rows {
  const { row, column, columns } = source;
  const isNear = (column === 4 && row === 4 * columns) || (row <= FAR && row % CONFLICT !== 0);
  const fitsRows = tiles.rows === null || tiles.rows % TILE_ROWS === 0;
  const fitsPanels = !tiles.panels || (column === 4 && columns % PANEL === 0);
  return isNear && fitsRows && fitsPanels
    ? { source, isCopied: false, row, term: column }
    : { source, isCopied: true, row: copiedRow, term: 4 };
}

/**
 * Writes code that sets `target` to the address of rows that products can read: in the matrix, or of a copy of the rows at `copy`.
 */
export function placeRows(
  f: FunctionBuilder,
  module: ModuleBuilder,
  { source, isCopied, row }: Rows,
  from: { readonly matrix: LocalId; readonly first: LocalId; readonly rows: LocalId },
  copy: LocalId,
  target: LocalId,
): void {
  setPointer(f, target, from.matrix, from.first, source.row);
  if (!isCopied) return;
  f.get(target)
    .get(copy)
    .get(from.rows)
    .call(copyRowsFunction(module, source, row));
  f.get(copy).set(target);
}

/**
 * Returns the function (from, to, rows) that copies rows of a matrix, times a factor.
 *
 * @param toRow bytes between the copied rows
 */
export function copyRowsFunction(module: ModuleBuilder, { row, column, columns }: Matrix, toRow: number, factor = 1) {
  const name = `attention.copy.${[row, column, columns, toRow, factor].join('.')}`;
  return moduleFunction(module, name, ['i32', 'i32', 'i32'], null, (f) => {
    const [from, to, rows] = [0, 1, 2];
    const [i, c, source, target] = f.locals('i32', 4);
    const inVectors = column === 4 ? columns - (columns % 4) : 0;
    forRange(
      f,
      i,
      0,
      (g) => g.get(rows),
      1,
      () => {
        f.get(from).set(source).get(to).set(target);
        forRange(f, c, 0, inVectors, 4, () => {
          f.get(target).get(source).load('v128.load');
          if (factor !== 1) f.f32x4(factor).op('f32x4.mul');
          f.store('v128.store');
          advance(f, source, 16);
          advance(f, target, 16);
        });
        forRange(f, c, inVectors, columns, 1, () => {
          f.get(target).get(source).load('f32.load');
          if (factor !== 1) f.f32(factor).op('f32.mul');
          f.store('f32.store');
          advance(f, source, column);
          advance(f, target, 4);
        });
        advance(f, from, row);
        advance(f, to, toRow);
      },
    );
  });
}

/**
 * Returns the function (from, to, rows) that copies a matrix in panels of eight rows, each transposed: the elements of a column
 * in these rows are adjacent. The last panel repeats the last row.
 */
export function transposeRowsFunction(module: ModuleBuilder, { row, column, columns }: Matrix): Callable {
  const name = `attention.transpose.${[row, column, columns].join('.')}`;
  return moduleFunction(module, name, ['i32', 'i32', 'i32'], null, (f) => {
    const [from, to, rows] = [0, 1, 2];
    const [i, c, r] = f.locals('i32', 3);
    const sources = f.locals('i32', PANEL);
    const tile = f.locals('v128', 4);
    const spare = f.locals('v128', 4);
    const inVectors = column === 4 ? columns - (columns % 4) : 0;
    forRange(
      f,
      i,
      0,
      (g) => g.get(rows),
      PANEL,
      () => {
        for (const [lane, source] of sources.entries()) {
          f.get(i).i32(lane).op('i32.add').tee(r);
          f.get(rows).i32(1).op('i32.sub').get(r).get(rows).op('i32.lt_s', 'select');
          f.i32(row).op('i32.mul').get(from).op('i32.add').set(source);
        }
        forRange(f, c, 0, inVectors, 4, () => {
          for (const half of [0, 4]) {
            for (const [lane, local] of tile.entries())
              f.get(sources[half + lane])
                .load('v128.load')
                .set(local);
            emitTranspose4(f, tile, tile, spare);
            for (const [lane, local] of tile.entries())
              f.get(to)
                .get(local)
                .store('v128.store', 4 * (PANEL * lane + half));
          }
          for (const source of sources) advance(f, source, 16);
          advance(f, to, 16 * PANEL);
        });
        forRange(f, c, inVectors, columns, 1, () => {
          for (const [lane, source] of sources.entries()) {
            f.get(to)
              .get(source)
              .load('f32.load')
              .store('f32.store', 4 * lane);
            advance(f, source, column);
          }
          advance(f, to, 4 * PANEL);
        });
      },
    );
  });
}

/**
 * Returns the function (from, to, rows, factors) that copies rows times a factor of each row, which is
 * `factors[row * factorStep]`; a factor step of 0 multiplies all rows by the same factor.
 */
export function storeRowsFunction(module: ModuleBuilder, fromRow: number, columns: number, factorStep: number) {
  const name = `attention.store.${[fromRow, columns, factorStep].join('.')}`;
  return moduleFunction(module, name, ['i32', 'i32', 'i32', 'i32'], null, (f) => {
    const [from, to, rows, factors] = [0, 1, 2, 3];
    const [i, c, source] = f.locals('i32', 3);
    const factor = f.local('v128');
    const inVectors = columns - (columns % 4);
    forRange(
      f,
      i,
      0,
      (g) => g.get(rows),
      1,
      () => {
        f.get(factors).load('v128.load32_splat').set(factor).get(from).set(source);
        forRange(f, c, 0, inVectors, 4, () => {
          f.get(to).get(source).load('v128.load').get(factor).op('f32x4.mul').store('v128.store');
          advance(f, source, 16);
          advance(f, to, 16);
        });
        forRange(f, c, inVectors, columns, 1, () => {
          f.get(to).get(source).load('f32.load').get(factor).lane('f32x4.extract_lane', 0).op('f32.mul');
          f.store('f32.store');
          advance(f, source, 4);
          advance(f, to, 4);
        });
        advance(f, from, fromRow);
        advance(f, factors, factorStep);
      },
    );
  });
}

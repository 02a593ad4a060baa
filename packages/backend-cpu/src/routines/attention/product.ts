import { moduleFunction } from '../../emit/math/module-function.ts';
import { type Callable, forRange, type ModuleBuilder } from '../../wasm/index.ts';
import { advance } from '../addressing.ts';
import { dotElements } from '../dot/element.ts';
import { emitProducts, tileLocals } from '../dot/tile.ts';

/** Rows of the tiles whose sums are kept in registers. */
export const TILE_ROWS = 4;

/** Columns of these tiles. */
export const PANEL = 8;

/** How the operands and the result of a product are stored, in bytes. */
export interface ProductForm {
  /** Distances between rows, and between the terms of a sum, of the left operand. */
  readonly left: { readonly row: number; readonly term: number };
  /** Distances between panels of eight columns, and between terms, of the right operand. */
  readonly right: { readonly panel: number; readonly term: number };
  /** Distance between rows of the result. */
  readonly result: number;
  /** Whether the products are added to the result. */
  readonly adds: boolean;
  /** Factor of the products. Default: 1. */
  readonly factor?: number;
}

/**
 * Returns the function (left, right, result, tiles, panels, terms) of a product of matrices in whole tiles of 4 rows and 8
 * columns. Rows and columns past the end of an operand must be in memory, whatever they contain.
 */
export function productFunction(
  module: ModuleBuilder,
  { left, right, result, adds, factor = 1 }: ProductForm,
): Callable {
  const name = `attention.product.${[left.row, left.term, right.panel, right.term, result, Number(adds), factor].join('.')}`;
  return moduleFunction(module, name, ['i32', 'i32', 'i32', 'i32', 'i32', 'i32'], null, (f) => {
    const [leftBase, rightBase, resultBase, tiles, panels, terms] = [0, 1, 2, 3, 4, 5];
    const [panel, tile, lefts, results, splat, column] = f.locals('i32', 6);
    const locals = tileLocals(f, TILE_ROWS, 2, 1);
    const eachSum = (body: (sum: number, offset: number) => void): void => {
      for (const [i, sum] of locals.sums.entries()) body(sum, result * Math.floor(i / 2) + 16 * (i % 2));
    };
    forRange(
      f,
      panel,
      0,
      (g) => g.get(panels),
      1,
      () => {
        f.get(leftBase).set(lefts).get(resultBase).set(results);
        forRange(
          f,
          tile,
          0,
          (g) => g.get(tiles),
          1,
          () => {
            eachSum((sum, offset) => {
              if (adds) f.get(results).load('v128.load', offset);
              else f.f32x4(0);
              f.set(sum);
            });
            f.get(lefts).set(splat).get(rightBase).set(column);
            emitProducts(
              f,
              dotElements.float32,
              TILE_ROWS,
              2,
              locals,
              { pointers: [splat], lane: left.row, steps: [left.term] },
              { pointers: [column], lane: 0, steps: [right.term] },
              [{ local: terms }],
            );
            eachSum((sum, offset) => {
              f.get(results).get(sum);
              if (factor !== 1) f.f32x4(factor).op('f32x4.mul');
              f.store('v128.store', offset);
            });
            advance(f, lefts, TILE_ROWS * left.row);
            advance(f, results, TILE_ROWS * result);
          },
        );
        advance(f, rightBase, right.panel);
        advance(f, resultBase, 4 * PANEL);
      },
    );
  });
}

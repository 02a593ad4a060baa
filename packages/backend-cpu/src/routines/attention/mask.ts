import { moduleFunction } from '../../emit/math/module-function.ts';
import { type Callable, type FunctionBuilder, forRange, type ModuleBuilder } from '../../wasm/index.ts';
import { advance } from '../addressing.ts';

/** How a mask is stored, in bytes, and whether it is added to the scores. */
export interface MaskForm {
  readonly isAdded: boolean;
  readonly row: number;
  readonly column: number;
}

const params = ['i32', 'i32', 'i32', 'i32'] as const;

/** Writes a loop over rows, with the address of each row of the block in local 0. */
function eachRow(f: FunctionBuilder, rows: number, row: number, body: () => void): void {
  const i = f.local('i32');
  forRange(
    f,
    i,
    0,
    (g) => g.get(rows),
    1,
    () => {
      body();
      advance(f, 0, row);
    },
  );
}

/**
 * Returns the function (block, mask, rows, columns) that adds a mask to a block, or replaces what a mask of bool hides by
 * `hidden`.
 *
 * @param row bytes between rows of the block
 */
export function maskFunction(module: ModuleBuilder, row: number, mask: MaskForm, hidden: number): Callable {
  const name = `attention.mask.${[row, mask.row, mask.column, Number(mask.isAdded), hidden].join('.')}`;
  return moduleFunction(module, name, params, null, (f) => {
    const [block, masks, rows, columns] = [0, 1, 2, 3];
    const [c, at, from] = f.locals('i32', 3);
    const inVectors = mask.column === (mask.isAdded ? 4 : 1);
    eachRow(f, rows, row, () => {
      f.get(block).set(at).get(masks).set(from).i32(0).set(c);
      if (inVectors) {
        forRange(
          f,
          c,
          0,
          (g) => g.get(columns).i32(-4).op('i32.and'),
          4,
          () => {
            f.get(at);
            if (mask.isAdded) f.get(at).load('v128.load').get(from).load('v128.load').op('f32x4.add');
            else {
              f.f32x4(hidden).get(at).load('v128.load').get(from).load('v128.load32_zero');
              f.op('i16x8.extend_low_i8x16_u', 'i32x4.extend_low_i16x8_u').i32x4(0).op('i32x4.eq', 'v128.bitselect');
            }
            f.store('v128.store');
            advance(f, at, 16);
            advance(f, from, 4 * mask.column);
          },
        );
      }
      forRange(
        f,
        c,
        (g) => g.get(c),
        (g) => g.get(columns),
        1,
        () => {
          if (mask.isAdded)
            f.get(at).get(at).load('f32.load').get(from).load('f32.load').op('f32.add').store('f32.store');
          else
            f.get(from)
              .load('i32.load8_u')
              .op('i32.eqz')
              .if(() => f.get(at).f32(hidden).store('f32.store'));
          advance(f, at, 4);
          advance(f, from, mask.column);
        },
      );
      advance(f, masks, mask.row);
    });
  });
}

/**
 * Returns the function (block, first, rows, columns) that replaces the elements after column `first` of the first row, column
 * `first + 1` of the second, and so on, by `hidden`. Columns are a multiple of 4, and `first` may be negative.
 */
export function causalFunction(module: ModuleBuilder, row: number, hidden: number): Callable {
  return moduleFunction(module, `attention.causal.${row}.${hidden}`, params, null, (f) => {
    const [block, first, rows, columns] = [0, 1, 2, 3];
    const [c, at] = f.locals('i32', 2);
    eachRow(f, rows, row, () => {
      f.get(first)
        .i32(1)
        .op('i32.add')
        .i32(-4)
        .op('i32.and')
        .tee(c)
        .i32(0)
        .get(c)
        .i32(0)
        .op('i32.gt_s', 'select')
        .set(c);
      f.get(block).get(c).i32(4).op('i32.mul', 'i32.add').set(at);
      forRange(
        f,
        c,
        (g) => g.get(c),
        (g) => g.get(columns),
        4,
        () => {
          f.get(at).f32x4(hidden).get(at).load('v128.load');
          f.get(c).op('i32x4.splat').i32x4(0, 1, 2, 3).op('i32x4.add').get(first).op('i32x4.splat', 'i32x4.gt_s');
          f.op('v128.bitselect').store('v128.store');
          advance(f, at, 16);
        },
      );
      advance(f, first, 1);
    });
  });
}

/** Returns the function (block, first, rows, columns) that fills the columns from `first` on with -Infinity. */
export function paddingFunction(module: ModuleBuilder, row: number): Callable {
  return moduleFunction(module, `attention.padding.${row}`, params, null, (f) => {
    const [block, first, rows, columns] = [0, 1, 2, 3];
    const c = f.local('i32');
    eachRow(f, rows, row, () => {
      forRange(
        f,
        c,
        (g) => g.get(first),
        (g) => g.get(columns),
        1,
        () => {
          f.get(block).get(c).i32(4).op('i32.mul', 'i32.add').f32(Number.NEGATIVE_INFINITY).store('f32.store');
        },
      );
    });
  });
}

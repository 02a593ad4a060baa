import type { FunctionBuilder, LocalId } from '../../wasm/index.ts';
import type { DotEpilogue } from '../dot/contract.ts';

/** Rows and columns of a block: `width` columns are computed, and the first `columns` of them are stored. */
export interface BlockSize {
  readonly rows: number;
  readonly width: number;
  readonly columns: number;
}

/** Locals of the function that multiplies. */
export interface BlockLocals {
  /** Addresses of the first row of the left operand, its notes (see `Division`), and the terms of the right operand. */
  readonly left: LocalId;
  readonly notes: LocalId;
  readonly right: LocalId;
  /** First row and column of the block. */
  readonly row: LocalId;
  readonly column: LocalId;
  readonly k: LocalId;
  readonly factor: LocalId;
  readonly bytes: readonly LocalId[];
  readonly terms: readonly LocalId[];
  readonly sums: readonly LocalId[];
  readonly ones: LocalId;
}

/** Declares the locals of blocks of at most eight vectors of sums. */
export function blockLocals(f: FunctionBuilder): BlockLocals {
  const [left, notes, right, row, column, k] = f.locals('i32', 6);
  const [factor, ones] = f.locals('v128', 2);
  const vectors = { bytes: f.locals('v128', 2), terms: f.locals('v128', 8), sums: f.locals('v128', 8) };
  return { left, notes, right, row, column, k, factor, ones, ...vectors };
}

/** Writes the epilogue of the sums of a block. */
export function storeBlock(
  f: FunctionBuilder,
  { row, column, sums }: BlockLocals,
  { rows, width, columns }: BlockSize,
  epilogue: DotEpilogue,
): void {
  for (let r = 0; r < rows; r++) {
    for (let v = 0; 4 * v < columns; v++) {
      const n = { local: column, offset: 4 * v };
      epilogue.store(f, {
        kind: 'vector',
        value: sums[(r * width) / 4 + v],
        lanes: lanesOf(columns - 4 * v),
        axis: 'n',
        batch: [],
        m: { local: row, offset: r },
        n,
        address: n,
      });
    }
  }
}

function lanesOf(columns: number): 1 | 2 | 3 | 4 {
  return columns >= 4 ? 4 : columns === 3 ? 3 : columns === 2 ? 2 : 1;
}

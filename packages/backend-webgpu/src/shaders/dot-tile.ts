import type { DotAttributes } from '@manabi/compiler';
import { sizeOf } from '@manabi/ir';

/** How a product is divided among invocations. */
export type DotTile =
  /** An invocation sums one result. */
  | { readonly kind: 'plain' }
  /** The lanes of a workgroup share the terms of one result. */
  | { readonly kind: 'lanes'; readonly lanes: number }
  /**
   * A workgroup computes `rows` x `columns` results, from tiles of `depth` terms in workgroup memory; each invocation
   * computes `threadRows` x `threadColumns` of them, the latter in vectors of four.
   */
  | {
      readonly kind: 'tile';
      readonly rows: number;
      readonly columns: number;
      readonly depth: number;
      readonly threadRows: number;
      readonly threadColumns: number;
    };

const small: DotTile = { kind: 'tile', rows: 32, columns: 32, depth: 16, threadRows: 4, threadColumns: 4 };
const large: DotTile = { kind: 'tile', rows: 64, columns: 64, depth: 16, threadRows: 8, threadColumns: 8 };

/** Workgroups below which large tiles would leave parts of a GPU idle. */
const FEW_GROUPS = 64;

/** Chooses the tile by shape alone: a choice by timing would make bits depend on the load of the machine. */
export function dotTile({ batch, rows, columns, contract }: DotAttributes): DotTile {
  const [batches, m, n, k] = [batch, rows, columns, contract].map(sizeOf);
  if (m < 8 || n < 8) {
    const results = batches * m * n;
    return k >= 128 && results < 65_536 ? { kind: 'lanes', lanes: k >= 1024 ? 256 : 64 } : { kind: 'plain' };
  }
  const groups = batches * Math.ceil(m / 64) * Math.ceil(n / 64);
  return m >= 64 && n >= 64 && groups >= FEW_GROUPS ? large : small;
}

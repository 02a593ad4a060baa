import type { DotAttributes } from '@manabi/compiler';
import { sizeOf } from '@manabi/ir';

/** Division of a matrix product among invocations and workgroups. */
export type DotTile =
  /** Each invocation computes one result. */
  | { readonly kind: 'plain' }
  /** The invocations of a workgroup (its lanes) share the terms of one result. */
  | { readonly kind: 'lanes'; readonly lanes: number }
  /**
   * Each workgroup computes `rows` x `columns` results, from tiles of `depth` terms in workgroup memory. Each
   * invocation computes `threadRows` x `threadColumns` of these results, in vectors of four columns.
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

/** Number of workgroups below which large tiles would leave parts of a GPU idle. */
const FEW_GROUPS = 64;

/**
 * Chooses the division of a product from its shape alone. If measured times decided, the bits of results would depend
 * on the load of the machine.
 */
export function dotTile({ batch, rows, columns, contract }: DotAttributes): DotTile {
  const [batches, m, n, k] = [batch, rows, columns, contract].map(sizeOf);
  if (m < 8 || n < 8) {
    const results = batches * m * n;
    return k >= 128 && results < 65_536 ? { kind: 'lanes', lanes: k >= 1024 ? 256 : 64 } : { kind: 'plain' };
  }
  const groups = batches * Math.ceil(m / 64) * Math.ceil(n / 64);
  return m >= 64 && n >= 64 && groups >= FEW_GROUPS ? large : small;
}

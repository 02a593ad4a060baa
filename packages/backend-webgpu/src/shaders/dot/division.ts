import type { DotAttributes } from '@manabi/compiler';
import { sizeOf } from '@manabi/ir';
import type { Tuning } from '../../device/tuning.ts';

/** Division of a matrix product among invocations and workgroups. */
export type DotDivision =
  /** Each invocation computes one result. */
  | { readonly kind: 'plain' }
  /** The invocations of a workgroup (its lanes) share the terms of one result. */
  | { readonly kind: 'lanes'; readonly lanes: number }
  /**
   * Each invocation computes `rows` x `columns` results in registers. A workgroup has `lanesDown` x `lanesAcross`
   * invocations.
   */
  | {
      readonly kind: 'block';
      readonly rows: number;
      readonly columns: number;
      readonly lanesDown: number;
      readonly lanesAcross: number;
    }
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

const smallTile: DotDivision = { kind: 'tile', rows: 32, columns: 32, depth: 16, threadRows: 4, threadColumns: 4 };
const largeTile: DotDivision = { kind: 'tile', rows: 64, columns: 64, depth: 16, threadRows: 8, threadColumns: 8 };

/** Number of workgroups below which large tiles would leave parts of a GPU idle. */
const FEW_GROUPS = 64;

/** Number of invocations below which large blocks would leave cores idle that run shaders as software. */
const FEW_BLOCKS = 128;

/**
 * Chooses the division of a product from its shape and the tuning alone. If measured times decided, the bits of results
 * would depend on the load of the machine.
 */
export function divisionOf({ batch, rows, columns, contract }: DotAttributes, tuning: Tuning): DotDivision {
  const [batches, m, n, k] = [batch, rows, columns, contract].map(sizeOf);
  // A block has at least four columns and four rows, a tile at least 32.
  const shortest = tuning === 'software' ? 3 : 8;
  if (m < shortest || n < shortest) {
    const results = batches * m * n;
    return k >= 128 && results < 65_536 ? { kind: 'lanes', lanes: k >= 1024 ? 256 : 64 } : { kind: 'plain' };
  }
  if (tuning === 'software') return blockOf(batches, m, n);
  const groups = batches * Math.ceil(m / 64) * Math.ceil(n / 64);
  return m >= 64 && n >= 64 && groups >= FEW_GROUPS ? largeTile : smallTile;
}

function blockOf(batches: number, m: number, n: number): DotDivision {
  const isLarge = batches * Math.ceil(m / 8) * Math.ceil(n / 8) >= FEW_BLOCKS;
  const [rows, columns] = [m > 4 && isLarge ? 8 : 4, n > 4 && isLarge ? 8 : 4];
  return { kind: 'block', rows, columns, lanesDown: 8, lanesAcross: 4 };
}

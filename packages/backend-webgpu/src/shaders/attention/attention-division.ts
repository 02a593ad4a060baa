import type { AttentionAttributes } from '@manabi/compiler';
import type { Tuning } from '../../device/tuning.ts';

/** Each invocation computes `rows` results, and visits keys in blocks of `columns`, a multiple of four. */
export interface AttentionBlock {
  readonly kind: 'block';
  readonly rows: number;
  readonly columns: number;
  /** Number of invocations of a workgroup. */
  readonly lanes: number;
  readonly groupsPerBatch: number;
}

/** Each workgroup computes `TILE` results, from tiles of keys and values in workgroup memory. */
export interface AttentionTile {
  readonly kind: 'tile';
  readonly groupsPerBatch: number;
}

/** Division of an attention among invocations and workgroups. */
export type AttentionDivision = AttentionBlock | AttentionTile;

/** Number of queries and of keys of a tile. */
export const TILE = 32;

/** Largest number of vectors of four results that an invocation keeps; drivers compile larger arrays slowly. */
const MOST_VECTORS = 64;

/** Chooses the division of an attention from its shape and the tuning. */
export function attentionDivision({ queries, keys, width }: AttentionAttributes, tuning: Tuning): AttentionDivision {
  if (tuning === 'hardware') return { kind: 'tile', groupsPerBatch: Math.ceil(queries / TILE) };
  const rows = Math.min(4, queries, Math.floor(MOST_VECTORS / Math.ceil(width / 4)));
  const [columns, lanes] = [keys > 4 ? 8 : 4, 8];
  return { kind: 'block', rows, columns, lanes, groupsPerBatch: Math.ceil(queries / (rows * lanes)) };
}

import type { AttentionAttributes } from '@manabi/compiler';
import type { Tuning } from '../../device/tuning.ts';

/** Each invocation computes the results of `rows` rows, and visits others in blocks of `columns`, a multiple of four. */
export interface AttentionBlock {
  readonly kind: 'block';
  readonly rows: number;
  readonly columns: number;
  /** Number of invocations of a workgroup. */
  readonly lanes: number;
  readonly groupsPerBatch: number;
}

/** Each workgroup computes the results of `TILE` rows, from tiles in workgroup memory. */
export interface AttentionTile {
  readonly kind: 'tile';
  readonly groupsPerBatch: number;
}

/** Returns the number of batches of an attention. */
export const batchesOf = ({ batch }: AttentionAttributes): number =>
  batch.reduce((product, length) => product * length, 1);

/** Division of an attention among invocations and workgroups. */
export type AttentionDivision = AttentionBlock | AttentionTile;

/** Number of rows, and of visited rows, of a tile. */
export const TILE = 32;

/** Number of rows of a block, and of rows that it visits at a time. */
const [ROWS, VISITED] = [4, 8];

/** Largest number of vectors of four results that an invocation keeps; drivers compile larger arrays slowly. */
const MOST_VECTORS = 64;

/** Chooses the division for shaders that compute `width` results for each query. */
export function divideQueries(
  { queries, keys }: AttentionAttributes,
  width: number,
  tuning: Tuning,
): AttentionDivision {
  const rows = Math.min(ROWS, Math.floor(MOST_VECTORS / Math.ceil(width / 4)));
  return tuning === 'hardware' ? tilesOf(queries) : blocksOf(queries, rows, keys > 4 ? VISITED : 4);
}

/** Chooses the division for shaders that compute the gradients of each key and value. */
export function divideKeys({ keys, features, width }: AttentionAttributes, tuning: Tuning): AttentionDivision {
  if (tuning === 'hardware') return tilesOf(keys);
  const vectors = Math.ceil(features / 4) + Math.ceil(width / 4);
  // Twice as many products are computed at a time as for queries, and two results.
  return blocksOf(keys, Math.min(ROWS, Math.floor((2 * MOST_VECTORS) / vectors)), VISITED / 2);
}

const tilesOf = (count: number): AttentionTile => ({ kind: 'tile', groupsPerBatch: Math.ceil(count / TILE) });

function blocksOf(count: number, mostRows: number, columns: number): AttentionBlock {
  const rows = Math.min(mostRows, count);
  const lanes = 8;
  return { kind: 'block', rows, columns, lanes, groupsPerBatch: Math.ceil(count / (rows * lanes)) };
}

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

/** Division of an attention among invocations and workgroups. */
export type AttentionDivision = AttentionBlock | AttentionTile;

/** Number of rows, and of visited rows, of a tile. */
export const TILE = 32;

/** Largest number of vectors of four results that an invocation keeps; drivers compile larger arrays slowly. */
const MOST_VECTORS = 64;

/** Chooses the division for shaders that compute `width` results for each query. */
export const divideQueries = (
  { queries, keys }: AttentionAttributes,
  width: number,
  tuning: Tuning,
): AttentionDivision => divideRows(queries, keys, width, tuning);

/** Chooses the division for shaders that compute the gradients of each key and value. */
export const divideKeys = (attributes: AttentionAttributes, tuning: Tuning): AttentionDivision => {
  const { queries, keys, features, width } = attributes;
  return divideRows(keys, queries, features + width, tuning);
};

function divideRows(own: number, visited: number, width: number, tuning: Tuning): AttentionDivision {
  if (tuning === 'hardware') return { kind: 'tile', groupsPerBatch: Math.ceil(own / TILE) };
  const rows = Math.max(1, Math.min(4, own, Math.floor(MOST_VECTORS / Math.ceil(width / 4))));
  const [columns, lanes] = [visited > 4 ? 8 : 4, 8];
  return { kind: 'block', rows, columns, lanes, groupsPerBatch: Math.ceil(own / (rows * lanes)) };
}

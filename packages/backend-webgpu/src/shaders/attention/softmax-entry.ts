import type { EntryPoint } from '../entry-point.ts';
import type { AttentionDivision } from './attention-division.ts';
import { softmaxBlock } from './softmax-block.ts';
import type { SoftmaxRows } from './softmax-rows.ts';
import { softmaxTile } from './softmax-tile.ts';

/** Returns code that visits the keys of each query, in blocks or tiles. */
export const softmaxEntry = (rows: SoftmaxRows, division: AttentionDivision): EntryPoint =>
  division.kind === 'tile' ? softmaxTile(rows, division) : softmaxBlock(rows, division);

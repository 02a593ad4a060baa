import type { OpName } from '@manabi/ir';
import { contractionRows } from './contraction.ts';
import { controlRows } from './control.ts';
import { binaryRows } from './elementwise-binary.ts';
import { unaryRows } from './elementwise-unary.ts';
import { indexingRows } from './indexing.ts';
import { layoutRows } from './layout.ts';
import { reduceRows } from './reduce.ts';
import type { Row } from './row.ts';
import { sourceRows } from './source.ts';
import { windowRows } from './windows.ts';

/** Descriptions of how to write each operator of a graph in ONNX, by operator name. */
export const rows: { readonly [K in OpName]: Row<K> } = {
  ...sourceRows,
  ...unaryRows,
  ...binaryRows,
  ...reduceRows,
  ...layoutRows,
  ...indexingRows,
  ...contractionRows,
  ...windowRows,
  ...controlRows,
};

import type { DType } from '@manabi/ir';
import type { Length } from '../symbolic/length.ts';

/** Dtypes of values in a file: the dtypes of graphs, and int64, which only shapes and indices have. */
export type TermDType = DType | 'int64';

/** A value in an ONNX file, identified by its name. */
export interface Term {
  readonly name: string;
  readonly dtype: TermDType;
}

/**
 * A broadcast of the value `source` that is not written as a node yet. Axis i of `source` is axis `axes[i]` of `shape`,
 * and `source` is repeated along the other axes. Operators that broadcast implicitly read `source` itself; a node is
 * only written for other operators.
 */
export interface Spread {
  readonly source: Term;
  readonly sourceShape: readonly Length[];
  readonly axes: readonly number[];
  readonly shape: readonly Length[];
}

/**
 * Representation of a value of a graph in the file: a value of the file, or a broadcast of one that is not written yet.
 */
export type Bound = Term | Spread;

export function isSpread(bound: Bound): bound is Spread {
  return 'source' in bound;
}

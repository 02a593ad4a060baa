import type { DType } from '@manabi/ir';
import type { Length } from '../symbolic/length.ts';

/** Element types of values in a file: those of graphs, and int64 where ONNX wants shapes and places. */
export type TermDType = DType | 'int64';

/** A value in a file: its name and element type. */
export interface Term {
  readonly name: string;
  readonly dtype: TermDType;
}

/**
 * A value that is not written yet: axis i of the source is axis `axes[i]` of `shape`, the others repeat it. Operators that
 * broadcast read the source itself; only for others the repetition is written.
 */
export interface Spread {
  readonly source: Term;
  readonly sourceShape: readonly Length[];
  readonly axes: readonly number[];
  readonly shape: readonly Length[];
}

/** What stands for a value of a graph. */
export type Bound = Term | Spread;

export function isSpread(bound: Bound): bound is Spread {
  return 'source' in bound;
}

import type { DType } from '@manabi/ir';
import type { Length } from '../symbolic/length.ts';

/** Dtypes of values in a file: those of graphs, and int64 for shapes and indices. */
export type TermDType = DType | 'int64';

/** A value in a file: its name and dtype. */
export interface Term {
  readonly name: string;
  readonly dtype: TermDType;
}

/**
 * An unwritten broadcast: axis i of the source becomes axis `axes[i]` of `shape`; the source is repeated along the other
 * axes. Broadcasting operators read the source itself; the broadcast is only written for other operators.
 */
export interface Spread {
  readonly source: Term;
  readonly sourceShape: readonly Length[];
  readonly axes: readonly number[];
  readonly shape: readonly Length[];
}

/** Representation of a value of a graph. */
export type Bound = Term | Spread;

export function isSpread(bound: Bound): bound is Spread {
  return 'source' in bound;
}

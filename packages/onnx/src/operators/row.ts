import type { Attributes, OpName } from '@manabi/ir';
import type { OpenNode } from '../symbolic/open-graph.ts';
import type { Scope } from '../write/scope.ts';
import type { Bound } from '../write/term.ts';

/** How an operator is written. */
export interface Row<K extends OpName> {
  /** The attributes that may depend on open lengths; all others are refused if they do. */
  readonly open?: readonly (keyof Attributes[K] & string)[];
  /** Those that may be a number over an open length. */
  readonly quotients?: readonly (keyof Attributes[K] & string)[];
  /** Writes nodes; gives what stands for each result. */
  readonly write: (scope: Scope, node: OpenNode<K>) => readonly Bound[];
}

/** The rows of a family of operators. */
export type Rows<K extends OpName> = { readonly [Op in K]: Row<Op> };

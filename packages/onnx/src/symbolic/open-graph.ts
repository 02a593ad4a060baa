import type { Attributes, DType, Graph, ManabiError, Node, OpName, Value } from '@manabi/ir';
import type { Quotient } from './fit-quotient.ts';
import type { Length, OpenLength } from './length.ts';

/** Type of a value, whose shape may depend on variable lengths. */
export interface OpenType {
  readonly dtype: DType;
  readonly shape: readonly Length[];
}

/** A node in one of the traced graphs, with the types of the values of this graph. */
export interface TracedNode {
  readonly node: Node;
  readonly types: Graph['types'];
}

/** A node whose attributes may depend on variable lengths. */
export type OpenNode<K extends OpName = OpName> = {
  [Op in K]: {
    readonly op: Op;
    readonly operands: readonly Value[];
    /** Attributes of the node in the first traced graph. Numbers in `open` and `quotients` replace them. */
    readonly attributes: Attributes[Op];
    readonly results: readonly Value[];
    /**
     * Formulas of the numbers in the attributes that depend on variable lengths, by path in the attributes, such as
     * `limit.0`.
     */
    readonly open: ReadonlyMap<string, OpenLength>;
    /** Numbers in the attributes that are a constant divided by a variable length, by path in the attributes. */
    readonly quotients: ReadonlyMap<string, Quotient>;
    /**
     * Whether the padding of sliding windows depends on lengths as for Keras's padding `same`: the result has one window per
     * step, and the larger half of the padding follows the input. `padding` in the attributes is that of the first traced
     * graph.
     */
    readonly isSamePadded: boolean;
    /** Graphs in the attributes, such as loop bodies, by attribute name. */
    readonly bodies: ReadonlyMap<string, OpenGraph>;
    /** The errors of graphs in the attributes that depend on lengths in another way, by attribute name. */
    readonly failures: ReadonlyMap<string, ManabiError>;
    /** The node in each traced graph. */
    readonly traced: readonly TracedNode[];
  };
}[K];

/** A length of a result that is no polynomial of other lengths. */
export interface DerivedLength {
  readonly name: string;
  /** The axis of the result that has this length. */
  readonly axis: number;
}

/** A graph whose shapes and attributes may depend on the batch size and other variable lengths. */
export interface OpenGraph {
  readonly inputCount: number;
  readonly types: readonly OpenType[];
  readonly nodes: readonly OpenNode[];
  readonly outputs: readonly Value[];
  /** The results that have derived lengths, on which formulas of later results depend. */
  readonly derived: ReadonlyMap<Value, readonly DerivedLength[]>;
}

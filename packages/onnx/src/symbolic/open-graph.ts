import type { Attributes, DType, OpName, Value } from '@manabi/ir';
import type { Quotient } from './fit-quotient.ts';
import type { Length, OpenLength } from './length.ts';

/** Type of a value, whose shape may depend on variable lengths. */
export interface OpenType {
  readonly dtype: DType;
  readonly shape: readonly Length[];
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
    /** Graphs in the attributes, such as loop bodies, by attribute name. */
    readonly bodies: ReadonlyMap<string, OpenGraph>;
  };
}[K];

/** A graph whose shapes and attributes may depend on the batch size and other variable lengths. */
export interface OpenGraph {
  readonly inputCount: number;
  readonly types: readonly OpenType[];
  readonly nodes: readonly OpenNode[];
  readonly outputs: readonly Value[];
}

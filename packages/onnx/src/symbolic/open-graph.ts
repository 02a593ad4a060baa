import type { Attributes, DType, OpName, Value } from '@manabi/ir';
import type { Quotient } from './fit-quotient.ts';
import type { Length, OpenLength } from './length.ts';

/** Type of a value at every batch size. */
export interface OpenType {
  readonly dtype: DType;
  readonly shape: readonly Length[];
}

/** A node at every batch size. */
export type OpenNode<K extends OpName = OpName> = {
  [Op in K]: {
    readonly op: Op;
    readonly operands: readonly Value[];
    /** At the first batch size that was tried. */
    readonly attributes: Attributes[Op];
    readonly results: readonly Value[];
    /** The numbers among the attributes that depend on open lengths, by path: `limit.0`. */
    readonly open: ReadonlyMap<string, OpenLength>;
    /** Those that are a number over an open length. */
    readonly quotients: ReadonlyMap<string, Quotient>;
    /** The graphs among the attributes, by name. */
    readonly bodies: ReadonlyMap<string, OpenGraph>;
  };
}[K];

/** A graph whose lengths may depend on the batch size. */
export interface OpenGraph {
  readonly inputCount: number;
  readonly types: readonly OpenType[];
  readonly nodes: readonly OpenNode[];
  readonly outputs: readonly Value[];
}

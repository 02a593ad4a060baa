import type { AttributeProto } from '../proto/messages.ts';
import type { OpenType } from '../symbolic/open-graph.ts';
import type { TermDType } from './term.ts';

/** Value of a node's attribute. */
export type AttributeValue =
  | { readonly kind: 'message'; readonly fields: AttributeProto }
  | { readonly kind: 'graph'; readonly graph: DraftGraph };

/** Attributes of a node by name. Attributes with the value undefined are not written. */
export type NodeAttributes = Readonly<Record<string, AttributeValue | undefined>>;

/**
 * A node of a draft graph. Inputs and outputs are names of values; an empty name stands for an omitted optional input.
 */
export interface DraftNode {
  /** Name of the operator, after that of its domain and a dot unless ONNX itself defines it. */
  readonly opType: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: NodeAttributes;
}

/**
 * An input or output of a draft graph. In bodies of loops and branches, the shape may be omitted, because ONNX infers
 * it.
 */
export interface DraftPort {
  readonly name: string;
  readonly dtype: TermDType;
  readonly shape: OpenType['shape'] | null;
}

/**
 * An ONNX graph before it is converted to a protobuf message, so that it can still be optimized: the main graph, or the
 * body of a loop or branch.
 */
export interface DraftGraph {
  readonly name: string;
  readonly inputs: readonly DraftPort[];
  readonly outputs: readonly DraftPort[];
  readonly nodes: readonly DraftNode[];
}

import type { AttributeProto } from '../proto/messages.ts';
import type { OpenType } from '../symbolic/open-graph.ts';
import type { TermDType } from './term.ts';

/** The value of a node's attribute. */
export type AttributeValue =
  | { readonly kind: 'message'; readonly fields: AttributeProto }
  | { readonly kind: 'graph'; readonly graph: DraftGraph };

/** Attributes of a node by name; those that are undefined are left out. */
export type NodeAttributes = Readonly<Record<string, AttributeValue | undefined>>;

/** A node that is being written. An empty name stands for an input that is left out. */
export interface DraftNode {
  readonly opType: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: NodeAttributes;
}

/** An input or output of a graph that is being written; bodies leave out what ONNX finds by itself. */
export interface DraftPort {
  readonly name: string;
  readonly dtype: TermDType;
  readonly shape: OpenType['shape'] | null;
}

/** A graph that is being written: the whole, or the body of a loop or branch. */
export interface DraftGraph {
  readonly name: string;
  readonly inputs: readonly DraftPort[];
  readonly outputs: readonly DraftPort[];
  readonly nodes: readonly DraftNode[];
}

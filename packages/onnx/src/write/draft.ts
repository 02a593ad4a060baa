import type { AttributeProto } from '../proto/messages.ts';
import type { OpenType } from '../symbolic/open-graph.ts';
import type { TermDType } from './term.ts';

/** Value of a node's attribute. */
export type AttributeValue =
  | { readonly kind: 'message'; readonly fields: AttributeProto }
  | { readonly kind: 'graph'; readonly graph: DraftGraph };

/** Attributes of a node by name; undefined ones are omitted. */
export type NodeAttributes = Readonly<Record<string, AttributeValue | undefined>>;

/** A node of a draft. An empty input name stands for an omitted input. */
export interface DraftNode {
  readonly opType: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: NodeAttributes;
}

/** An input or output of a draft; the bodies of loops and branches omit the shapes that ONNX infers. */
export interface DraftPort {
  readonly name: string;
  readonly dtype: TermDType;
  readonly shape: OpenType['shape'] | null;
}

/** A draft of a graph: the main graph, or the body of a loop or branch. */
export interface DraftGraph {
  readonly name: string;
  readonly inputs: readonly DraftPort[];
  readonly outputs: readonly DraftPort[];
  readonly nodes: readonly DraftNode[];
}

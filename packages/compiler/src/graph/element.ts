import {
  type DType,
  type ElementContext,
  type Graph,
  type IndexExpr,
  type IndexSite,
  type Lowering,
  lowerings,
  ManabiError,
  type Node,
  type OpName,
  producers,
  type ScalarOp,
  type Value,
} from '@manabi/ir';
import { formatIndex } from '../plan/format-index.ts';

/** A graph with its values' makers at hand. */
export interface IndexedGraph extends Graph {
  readonly makers: readonly (Node | undefined)[];
}

/** A graph with its values' makers at hand. */
export function indexGraph(graph: Graph): IndexedGraph {
  return { ...graph, makers: producers(graph) };
}

/** What element expressions are made of; `S` is the handle of a scalar. */
export interface ElementTarget<S> {
  /** The element of a value that is at hand, or undefined if it has to be computed from its operands. */
  readonly load: (value: Value, index: readonly IndexExpr[]) => S | undefined;
  readonly constant: (value: number, dtype: DType) => S;
  readonly instruction: (op: ScalarOp, operands: readonly S[], dtype: DType | undefined) => S;
  readonly fromIndex: (index: IndexExpr) => S;
  readonly toIndex: (scalar: S, extent: number, site: IndexSite) => IndexExpr;
}

/**
 * The element of a value at an index, as an expression over elements that are at hand: pointwise operators in between
 * are replaced by what they compute, layouts by index arithmetic.
 */
export class ElementExpressions<S> {
  readonly #graph: IndexedGraph;
  readonly #target: ElementTarget<S>;
  readonly #known = new Map<string, S>();

  constructor(graph: IndexedGraph, target: ElementTarget<S>) {
    this.#graph = graph;
    this.#target = target;
  }

  /** The element of `value` at `index`, loaded if it is at hand. */
  element(value: Value, index: readonly IndexExpr[]): S {
    const key = `${value}:${index.map(formatIndex).join(',')}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const loaded = this.#target.load(value, index);
    const scalar = loaded === undefined ? this.computed(value, index) : loaded;
    this.#known.set(key, scalar);
    return scalar;
  }

  /** The element of `value` at `index`, computed from its operands even if it is at hand. */
  computed(value: Value, index: readonly IndexExpr[]): S {
    const node = this.#graph.makers[value];
    if (node === undefined) {
      throw new ManabiError('graph', `Input ${value} has no memory.`, { data: { value } });
    }
    return pointwiseElement(this.#graph, node, this.contextOf(node), index);
  }

  /** What a lowering of `node` builds its expressions with. */
  contextOf(node: Node): ElementContext<S> {
    const target = this.#target;
    return {
      operand: (position, index) => this.element(node.operands[position], index),
      constant: target.constant,
      instruction: (op, operands, dtype) => target.instruction(op, operands, dtype),
      fromIndex: target.fromIndex,
      toIndex: (scalar, extent) => target.toIndex(scalar, extent, siteOf(node, extent)),
    };
  }
}

function siteOf(node: Node, extent: number): IndexSite {
  const { attributes } = node;
  return { op: node.op, axis: 'axis' in attributes ? attributes.axis : null, extent };
}

/** The lowering of a node's operator, with the types that it asks for. */
export function lowered<K extends OpName>(graph: Graph, node: Node<K>) {
  const lowering: Lowering<K> = lowerings[node.op];
  return {
    lowering,
    node: {
      operands: node.operands.map((operand: Value) => graph.types[operand]),
      results: node.results.map((result: Value) => graph.types[result]),
      attributes: node.attributes,
    },
  };
}

/** An element of a pointwise node's result. */
function pointwiseElement<S>(graph: Graph, node: Node, context: ElementContext<S>, index: readonly IndexExpr[]): S {
  const { lowering, node: facts } = lowered(graph, node);
  if (lowering.class !== 'pointwise') {
    throw new ManabiError('graph', `${node.op} is not pointwise, so its result must have memory.`, { op: node.op });
  }
  return lowering.element(context, index, facts);
}

/** The elements that a node stands for, if it is a source whose elements follow no rule; null otherwise. */
export function storedElements(graph: Graph, node: Node): readonly number[] | null {
  const { lowering, node: facts } = lowered(graph, node);
  return lowering.class === 'pointwise' ? (lowering.stored?.(facts.attributes) ?? null) : null;
}

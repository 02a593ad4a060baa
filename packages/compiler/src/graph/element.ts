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

/** A graph in which the node that computes a value can be looked up (`makers`). */
export interface IndexedGraph extends Graph {
  readonly makers: readonly (Node | undefined)[];
}

/** Returns a graph together with the node that computes each of its values. */
export function indexGraph(graph: Graph): IndexedGraph {
  return { ...graph, makers: producers(graph) };
}

/** Emits the scalar instructions of an element expression. `S` is the type by which it refers to a scalar. */
export interface ElementTarget<S> {
  /**
   * Emits a load of an element of a stored value. Returns undefined if the value is not stored, so its elements must be
   * computed from its operands.
   */
  readonly load: (value: Value, index: readonly IndexExpr[]) => S | undefined;
  readonly constant: (value: number, dtype: DType) => S;
  readonly instruction: (op: ScalarOp, operands: readonly S[], dtype: DType | undefined) => S;
  readonly fromIndex: (index: IndexExpr) => S;
  readonly toIndex: (scalar: S, extent: number, site: IndexSite) => IndexExpr;
}

/**
 * Builds the element of a value at an index as an expression of elements of stored values. Pointwise operators between
 * the two become scalar instructions; layout operators such as transpose become index arithmetic.
 */
export class ElementExpressions<S> {
  readonly #graph: IndexedGraph;
  readonly #target: ElementTarget<S>;
  readonly #known = new Map<string, S>();

  constructor(graph: IndexedGraph, target: ElementTarget<S>) {
    this.#graph = graph;
    this.#target = target;
  }

  /** Returns the element of `value` at `index`, loaded if the value is stored. */
  element(value: Value, index: readonly IndexExpr[]): S {
    const key = `${value}:${index.map(formatIndex).join(',')}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const loaded = this.#target.load(value, index);
    const scalar = loaded === undefined ? this.computed(value, index) : loaded;
    this.#known.set(key, scalar);
    return scalar;
  }

  /** Returns the element of `value` at `index`, computed from its operands even if it is stored. */
  computed(value: Value, index: readonly IndexExpr[]): S {
    const node = this.#graph.makers[value];
    if (node === undefined) {
      throw new ManabiError('graph', `Input %${value} has no memory.`, { data: { value } });
    }
    return pointwiseElement(this.#graph, node, this.contextOf(node), index);
  }

  /**
   * Returns the functions by which the lowering of `node` reads operands and emits instructions when it builds an
   * element.
   */
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

/**
 * Returns the lowering of a node's operator, and the types and attributes of the node, which the functions of the
 * lowering take.
 */
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

/** Emits the element of a pointwise node's result at an index. */
function pointwiseElement<S>(graph: Graph, node: Node, context: ElementContext<S>, index: readonly IndexExpr[]): S {
  const { lowering, node: facts } = lowered(graph, node);
  if (lowering.class !== 'pointwise') {
    throw new ManabiError('graph', `${node.op} is not pointwise, so its result must be stored.`, { op: node.op });
  }
  return lowering.element(context, index, facts);
}

/**
 * Returns the elements of a node's result if it is a constant array, whose elements are known but follow no expression;
 * null for all other nodes.
 */
export function storedElements(graph: Graph, node: Node): readonly number[] | null {
  const { lowering, node: facts } = lowered(graph, node);
  return lowering.class === 'pointwise' ? (lowering.stored?.(facts.attributes) ?? null) : null;
}

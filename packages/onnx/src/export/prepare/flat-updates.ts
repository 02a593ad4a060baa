import {
  type Attributes,
  type Graph,
  type GraphBuilder,
  graphBuilder,
  inputTypes,
  type Node,
  type OpName,
  producers,
  sizeOf,
  type Value,
} from '@manabi/ir';
import { isElementwise } from './elementwise.ts';

/** Largest number of elements of an output that is computed together with others. */
const MOST_ELEMENTS = 2 ** 11;

/** Largest number of values that a structure reads, and of its nodes; the result of a larger structure is a leaf. */
const [MOST_LEAVES, MOST_NODES] = [64, 256];

/**
 * Computes small outputs of equal structure together, such as the new biases of all layers and the moments of an optimizer: the
 * values that they are computed from are joined to vectors, and the results are cut apart again. For few elements, ONNX Runtime
 * takes longer to start a node than to compute it.
 *
 * @returns the graph itself if it has no such outputs
 */
export function flatUpdates(graph: Graph): Graph {
  const structures = new Structures(graph);
  const groups = groupsOf(graph, structures);
  if (groups.length === 0) return graph;
  const builder = graphBuilder();
  const values: Value[] = inputTypes(graph).map((type) => builder.input(type));
  for (const node of graph.nodes) {
    const operands = node.operands.map((operand) => values[operand]);
    const types = node.results.map((result) => graph.types[result]);
    const results = builder.append(node, operands, types);
    for (const [i, result] of node.results.entries()) values[result] = results[i];
  }
  const emitter = new FlatEmitter(builder, graph, structures, values);
  const outputs = new Map(groups.flatMap((group) => emitter.outputsOf(group)));
  return builder.finish(graph.outputs.map((output) => outputs.get(output) ?? values[output]));
}

/** How a value is computed by elementwise operators from other values, its leaves. */
interface Structure {
  /** Equal for values that are computed by the same operators in the same order. */
  readonly id: string;
  readonly nodes: number;
  readonly leaves: readonly Value[];
}

class Structures {
  readonly #graph: Graph;
  readonly #makers: readonly (Node | undefined)[];
  readonly #known = new Map<Value, Structure>();
  readonly #ids = new Map<string, string>();

  constructor(graph: Graph) {
    this.#graph = graph;
    this.#makers = producers(graph);
    // Operands come first, so that long chains need no deep recursion.
    for (const { results } of graph.nodes) for (const result of results) this.of(result);
  }

  of(value: Value): Structure {
    let known = this.#known.get(value);
    if (known === undefined) {
      known = this.#compute(value);
      this.#known.set(value, known);
    }
    return known;
  }

  /** Returns the elementwise node that computes a value; null for leaves and numbers. */
  elementwise(value: Value): Node | null {
    const maker = this.#makers[value];
    return maker !== undefined && isElementwise(maker) && this.of(value).nodes > 0 ? maker : null;
  }

  /** Returns the node that repeats a number; null for other values. */
  number(value: Value): Node<'constant'> | Node<'expand'> | Node<'reshape'> | null {
    const maker = this.#makers[value];
    if (maker?.op === 'constant') return typeof maker.attributes.value === 'number' ? maker : null;
    // A broadcast to one element is a reshape.
    const repeats = maker?.op === 'expand' || maker?.op === 'reshape';
    return repeats && this.#graph.types[maker.operands[0]].shape.length === 0 ? maker : null;
  }

  #compute(value: Value): Structure {
    const { dtype } = this.#graph.types[value];
    const number = this.number(value);
    if (number?.op === 'constant') {
      return { id: this.#idOf(`${dtype} number ${number.attributes.value}`), nodes: 0, leaves: [] };
    }
    if (number !== null) return { id: this.#idOf(`value ${number.operands[0]}`), nodes: 0, leaves: [] };
    const leaf: Structure = { id: this.#idOf(dtype), nodes: 0, leaves: [value] };
    const maker = this.#makers[value];
    if (maker === undefined || !isElementwise(maker)) return leaf;
    const parts = maker.operands.map((operand) => this.of(operand));
    const leaves = parts.flatMap((part) => part.leaves);
    const nodes = parts.reduce((sum, part) => sum + part.nodes, 1);
    if (leaves.length > MOST_LEAVES || nodes > MOST_NODES) return leaf;
    const ids = parts.map(({ id }) => id).join();
    const key = `${dtype} ${maker.op} ${JSON.stringify(maker.attributes)} ${ids}`;
    return { id: this.#idOf(key), nodes, leaves };
  }

  /** Returns a short id for a description. */
  #idOf(description: string): string {
    const known = this.#ids.get(description);
    if (known !== undefined) return known;
    const id = String(this.#ids.size);
    this.#ids.set(description, id);
    return id;
  }
}

/** Returns the groups of outputs that are worth computing together. */
function groupsOf(graph: Graph, structures: Structures): readonly (readonly Value[])[] {
  const groups = new Map<string, Value[]>();
  for (const output of new Set(graph.outputs)) {
    const size = sizeOf(graph.types[output].shape);
    if (size === 0 || size > MOST_ELEMENTS || structures.elementwise(output) === null) continue;
    const { id } = structures.of(output);
    groups.set(id, [...(groups.get(id) ?? []), output]);
  }
  return [...groups.values()].filter((members) => {
    const { nodes, leaves } = structures.of(members[0]);
    const joined = new Set(leaves).size + 1;
    const reshaped = members.filter((member) => graph.types[member].shape.length !== 1).length;
    return nodes + joined * (1 + reshaped) < nodes * members.length;
  });
}

/** Emits groups of outputs after all nodes of the graph. */
class FlatEmitter {
  readonly #builder: GraphBuilder;
  readonly #graph: Graph;
  readonly #structures: Structures;
  /** Values of the new graph by those of the old one. */
  readonly #values: readonly Value[];
  readonly #known = new Map<string, Value>();

  constructor(builder: GraphBuilder, graph: Graph, structures: Structures, values: readonly Value[]) {
    this.#builder = builder;
    this.#graph = graph;
    this.#structures = structures;
    this.#values = values;
  }

  /** Returns the new values of the outputs in a group. */
  outputsOf(group: readonly Value[]): readonly (readonly [output: Value, result: Value])[] {
    const b = this.#builder;
    const all = this.#joined(group);
    let start = 0;
    return group.map((output) => {
      const { shape } = this.#graph.types[output];
      const end = start + sizeOf(shape);
      const part = b.slice(all, [start], [end], [1]);
      start = end;
      return [output, b.reshape(part, shape)];
    });
  }

  /** Emits values of equal structure as one vector. */
  #joined(members: readonly Value[]): Value {
    const key = members.join();
    let known = this.#known.get(key);
    if (known === undefined) {
      known = this.#emit(members);
      this.#known.set(key, known);
    }
    return known;
  }

  #emit(members: readonly Value[]): Value {
    const b = this.#builder;
    const [first] = members;
    const sizes = members.map((member) => sizeOf(this.#graph.types[member].shape));
    const total = sizes.reduce((sum, size) => sum + size, 0);
    const number = this.#structures.number(first);
    if (number?.op === 'constant') return b.constant(Number(number.attributes.value), number.attributes.dtype, [total]);
    if (number !== null) return b.expand(this.#values[number.operands[0]], [total], []);
    const nodes = members.map((member) => this.#structures.elementwise(member));
    if (nodes[0] === null) {
      const parts = members.map((member, i) => b.reshape(this.#values[member], [sizes[i]]));
      return b.concat(parts, 0);
    }
    const operands = nodes[0].operands.map((_, i) => this.#joined(nodes.flatMap((node) => node?.operands[i] ?? [])));
    return emitAgain(b, nodes[0], operands);
  }
}

function emitAgain<K extends OpName>(b: GraphBuilder, node: Node<K>, operands: readonly Value[]): Value {
  const { op, attributes }: { op: K; attributes: Attributes[K] } = node;
  return b.emit(op, operands, attributes)[0];
}

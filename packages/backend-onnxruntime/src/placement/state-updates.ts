import {
  consumers,
  type Graph,
  type Lowering,
  lowerings,
  type Node,
  type OpName,
  producers,
  sizeOf,
  type Value,
} from '@manabi/ir';
import { bytesOf } from '../runtime/elements.ts';

/**
 * Least number of elementwise operators for each array that is copied to the fallback or back. The session runs each
 * operator as a pass over its arrays, which takes about as long as a copy; the fallback computes all of them in one pass.
 */
const LEAST_PASSES = 3;

/** Least number of scalar operations that are worth one more run on the fallback, which takes some 10 µs. */
const LEAST_WORK = 100_000;

/** Largest size of the state and its gradients in bytes: the memory of the fallback may be limited to 4 GiB for all programs. */
const MOST_BYTES = 2 ** 30;

/**
 * Returns the nodes that update the state of a training, such as weights and the moments of an optimizer: elementwise nodes
 * that depend on donated inputs, and whose results are outputs or used only by such nodes. Nodes whose operands take longer to
 * copy to another backend than they take to compute are left out. The set is empty if the updates are not worth a run.
 *
 * @param donated inputs that each run releases
 */
export function updateNodes(graph: Graph, donated: readonly number[]): ReadonlySet<Node> {
  const uses = new Uses(graph);
  const late = lateNodes(graph, uses);
  const stateful = withOperands(graph, uses, late, statefulNodes(graph, uses, late, new Set(donated)));
  const moved = new Set<Node>();
  let work = 0;
  let bytes = 0;
  for (const group of connected(graph, uses, stateful)) {
    const size = sizeOf(graph.types[group[0].results[0]].shape);
    if (group.length < LEAST_PASSES * copies(graph, uses, group)) continue;
    for (const node of group) moved.add(node);
    work += size * group.length;
    bytes += arraysOf(uses, group).reduce((sum, value) => sum + bytesOf(graph.types[value]), 0);
  }
  return work < LEAST_WORK || bytes > MOST_BYTES ? new Set() : withNumbers(graph, uses, late, moved);
}

/** Who uses the values of a graph. */
export class Uses {
  readonly #graph: Graph;
  readonly #makers: readonly (Node | undefined)[];
  readonly #users: readonly (readonly Node[])[];
  readonly #outputs: ReadonlySet<Value>;

  constructor(graph: Graph) {
    this.#graph = graph;
    this.#makers = producers(graph);
    this.#users = consumers(graph);
    this.#outputs = new Set(graph.outputs);
  }

  maker(value: Value): Node | undefined {
    return this.#makers[value];
  }

  /** Returns the nodes that use a result of a node. */
  of({ results }: Node): readonly Node[] {
    return results.flatMap((result) => this.#users[result]);
  }

  users(value: Value): readonly Node[] {
    return this.#users[value];
  }

  isOutput(value: Value): boolean {
    return this.#outputs.has(value);
  }

  /** Returns whether a value is a single number, or one that is repeated: such values are cheap to copy. */
  isNumber(value: Value): boolean {
    if (this.#graph.types[value].shape.length === 0) return true;
    const maker = this.#makers[value];
    return maker !== undefined && this.repeats(maker);
  }

  /** Returns whether a node repeats a number. */
  repeats({ op, operands, attributes }: Node): boolean {
    if (op === 'constant') return typeof attributes.value === 'number';
    return (op === 'expand' || op === 'reshape') && this.#graph.types[operands[0]].shape.length === 0;
  }
}

/** Returns the nodes whose results are outputs, or used only by such nodes, and that are elementwise or repeat numbers. */
function lateNodes(graph: Graph, uses: Uses): ReadonlySet<Node> {
  const late = new Set<Node>();
  for (const node of [...graph.nodes].reverse()) {
    const isUsed = uses.of(node).length > 0 || node.results.some((result) => uses.isOutput(result));
    if (isUsed && (isElementwise(node) || uses.repeats(node)) && uses.of(node).every((user) => late.has(user))) {
      late.add(node);
    }
  }
  return late;
}

function isElementwise<K extends OpName>(node: Node<K>): boolean {
  const lowering: Lowering<K> = lowerings[node.op];
  return lowering.class === 'pointwise' && lowering.kind === 'elementwise';
}

/** Returns the late nodes on arrays that depend on donated arrays through other late nodes. */
function statefulNodes(
  graph: Graph,
  uses: Uses,
  late: ReadonlySet<Node>,
  donated: ReadonlySet<number>,
): ReadonlySet<Node> {
  const stateful = new Set<Node>();
  for (const node of graph.nodes) {
    const dependsOnState = (value: Value): boolean => {
      const maker = uses.maker(value);
      return !uses.isNumber(value) && (maker === undefined ? donated.has(value) : stateful.has(maker));
    };
    if (late.has(node) && node.operands.some(dependsOnState)) stateful.add(node);
  }
  return stateful;
}

/** Adds late nodes that only the given nodes use, such as the square of a gradient, unless more arrays had to be copied. */
function withOperands(
  graph: Graph,
  uses: Uses,
  late: ReadonlySet<Node>,
  stateful: ReadonlySet<Node>,
): ReadonlySet<Node> {
  const all = new Set(stateful);
  const read = new Set([...stateful].flatMap(({ operands }) => operands));
  for (const node of [...graph.nodes].reverse()) {
    if (!late.has(node) || all.has(node) || uses.isNumber(node.results[0])) continue;
    if (node.results.some((result) => uses.isOutput(result)) || !uses.of(node).every((user) => all.has(user))) continue;
    const added = new Set(node.operands.filter((operand) => !uses.isNumber(operand) && !read.has(operand)));
    if (added.size > 1) continue;
    all.add(node);
    for (const operand of node.operands) read.add(operand);
  }
  return all;
}

/** Returns the groups of nodes that are connected by arrays. */
function connected(graph: Graph, uses: Uses, nodes: ReadonlySet<Node>): readonly (readonly Node[])[] {
  // Each array points to another array of its group, except for one.
  const next = new Map<Value, Value>();
  const rootOf = (value: Value): Value => {
    let root = value;
    for (let up = next.get(root); up !== undefined; up = next.get(root)) root = up;
    if (root !== value) next.set(value, root);
    return root;
  };
  const members = graph.nodes.filter((node) => nodes.has(node));
  for (const { operands, results } of members) {
    for (const value of [...operands, ...results]) {
      if (uses.isNumber(value) || rootOf(value) === rootOf(results[0])) continue;
      next.set(rootOf(value), rootOf(results[0]));
    }
  }
  const groups = new Map<Value, Node[]>();
  for (const node of members) {
    const root = rootOf(node.results[0]);
    const group = groups.get(root);
    if (group === undefined) groups.set(root, [node]);
    else group.push(node);
  }
  return [...groups.values()];
}

/** Returns how many arrays are copied for a group in each run: to the fallback, or back for the rest of the graph. */
function copies(graph: Graph, uses: Uses, group: readonly Node[]): number {
  const inside = new Set(group);
  return arraysOf(uses, group).filter(
    (value) => value >= graph.inputCount || uses.users(value).some((user) => !inside.has(user)),
  ).length;
}

/** Returns the arrays that a group reads and does not compute itself. */
function arraysOf(uses: Uses, group: readonly Node[]): readonly Value[] {
  const made = new Set(group.flatMap(({ results }) => results));
  const read = new Set(group.flatMap(({ operands }) => operands));
  return [...read].filter((value) => !made.has(value) && !uses.isNumber(value));
}

/** Adds the nodes that compute numbers which only the given nodes use, such as the corrections of an optimizer. */
function withNumbers(graph: Graph, uses: Uses, late: ReadonlySet<Node>, moved: Set<Node>): ReadonlySet<Node> {
  for (const node of [...graph.nodes].reverse()) {
    const users = uses.of(node);
    if (
      late.has(node) &&
      uses.isNumber(node.results[0]) &&
      users.length > 0 &&
      users.every((user) => moved.has(user))
    ) {
      moved.add(node);
    }
  }
  return moved;
}

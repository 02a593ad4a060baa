import { ManabiError } from '@manabi/errors';
import type { GraphBuilder } from '../graph/builder.ts';
import type { Attributes, Graph, Node, OpName, Value } from '../graph/graph.ts';
import { neededValues } from '../graph/parts.ts';
import type { CotangentFlow, ForwardHalf, Linearize, Vjp } from '../operators/vjp.ts';
import { vjps } from '../operators/vjp-table.ts';
import { isFloat } from '../types/dtype.ts';

/** Result of the forward pass of a derivative. */
export interface Recording {
  readonly outputs: readonly Value[];
  /**
   * Nodes that the backward pass must differentiate, in the order of the forward pass. Their values belong to the
   * builder.
   */
  readonly tape: readonly Recorded[];
  /**
   * Values of the builder that may get a cotangent: floats that depend on the inputs to differentiate with respect to.
   */
  readonly active: ReadonlySet<Value>;
}

/** A recorded node. `pullBack` is the backward half of its gradient rule, or null if the rule is a single function. */
export interface Recorded {
  readonly node: Node;
  readonly pullBack: ForwardHalf['pullBack'] | null;
}

/**
 * Copies a graph into a builder, and records the nodes that lie between the inputs to differentiate with respect to and
 * the outputs. Calls among these nodes are inlined if they have no gradient and are not checkpoints; all other calls
 * are copied as calls.
 *
 * @param wrt values of the builder to differentiate with respect to
 * @param differentiated values of the graph that get a cotangent
 * @param linearize differentiates the graphs in the attributes of loops and branches
 */
export function recordForward(
  builder: GraphBuilder,
  graph: Graph,
  operands: readonly Value[],
  wrt: readonly Value[],
  differentiated: readonly Value[],
  linearize: Linearize,
): Recording {
  const tape: Recorded[] = [];
  const active = new Set(wrt);
  const copy = (source: Graph, given: readonly Value[], needed: readonly boolean[]): readonly Value[] => {
    const values = [...given];
    for (const node of source.nodes) {
      const own = node.operands.map((operand) => values[operand]);
      const onPath = own.some((operand) => active.has(operand)) && node.results.some((result) => needed[result]);
      const assign = (results: readonly Value[]): void => {
        for (const [i, result] of node.results.entries()) values[result] = results[i];
      };
      if (onPath && isTransparent(node)) {
        assign(copy(node.attributes.body, own, neededInBody(node, needed)));
        continue;
      }
      const append = (): readonly Value[] =>
        builder.append(
          node,
          own,
          node.results.map((result) => source.types[result]),
        );
      if (!onPath) {
        assign(append());
        continue;
      }
      const flow = {
        active: own.map((operand) => active.has(operand)),
        needed: node.results.map((result) => needed[result]),
      };
      const half = forwardHalf(builder, node, own, flow, linearize, append);
      const results = half?.results ?? append();
      assign(results);
      for (const result of results) if (isFloat(builder.dtype(result))) active.add(result);
      tape.push({ node: { ...node, operands: own, results }, pullBack: half?.pullBack ?? null });
    }
    return source.outputs.map((output) => values[output]);
  };
  const outputs = copy(graph, operands, neededValues(graph, differentiated));
  return { outputs, tape, active };
}

/**
 * Applies the forward half of a node's gradient rule and returns its result. Returns null if the rule is a single
 * function.
 */
function forwardHalf<K extends OpName>(
  builder: GraphBuilder,
  node: Node<K>,
  operands: readonly Value[],
  flow: CotangentFlow,
  linearize: Linearize,
  append: () => readonly Value[],
): ForwardHalf | null {
  const { op, attributes }: { op: K; attributes: Attributes[K] } = node;
  const rule: Vjp<K> = vjps[op];
  if (typeof rule === 'function' || 'reason' in rule) return null;
  try {
    return rule.forward(builder, { operands, attributes }, flow, linearize);
  } catch (error) {
    if (!(error instanceof ManabiError) || error.code !== 'notDifferentiable') throw error;
    // An operator without a gradient in the body of a loop is an error only if a cotangent reaches it, which only the
    // backward pass knows.
    const pullBack = (): never => {
      throw error;
    };
    return { results: append(), pullBack };
  }
}

/** Returns true for a call whose body must be differentiated, because it has no gradient and is not a checkpoint. */
function isTransparent(node: Node): node is Node<'call'> {
  return node.op === 'call' && node.attributes.vjp === null && !node.attributes.checkpoint;
}

function neededInBody({ attributes: { body }, results }: Node<'call'>, needed: readonly boolean[]): readonly boolean[] {
  return neededValues(
    body,
    body.outputs.filter((_, i) => needed[results[i]]),
  );
}

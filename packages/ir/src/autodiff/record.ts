import { ManabiError } from '@manabi/errors';
import type { GraphBuilder } from '../graph/builder.ts';
import type { Attributes, Graph, Node, OpName, Value } from '../graph/graph.ts';
import { neededValues } from '../graph/parts.ts';
import type { CotangentFlow, ForwardHalf, Linearize, Vjp } from '../operators/vjp.ts';
import { vjps } from '../operators/vjp-table.ts';
import { isFloat } from '../types/dtype.ts';

/** The forward half of a derivative. */
export interface Recording {
  readonly outputs: readonly Value[];
  /** The nodes that the backward half goes through, first to last; their values are the builder's. */
  readonly tape: readonly Recorded[];
  /** The values of the builder that may get a cotangent: floats that are computed from what is differentiated by. */
  readonly active: ReadonlySet<Value>;
}

/** A node on the way, with the second half of its rule if it has two. */
export interface Recorded {
  readonly node: Node;
  readonly pullBack: ForwardHalf['pullBack'] | null;
}

/**
 * Copies a graph into a builder and notes which nodes lie between some operands and some outputs. Calls among them that
 * are differentiated through their bodies are replaced by these; all other calls stay.
 *
 * @param wrt values of the builder that derivatives are taken with respect to
 * @param differentiated values of the graph that have cotangents
 * @param linearize differentiates graphs that are attributes
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
    const places = [...given];
    for (const node of source.nodes) {
      const own = node.operands.map((operand) => places[operand]);
      const onPath = own.some((operand) => active.has(operand)) && node.results.some((result) => needed[result]);
      const place = (results: readonly Value[]): void => {
        for (const [i, result] of node.results.entries()) places[result] = results[i];
      };
      if (onPath && isTransparent(node)) {
        place(copy(node.attributes.body, own, neededInBody(node, needed)));
        continue;
      }
      const append = (): readonly Value[] =>
        builder.append(
          node,
          own,
          node.results.map((result) => source.types[result]),
        );
      if (!onPath) {
        place(append());
        continue;
      }
      const flow = {
        active: own.map((operand) => active.has(operand)),
        needed: node.results.map((result) => needed[result]),
      };
      const half = forwardHalf(builder, node, own, flow, linearize, append);
      const results = half?.results ?? append();
      place(results);
      for (const result of results) if (isFloat(builder.dtype(result))) active.add(result);
      tape.push({ node: { ...node, operands: own, results }, pullBack: half?.pullBack ?? null });
    }
    return source.outputs.map((output) => places[output]);
  };
  const outputs = copy(graph, operands, neededValues(graph, differentiated));
  return { outputs, tape, active };
}

/** The forward half of a node whose rule has two; null for all others. */
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
    // What has no gradient inside of it matters only if a cotangent really comes by.
    const pullBack = (): never => {
      throw error;
    };
    return { results: append(), pullBack };
  }
}

/** A call that is differentiated through its body. */
function isTransparent(node: Node): node is Node<'call'> {
  return node.op === 'call' && node.attributes.vjp === null && !node.attributes.checkpoint;
}

function neededInBody({ attributes: { body }, results }: Node<'call'>, needed: readonly boolean[]): readonly boolean[] {
  return neededValues(
    body,
    body.outputs.filter((_, i) => needed[results[i]]),
  );
}

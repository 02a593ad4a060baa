import type { GraphBuilder } from '../builder.ts';
import { isFloat } from '../dtype.ts';
import type { Graph, Node, Value } from '../graph.ts';
import { neededValues } from '../simplify/dead.ts';

/** The forward half of a derivative. */
export interface Recording {
  readonly outputs: readonly Value[];
  /** The nodes that the backward half goes through, first to last; their values are the builder's. */
  readonly tape: readonly Node[];
  /** The values of the builder that may get a cotangent: floats that are computed from what is differentiated by. */
  readonly active: ReadonlySet<Value>;
}

/**
 * Copies a graph into a builder and notes which nodes lie between some operands and some outputs. Calls among them that
 * are differentiated through their bodies are replaced by these; all other calls stay.
 *
 * @param wrt values of the builder that derivatives are taken with respect to
 * @param differentiated values of the graph that have cotangents
 */
export function recordForward(
  builder: GraphBuilder,
  graph: Graph,
  operands: readonly Value[],
  wrt: readonly Value[],
  differentiated: readonly Value[],
): Recording {
  const tape: Node[] = [];
  const active = new Set(wrt);
  const copy = (source: Graph, given: readonly Value[], needed: readonly boolean[]): readonly Value[] => {
    const places = [...given];
    for (const node of source.nodes) {
      const own = node.operands.map((operand) => places[operand]);
      const onPath = own.some((operand) => active.has(operand)) && node.results.some((result) => needed[result]);
      const results =
        onPath && isTransparent(node)
          ? copy(node.attributes.body, own, neededInBody(node, needed))
          : builder.append(
              node,
              own,
              node.results.map((result) => source.types[result]),
            );
      for (const [i, result] of node.results.entries()) places[result] = results[i];
      if (!onPath || isTransparent(node)) continue;
      for (const result of results) if (isFloat(builder.dtype(result))) active.add(result);
      tape.push({ ...node, operands: own, results });
    }
    return source.outputs.map((output) => places[output]);
  };
  const outputs = copy(graph, operands, neededValues(graph, differentiated));
  return { outputs, tape, active };
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

import { ManabiError } from '@manabi/errors';
import { GraphBuilder } from '../builder.ts';
import { type Graph, inputTypes, type Node, type Value } from '../graph.ts';
import type { Attributes, OpName } from '../operators/attributes.ts';
import { equalTypes, formatType, type TensorType } from '../shape.ts';

/** A node that may be replaced; its operands are already values of the new graph. */
export interface Candidate<K extends OpName> {
  readonly op: K;
  readonly operands: readonly Value[];
  readonly attributes: Attributes[K];
  /** Type of its only result. */
  readonly type: TensorType;
}

/** What a rule sees of the graph that is being made. */
export interface RewriteContext {
  readonly builder: GraphBuilder;
  /** How often a value is used; never too small for one that was in the old graph, 0 for one that a rule has made. */
  readonly uses: (value: Value) => number;
}

/** Gives a value that stands for the node's result, or null where the rule does not apply. */
export type RewriteRule<K extends OpName> = (context: RewriteContext, node: Candidate<K>) => Value | null;

/** A rule for any operator. */
export type GeneralRule = <K extends OpName>(context: RewriteContext, node: Candidate<K>) => Value | null;

/** Rules by operator; operators without an entry have no identities. */
export type RewriteRules = { readonly [K in OpName]?: RewriteRule<K> };

/**
 * Makes a graph anew, with each node that has one result replaced by what the first fitting rule gives. Nodes left
 * without use stay. A graph that no rule fits is returned itself.
 *
 * @throws ManabiError `graph` if a rule gives a value of another type, which is a mistake in the rule
 */
export function rewriteGraph(graph: Graph, general: readonly GeneralRule[], rules: readonly RewriteRules[]): Graph {
  const builder = new GraphBuilder();
  const places: Value[] = inputTypes(graph).map((type) => builder.input(type));
  const oldUses = countUses(graph);
  const newUses = new Map<Value, number>(places.map((place, i) => [place, oldUses[i]]));
  const context: RewriteContext = { builder, uses: (value) => newUses.get(value) ?? 0 };
  let changed = false;
  for (const node of graph.nodes) {
    const operands = node.operands.map((operand) => places[operand]);
    const replacement = node.results.length === 1 ? replace(context, node, operands, graph, general, rules) : null;
    if (replacement !== null) changed = true;
    const results =
      replacement !== null
        ? [replacement]
        : builder.append(
            node,
            operands,
            node.results.map((result) => graph.types[result]),
          );
    for (const [i, result] of node.results.entries()) {
      places[result] = results[i];
      newUses.set(results[i], (newUses.get(results[i]) ?? 0) + oldUses[result]);
    }
  }
  return changed ? builder.finish(graph.outputs.map((output) => places[output])) : graph;
}

function replace<K extends OpName>(
  context: RewriteContext,
  node: Node<K>,
  operands: readonly Value[],
  graph: Graph,
  general: readonly GeneralRule[],
  rules: readonly RewriteRules[],
): Value | null {
  const { op, attributes }: { op: K; attributes: Attributes[K] } = node;
  const type = graph.types[node.results[0]];
  const candidate: Candidate<K> = { op, operands, attributes, type };
  let value: Value | null = null;
  for (const rule of general) value ??= rule(context, candidate);
  for (const table of rules) {
    const rule: RewriteRules[K] = table[op];
    value ??= rule?.(context, candidate) ?? null;
  }
  if (value !== null && !equalTypes(context.builder.type(value), type)) {
    const given = formatType(context.builder.type(value));
    throw new ManabiError('graph', `A rule of simplification gave ${given} in place of ${formatType(type)}.`, {
      op,
      data: { given, expected: type },
    });
  }
  return value;
}

function countUses(graph: Graph): number[] {
  const uses = new Array<number>(graph.types.length).fill(0);
  for (const node of graph.nodes) for (const operand of node.operands) uses[operand]++;
  for (const output of graph.outputs) uses[output]++;
  return uses;
}

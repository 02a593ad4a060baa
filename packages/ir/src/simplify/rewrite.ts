import { ManabiError } from '@manabi/errors';
import type { GraphBuilder } from '../graph/builder.ts';
import type { Attributes, Graph, Node, OpName, Value } from '../graph/graph.ts';
import { inputTypes } from '../graph/parts.ts';
import { graphBuilder } from '../operators/graph-builder.ts';
import { equalTypes, formatType, type TensorType } from '../types/shape.ts';

/** A node to which rules are applied. Its operands are values of the new graph. */
export interface Candidate<K extends OpName> {
  readonly op: K;
  readonly operands: readonly Value[];
  readonly attributes: Attributes[K];
  /** Type of the node's only result. */
  readonly type: TensorType;
}

/** Context of a rule: the builder of the new graph, and how often values are used. */
export interface RewriteContext {
  readonly builder: GraphBuilder;
  /**
   * Returns an upper bound of the number of uses of a value that was copied from the old graph; 0 for values that a
   * rule has added.
   */
  readonly uses: (value: Value) => number;
}

/**
 * How a rule may change the bits of results. A rule without a `Change` never changes a bit, even for NaN, infinities
 * and signed zeros.
 *
 * - `zeroSign`: a zero may get the other sign.
 * - `rounding`: terms may be combined in another order, which changes the last bits, overflow to infinity, and the sign
 * of zeros.
 */
export type Change = 'zeroSign' | 'rounding';

/** A simplification rule for one operator. */
export interface RewriteRule<K extends OpName> {
  /** What the rule does, in a few words; unique per operator. */
  readonly name: string;
  /** How the rule may change the bits of results; undefined if it never does. */
  readonly changes?: Change;
  /** Returns a value that replaces the node's result, or null if the rule does not apply. */
  readonly apply: (context: RewriteContext, node: Candidate<K>) => Value | null;
}

/** A simplification rule for any operator, which never changes the bits of results. */
export interface GeneralRule {
  /** What the rule does, in a few words; unique among general rules. */
  readonly name: string;
  /** Returns a value that replaces the node's result, or null if the rule does not apply. */
  readonly apply: <K extends OpName>(context: RewriteContext, node: Candidate<K>) => Value | null;
}

/** For each operator, its rules in the order in which they are tried. */
export type RewriteRules = { readonly [K in OpName]?: readonly RewriteRule<K>[] };

/** Function that is called with each rule that has replaced a node, and the operator of the node. */
export type RewriteListener = (op: OpName, rule: { readonly name: string; readonly changes?: Change }) => void;

/** Rules that `rewriteGraph` applies, and a function that observes which of them apply. */
export interface Rewriting {
  /** Rules for any operator; they are tried first. */
  readonly general: readonly GeneralRule[];
  readonly rules: readonly RewriteRules[];
  readonly listen?: RewriteListener;
}

/**
 * Copies a graph, and replaces the result of each node by the value that the first applicable rule returns. Nodes with
 * several results are only copied. Nodes that become unused are not removed. Returns the graph itself if no rule
 * applies.
 *
 * @throws ManabiError `graph` if a rule returns a value of another type than the node's result, which is a bug of the
 * rule
 */
export function rewriteGraph(graph: Graph, rewriting: Rewriting): Graph {
  const builder = graphBuilder();
  const values: Value[] = inputTypes(graph).map((type) => builder.input(type));
  const oldUses = countUses(graph);
  const newUses = new Map<Value, number>(values.map((value, i) => [value, oldUses[i]]));
  const context: RewriteContext = { builder, uses: (value) => newUses.get(value) ?? 0 };
  let changed = false;
  for (const node of graph.nodes) {
    const operands = node.operands.map((operand) => values[operand]);
    const replacement =
      node.results.length === 1 ? replace(context, node, operands, graph.types[node.results[0]], rewriting) : null;
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
      values[result] = results[i];
      newUses.set(results[i], (newUses.get(results[i]) ?? 0) + oldUses[result]);
    }
  }
  return changed ? builder.finish(graph.outputs.map((output) => values[output])) : graph;
}

function replace<K extends OpName>(
  context: RewriteContext,
  node: Node<K>,
  operands: readonly Value[],
  type: TensorType,
  { general, rules, listen }: Rewriting,
): Value | null {
  const { op, attributes }: { op: K; attributes: Attributes[K] } = node;
  const candidate: Candidate<K> = { op, operands, attributes, type };
  const attempt = (rule: GeneralRule | RewriteRule<K>): Value | null => {
    const value = rule.apply(context, candidate);
    if (value === null) return null;
    checkType(context.builder.type(value), type, op, rule.name);
    listen?.(op, rule);
    return value;
  };
  for (const rule of general) {
    const value = attempt(rule);
    if (value !== null) return value;
  }
  for (const table of rules) {
    const ofOp: RewriteRules[K] = table[op];
    for (const rule of ofOp ?? []) {
      const value = attempt(rule);
      if (value !== null) return value;
    }
  }
  return null;
}

function checkType(given: TensorType, expected: TensorType, op: OpName, rule: string): void {
  if (equalTypes(given, expected)) return;
  throw new ManabiError(
    'graph',
    `The simplification rule "${rule}" of ${op} must return ${formatType(expected)}; got ${formatType(given)}. ` +
      'Report this as a bug of manabi.',
    { op, data: { rule, given, expected } },
  );
}

function countUses(graph: Graph): number[] {
  const uses = new Array<number>(graph.types.length).fill(0);
  for (const node of graph.nodes) for (const operand of node.operands) uses[operand]++;
  for (const output of graph.outputs) uses[output]++;
  return uses;
}

import { ManabiError } from '@manabi/errors';
import type { GraphBuilder } from '../graph/builder.ts';
import type { Attributes, Graph, Node, OpName, Value } from '../graph/graph.ts';
import { inputTypes } from '../graph/parts.ts';
import { graphBuilder } from '../operators/graph-builder.ts';
import { equalTypes, formatType, type TensorType } from '../types/shape.ts';

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

/**
 * What a rule may change beside the work to do. A rule that changes nothing gives the same bits for every operand, NaN,
 * infinities and zeros of either sign included.
 *
 * - `zeroSign`: the sign of a zero
 * - `rounding`: the order in which terms are joined, and so the last bits, where infinities come in, and signs of zeros
 */
export type Change = 'zeroSign' | 'rounding';

/** An identity of one operator. */
export interface RewriteRule<K extends OpName> {
  /** A short statement of the identity; unique in its operator. */
  readonly name: string;
  /** Left out by rules that keep every bit. */
  readonly changes?: Change;
  /** Returns a value that stands for the node's result, or null where the rule does not apply. */
  readonly apply: (context: RewriteContext, node: Candidate<K>) => Value | null;
}

/** A rule for any operator. It keeps every bit. */
export interface GeneralRule {
  readonly name: string;
  readonly apply: <K extends OpName>(context: RewriteContext, node: Candidate<K>) => Value | null;
}

/** Rules by operator, in the order in which they are tried; operators without an entry have no identities. */
export type RewriteRules = { readonly [K in OpName]?: readonly RewriteRule<K>[] };

/** Hears of each rule that replaces a node. */
export type RewriteListener = (op: OpName, rule: { readonly name: string; readonly changes?: Change }) => void;

/** The rules of a rewriting, and who hears of it. */
export interface Rewriting {
  /** Tried first, for every node. */
  readonly general: readonly GeneralRule[];
  readonly rules: readonly RewriteRules[];
  readonly listen?: RewriteListener;
}

/**
 * Makes a graph anew, with each node that has one result replaced by what the first fitting rule gives. Nodes left
 * without use stay. A graph that no rule fits is returned itself.
 *
 * @throws ManabiError `graph` if a rule gives a value of another type, which is a defect of the rule
 */
export function rewriteGraph(graph: Graph, rewriting: Rewriting): Graph {
  const builder = graphBuilder();
  const places: Value[] = inputTypes(graph).map((type) => builder.input(type));
  const oldUses = countUses(graph);
  const newUses = new Map<Value, number>(places.map((place, i) => [place, oldUses[i]]));
  const context: RewriteContext = { builder, uses: (value) => newUses.get(value) ?? 0 };
  let changed = false;
  for (const node of graph.nodes) {
    const operands = node.operands.map((operand) => places[operand]);
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
    `The simplification rule "${rule}" of ${op} gave ${formatType(given)}; it must give ${formatType(expected)}. ` +
      'This is a defect of the rule: report it.',
    { op, data: { rule, given, expected } },
  );
}

function countUses(graph: Graph): number[] {
  const uses = new Array<number>(graph.types.length).fill(0);
  for (const node of graph.nodes) for (const operand of node.operands) uses[operand]++;
  for (const output of graph.outputs) uses[output]++;
  return uses;
}

import type { Graph, OpName } from '../graph/graph.ts';
import { opNames } from '../operators/index.ts';
import { algebra } from './algebra.ts';
import { simplifyBodies } from './bodies.ts';
import { mergeCommon } from './common.ts';
import { foldConstants } from './constants.ts';
import { contractions } from './contractions.ts';
import { simplifyControl } from './control.ts';
import { eliminateDeadCode } from './dead.ts';
import { hoistRepeated } from './hoist.ts';
import { joinedPads } from './joined-pads.ts';
import { layout } from './layout.ts';
import { reductions } from './reductions.ts';
import { type Change, type GeneralRule, type RewriteListener, type RewriteRules, rewriteGraph } from './rewrite.ts';

/** Rounds of all passes at most; graphs settle in two to four. */
const ROUNDS = 10;

/** How a graph is simplified. */
export interface SimplifyOptions {
  /**
   * True if nobody will differentiate the result: then `stopGradient` and the gradients of calls are dropped.
   * False if left out.
   */
  readonly final?: boolean;
}

/**
 * Returns the same function with less work: constants computed, identities applied, layouts merged, common nodes made
 * one, dead ones left out, until nothing changes; bodies of calls, loops and branches likewise, and what can be done once
 * outside of a loop is. Elementwise operators and layouts keep their bits, for every dtype. Sums, products along axes
 * and contractions may join their terms in another order: each rule that does says so (`Change`).
 *
 * @example `const plan = compile(simplify(inlineCalls(graph), { final: true }));`
 */
export function simplify(graph: Graph, options: SimplifyOptions = {}): Graph {
  return applyPasses(graph, passesOf(options.final === true));
}

/** Applies passes in rounds until a round changes nothing. */
export function applyPasses(graph: Graph, passes: readonly ((graph: Graph) => Graph)[]): Graph {
  let current = graph;
  for (let round = 0; round < ROUNDS; round++) {
    const before = current;
    for (const pass of passes) current = pass(current);
    if (current === before) break;
  }
  return current;
}

/** The passes of one round, in order; each gives back the graph itself where it finds nothing to do. */
export function passesOf(isFinal: boolean, listen?: RewriteListener): readonly ((graph: Graph) => Graph)[] {
  const rewriting = { general: GENERAL, rules: isFinal ? [erasure, ...RULES] : RULES, listen };
  return [
    (graph) => simplifyBodies(graph, isFinal, simplify),
    (graph) => rewriteGraph(graph, rewriting),
    simplifyControl,
    mergeCommon,
    eliminateDeadCode,
  ];
}

const RULES: readonly RewriteRules[] = [algebra, layout, joinedPads, reductions, contractions];
const GENERAL: readonly GeneralRule[] = [foldConstants, hoistRepeated];

const erasure: RewriteRules = {
  stopGradient: [{ name: 'nothing is differentiated any more', apply: (_context, { operands: [x] }) => x }],
};

/** Every rule, with the name of the table or operator that it belongs to: what tests go through. */
export function allRules(): readonly {
  readonly op: OpName | null;
  readonly name: string;
  readonly changes?: Change;
}[] {
  const ofOperators = [erasure, ...RULES].flatMap((table) =>
    opNames.flatMap((op) => (table[op] ?? []).map(({ name, changes }) => ({ op, name, changes }))),
  );
  return [...GENERAL.map(({ name }) => ({ op: null, name })), ...ofOperators];
}

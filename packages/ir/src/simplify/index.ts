import type { Graph } from '../graph.ts';
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
import { type RewriteRules, rewriteGraph } from './rewrite.ts';

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
 * The same function with less work: constants computed, identities applied, layouts merged, common nodes made one, dead
 * ones left out, until nothing changes; bodies of calls, loops and branches likewise, and what can
 * be done once outside of a loop is. NaN and infinities stay what they were; the sign of
 * zero and the last bits of results may change.
 *
 * @example `const plan = compile(simplify(inlineCalls(graph), { final: true }));`
 */
export function simplify(graph: Graph, options: SimplifyOptions = {}): Graph {
  const isFinal = options.final === true;
  const passes = passesOf(isFinal);
  let current = graph;
  for (let round = 0; round < ROUNDS; round++) {
    const before = current;
    for (const pass of passes) current = pass(current);
    if (current === before) break;
  }
  return current;
}

/** The passes of one round, in order; each gives back the graph itself where it finds nothing to do. */
export function passesOf(isFinal: boolean): readonly ((graph: Graph) => Graph)[] {
  const rules = isFinal ? [erasure, ...RULES] : RULES;
  return [
    (graph) => simplifyBodies(graph, isFinal, simplify),
    (graph) => rewriteGraph(graph, [foldConstants, hoistRepeated], rules),
    simplifyControl,
    mergeCommon,
    eliminateDeadCode,
  ];
}

const RULES: readonly RewriteRules[] = [algebra, layout, joinedPads, reductions, contractions];

const erasure: RewriteRules = { stopGradient: (_context, { operands: [x] }) => x };

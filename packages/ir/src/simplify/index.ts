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
import { paddedImages } from './padded-images.ts';
import { reductions } from './reductions.ts';
import { type Change, type GeneralRule, type RewriteListener, type RewriteRules, rewriteGraph } from './rewrite.ts';

/** Maximal number of times that all passes are applied. Usually nothing changes any more after two to four times. */
const ROUNDS = 10;

/** Options of `simplify`. */
export interface SimplifyOptions {
  /**
   * True if the result will not be differentiated, so that `stopGradient` and the gradient graphs of calls can be
   * removed (default: false).
   */
  readonly final?: boolean;
}

/**
 * Returns a simpler graph with the same results. Folds constants, applies algebraic rules, merges layout operators and
 * equal nodes, removes dead code and moves invariant computations out of loops, until nothing changes. The bodies of
 * calls, loops and branches are simplified too.
 *
 * The results of elementwise and layout operators stay bit-identical for every dtype. Reductions and matrix products
 * may combine their terms in another order; every rule that causes this is marked with a `Change`.
 *
 * @example
 * ```ts
 * import { graphBuilder, simplify } from '@manabi/ir';
 *
 * const b = graphBuilder();
 * const x = b.input({ dtype: 'float32', shape: [3] });
 * const graph = b.finish([b.neg(b.neg(b.mul(x, b.full(x, 1))))]);
 * console.log(simplify(graph).nodes.length); // 0
 * ```
 */
export function simplify(graph: Graph, options: SimplifyOptions = {}): Graph {
  return applyPasses(graph, passesOf(options.final === true));
}

/** Applies all passes one after the other, and repeats this until nothing changes. */
export function applyPasses(graph: Graph, passes: readonly ((graph: Graph) => Graph)[]): Graph {
  let current = graph;
  for (let round = 0; round < ROUNDS; round++) {
    const before = current;
    for (const pass of passes) current = pass(current);
    if (current === before) break;
  }
  return current;
}

/**
 * Returns the simplification passes in the order in which `applyPasses` applies them. A pass returns the graph itself
 * if it changes nothing.
 */
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

const RULES: readonly RewriteRules[] = [algebra, layout, joinedPads, paddedImages, reductions, contractions];
const GENERAL: readonly GeneralRule[] = [foldConstants, hoistRepeated];

const erasure: RewriteRules = {
  stopGradient: [{ name: 'removes stopGradient from a final graph', apply: (_context, { operands: [x] }) => x }],
};

/**
 * Returns the name of every simplification rule and its operator, or null for rules that apply to any operator. For
 * tests.
 */
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

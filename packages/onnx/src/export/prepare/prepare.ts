import { type Graph, inlineCalls, ManabiError, type ProgramFamily, simplify } from '@manabi/ir';
import { compositeRow } from '../../composites/index.ts';
import { fitGraphs } from '../../symbolic/fit.ts';
import { BATCH } from '../../symbolic/length.ts';
import type { OpenGraph } from '../../symbolic/open-graph.ts';
import { trialsOf } from '../../symbolic/trials.ts';
import { sinkTransposes } from './sink-transposes.ts';

/**
 * Returns the simplified graph of a family for all batch sizes and open lengths. The graphs of the traced sizes are fitted
 * twice: before simplification, where errors can name the operator that depends on the size in an unsupported way, and
 * after it. If simplification yields different graphs, such as when a size equals that of another axis, the unsimplified
 * graph is returned.
 *
 * @throws ManabiError `graph` from `fitGraphs`
 */
export function openGraph(family: ProgramFamily, batch: 'dynamic' | number, keepsComposites: boolean): OpenGraph {
  const lengths = family.openLengths ?? [];
  const trials = batch === 'dynamic' ? trialsOf([BATCH, ...lengths]) : trialsOf(lengths, new Map([[BATCH, batch]]));
  const plain = trials.points.map((point) => {
    const { [BATCH]: size, ...others } = Object.fromEntries(point);
    return inlineCalls(family.graph(size, others), (name) => keepsComposites && compositeRow(name) !== null);
  });
  const fitted = fitGraphs(plain, trials);
  try {
    return fitGraphs(plain.map(prepared), trials);
  } catch (error) {
    if (error instanceof ManabiError && error.code === 'graph') return fitted;
    throw error;
  }
}

function prepared(graph: Graph): Graph {
  return simplify(sinkTransposes(simplify(graph, { final: true })), { final: true });
}

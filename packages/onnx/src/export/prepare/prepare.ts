import { type Graph, inlineCalls, ManabiError, type ProgramFamily, simplify } from '@manabi/ir';
import { compositeRow } from '../../composites/index.ts';
import { fitGraphs } from '../../symbolic/fit.ts';
import { BATCH } from '../../symbolic/length.ts';
import type { OpenGraph } from '../../symbolic/open-graph.ts';
import { trialsOf } from '../../symbolic/trials.ts';
import { sinkTransposes } from './sink-transposes.ts';

/**
 * Returns one simplified graph of a program family for all batch sizes and open lengths. It is fitted twice to the graphs
 * traced at several sizes: before they are simplified, when an error can name the operator with an unsupported dependence on
 * the size, and afterwards. If the simplified graphs have different nodes, for example because a traced size equals the
 * length of another axis, the unsimplified graph is returned.
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

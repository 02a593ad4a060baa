import { type Graph, inlineCalls, ManabiError, type ProgramFamily, simplify } from '@manabi/ir';
import { compositeRow } from '../../composites/index.ts';
import { fitGraphs } from '../../symbolic/fit.ts';
import { BATCH } from '../../symbolic/length.ts';
import type { OpenGraph } from '../../symbolic/open-graph.ts';
import { trialsOf } from '../../symbolic/trials.ts';
import { sinkTransposes } from './sink-transposes.ts';

/**
 * The graph of a family for all batch sizes and open lengths, simplified. It is fitted before simplification, which tells by name what
 * depends on the size in a way that no file can hold, and after it. Where the sizes happen to simplify to different
 * graphs, such as when a size is that of another axis, the plain graph is taken.
 *
 * @throws ManabiError `graph` as `fitGraphs`
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

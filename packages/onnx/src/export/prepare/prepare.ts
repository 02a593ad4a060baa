import { type Graph, inlineCalls, ManabiError, type ProgramFamily, simplify } from '@manabi/ir';
import { moveAroundScans } from '@manabi/ir/scans';
import { compositeRow, isSlope } from '../../composites/index.ts';
import { fitGraphs } from '../../symbolic/fit.ts';
import { BATCH } from '../../symbolic/length.ts';
import type { OpenGraph } from '../../symbolic/open-graph.ts';
import { ATTEMPT_COUNT, type Trials, trialsOf } from '../../symbolic/trials.ts';
import type { Purpose } from '../../write/file-draft.ts';
import { convolutionsAsProducts } from './convolutions/as-products.ts';
import { convolutionsInBlocks } from './convolutions/in-blocks.ts';
import { cropToPools } from './crop-to-pools.ts';
import { flatUpdates } from './flat-updates.ts';
import { joinProducts } from './join-products.ts';
import { masksBeforeUnpooling } from './masks-before-unpooling.ts';
import { scalesOfChannels } from './scales-of-channels.ts';
import { sinkTransposes } from './sink-transposes.ts';
import { sumsBeforeUnpooling } from './sums-before-unpooling.ts';

/**
 * Returns one simplified graph of a program family that is valid for all batch sizes and other variable lengths. The
 * family is traced at several sizes, and the traced graphs are merged into one graph twice: once before they are
 * simplified, so that an error can name the operator whose numbers depend on the size in an unsupported way, and once
 * afterwards. If the simplified graphs have different nodes, for example because a traced size equals the length of
 * another axis, the function returns the graph without simplifications.
 *
 * @throws ManabiError `graph` from `fitGraphs`
 */
export function openGraph(
  family: ProgramFamily,
  batch: 'dynamic' | number,
  keepsComposites: boolean,
  purpose: Purpose,
): OpenGraph {
  const lengths = family.openLengths ?? [];
  const trials = (attempt: number): Trials =>
    batch === 'dynamic'
      ? trialsOf([BATCH, ...lengths], new Map(), attempt)
      : trialsOf(lengths, new Map([[BATCH, batch]]), attempt);
  const open = (attempt: number): OpenGraph => openGraphAt(family, trials(attempt), keepsComposites, purpose);
  try {
    return open(0);
  } catch (error) {
    if (lengths.length === 0 || !(error instanceof ManabiError)) throw error;
    for (let attempt = 1; attempt < ATTEMPT_COUNT; attempt++) {
      try {
        return open(attempt);
      } catch (next) {
        if (!(next instanceof ManabiError)) throw next;
      }
    }
    throw error;
  }
}

function openGraphAt(family: ProgramFamily, trials: Trials, keepsComposites: boolean, purpose: Purpose): OpenGraph {
  const plain = trials.points.map((point) => {
    const { [BATCH]: size, ...others } = Object.fromEntries(point);
    const isKept = (name: string): boolean =>
      keepsComposites && (purpose.isForBackend || !isSlope(name)) && compositeRow(name) !== null;
    return inlineCalls(family.graph(size, others), isKept);
  });
  const fitted = fitGraphs(plain, trials);
  try {
    return fitGraphs(
      plain.map((graph) => prepared(graph, purpose, family.parameters.size)),
      trials,
    );
  } catch (error) {
    if (error instanceof ManabiError && error.code === 'graph') return fitted;
    throw error;
  }
}

/** Passes after transposes have moved. Each returns the graph itself if it changes nothing. */
const PASSES: readonly ((graph: Graph) => Graph)[] = [masksBeforeUnpooling, sumsBeforeUnpooling, cropToPools];

/** Passes for graphs that the backend runs, which may change the rounding of results. */
const PASSES_FOR_BACKEND: readonly ((graph: Graph) => Graph)[] = [
  moveAroundScans,
  scalesOfChannels,
  joinProducts,
  flatUpdates,
];

function prepared(given: Graph, { isForBackend, channelBlock }: Purpose, constants: number): Graph {
  const graph = simplify(given, { final: true });
  const inBlocks = channelBlock === null ? graph : convolutionsInBlocks(graph, constants, channelBlock);
  const layered = isForBackend ? simplify(convolutionsAsProducts(inBlocks, constants), { final: true }) : graph;
  const channelsFirst = simplify(sinkTransposes(layered), { final: true });
  return [...PASSES, ...(isForBackend ? PASSES_FOR_BACKEND : [])].reduce((current, pass) => {
    const next = pass(current);
    return next === current ? current : simplify(next, { final: true });
  }, channelsFirst);
}

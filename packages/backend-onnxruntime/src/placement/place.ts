import { type Graph, isSupported, ManabiError } from '@manabi/ir';
import { type Freezing, openFreezing } from '../freezing/freezing-program.ts';
import { isSynchronous } from '../runtime/cell.ts';
import type { CellContext } from '../runtime/cell-context.ts';
import { compileOnFallback } from '../runtime/fallback-program.ts';
import type { Program } from '../runtime/program.ts';
import { openSession, type SessionSettings } from '../runtime/session-program.ts';
import { splitRandom } from './random-prefix.ts';
import { splitUpdates } from './split-updates.ts';
import { openStages, type Stage } from './staged-program.ts';
import { unsuited } from './unsuited.ts';
import { workOf } from './work.ts';

/** Where a graph runs, and why. */
export interface Placement {
  /**
   * `onnxruntime`: all of the graph in ONNX Runtime; `fallback`: all of it on the other backend; `split`: random numbers, or
   * updates of the state of a training, on the other backend, and the rest in ONNX Runtime.
   */
  readonly place: 'onnxruntime' | 'fallback' | 'split';
  /** The reason as one sentence. */
  readonly reason: string;
  /** Estimated number of scalar operations of one run. */
  readonly operations: number;
}

/** A program, and where it runs. */
export interface Placed {
  readonly program: Program;
  readonly placement: Placement;
}

/** What decides where graphs run. */
export interface PlacementContext {
  readonly cells: CellContext;
  readonly settings: SessionSettings;
  /** Graphs with fewer scalar operations run on the fallback. */
  readonly leastOperations: number;
  readonly freezing: Freezing;
}

/**
 * Decides where a graph runs, and compiles it there.
 *
 * @param donated inputs that each run releases
 * @throws ManabiError of the fallback if neither can run the graph
 */
export async function place(context: PlacementContext, graph: Graph, donated: readonly number[]): Promise<Placed> {
  const { leastOperations, cells } = context;
  const operations = workOf(graph);
  if (operations < leastOperations && isSupported(graph, cells.fallback)) {
    const reason = `It has about ${operations} operations; ONNX Runtime is faster from ${leastOperations}.`;
    return onFallback(context, graph, operations, reason);
  }
  const fault = unsuited(graph);
  if (fault !== null) return onFallback(context, graph, operations, fault);
  try {
    return await inRuntime(context, graph, donated, operations);
  } catch (error) {
    if (!(error instanceof ManabiError && ['graph', 'dtype', 'backend'].includes(error.code))) throw error;
    return onFallback(context, graph, operations, `ONNX Runtime cannot compute it: ${error.message}`);
  }
}

async function onFallback(
  { cells }: PlacementContext,
  graph: Graph,
  operations: number,
  reason: string,
): Promise<Placed> {
  return { program: await compileOnFallback(cells, graph), placement: { place: 'fallback', reason, operations } };
}

async function inRuntime(
  context: PlacementContext,
  graph: Graph,
  donated: readonly number[],
  operations: number,
): Promise<Placed> {
  const { cells } = context;
  const { random, main, update, results } = partsOf(context, graph, donated);
  if (random === null && update === null) {
    const program = await opened(context, graph, donated);
    return { program, placement: { place: 'onnxruntime', reason: 'ONNX has all of its operators.', operations } };
  }
  if (main.graph.nodes.length === 0) {
    return onFallback(context, graph, operations, update === null ? 'It only creates random numbers.' : ONLY_UPDATES);
  }
  const onCells = (part: Part, taken: readonly number[]): Stage => ({
    ...{ ...part, name: cells.fallback.name },
    open: () => compileOnFallback(cells, part.graph, taken),
  });
  const stages: readonly Stage[] = [
    ...(random === null ? [] : [onCells(random, [])]),
    { ...main, name: 'ONNX Runtime', open: () => opened(context, main.graph, donatedIn(main, donated)) },
    ...(update === null ? [] : [onCells(update, donatedIn(update, donated))]),
  ];
  const program = await openStages(cells, graph.inputCount, stages, results);
  const moved = [
    ...(random === null ? [] : ['creates its random numbers']),
    ...(update === null ? [] : ['updates its state']),
  ];
  const reason = `${cells.fallback.name} ${moved.join(' and ')}; ONNX Runtime computes the rest.`;
  return { program, placement: { place: 'split', reason, operations } };
}

const ONLY_UPDATES = 'It only updates state, with few operations for each number.';

function opened(context: PlacementContext, graph: Graph, donated: readonly number[]): Promise<Program> {
  const { cells, settings, freezing } = context;
  return openFreezing(graph, donated, freezing, (constants) => openSession(cells.runtime, graph, settings, constants));
}

/** A part of a graph, with the sources of its inputs like those of a stage. */
type Part = Pick<Stage, 'graph' | 'sources'>;

/** A graph in parts that run one after the other. */
interface Parts {
  /** Creates the random numbers; null if there are none. */
  readonly random: Part | null;
  readonly main: Part;
  /** Updates the state of a training; null if this belongs to the main part. */
  readonly update: Part | null;
  /** Outputs of the whole graph, as indices like the sources of a stage. */
  readonly results: readonly number[];
}

function partsOf({ cells: { fallback }, settings }: PlacementContext, graph: Graph, donated: readonly number[]): Parts {
  const split = splitRandom(graph);
  const inputs = Array.from({ length: graph.inputCount }, (_, i) => i);
  const made = indices(inputs.length, split?.first.outputs.length ?? 0);
  const random = split === null ? null : { graph: split.first, sources: split.firstInputs };
  const main =
    split === null ? { graph, sources: inputs } : { graph: split.second, sources: [...split.secondInputs, ...made] };
  const start = inputs.length + made.length;
  // On other providers, or on another device, copies of the state would take longer.
  const isNear = isSynchronous(fallback) && settings.providers.every((name) => name === 'cpu');
  const updates = isNear ? splitUpdates(main.graph, donatedIn(main, donated)) : null;
  if (updates === null) return { random, main, update: null, results: indices(start, main.graph.outputs.length) };
  return {
    random,
    main: { graph: updates.main, sources: updates.mainInputs.map((input) => main.sources[input]) },
    update: {
      graph: updates.update,
      sources: [
        ...updates.updateInputs.map((input) => main.sources[input]),
        ...updates.made.map((output) => start + output),
      ],
    },
    results: updates.outputs.map((output) => start + output),
  };
}

/** Returns the inputs of a part that are donated inputs of the whole graph. */
function donatedIn({ sources }: Pick<Part, 'sources'>, donated: readonly number[]): readonly number[] {
  return [...sources.keys()].filter((i) => donated.includes(sources[i]));
}

function indices(start: number, count: number): readonly number[] {
  return Array.from({ length: count }, (_, i) => start + i);
}

import { type Backend, type Graph, isSupported, ManabiError } from '@manabi/ir';
import { type Freezing, openFreezing } from '../freezing/freezing-program.ts';
import { compileOnFallback } from '../runtime/fallback-program.ts';
import type { Runtime } from '../runtime/library.ts';
import { NOT_FROZEN, type Program } from '../runtime/program.ts';
import { openSession, type SessionSettings } from '../runtime/session-program.ts';
import { type SplitGraph, splitRandom } from './random-prefix.ts';
import { unsuited } from './unsuited.ts';
import { workOf } from './work.ts';

/** Where a graph runs, and why. */
export interface Placement {
  /**
   * `onnxruntime`: all of the graph in ONNX Runtime; `fallback`: all of it on the other backend; `split`: the random
   * numbers on the other backend and the rest in ONNX Runtime.
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
  readonly runtime: Runtime;
  readonly fallback: Backend;
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
  const { leastOperations, fallback } = context;
  const operations = workOf(graph);
  if (operations < leastOperations && isSupported(graph, fallback)) {
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
  { runtime, fallback }: PlacementContext,
  graph: Graph,
  operations: number,
  reason: string,
): Promise<Placed> {
  const program = await compileOnFallback(runtime, fallback, graph);
  return { program, placement: { place: 'fallback', reason, operations } };
}

async function inRuntime(
  context: PlacementContext,
  graph: Graph,
  donated: readonly number[],
  operations: number,
): Promise<Placed> {
  const { fallback } = context;
  const split = splitRandom(graph);
  if (split === null) {
    const program = await opened(context, graph, donated);
    return { program, placement: { place: 'onnxruntime', reason: 'ONNX has all of its operators.', operations } };
  }
  if (split.second.nodes.length === 0) return onFallback(context, graph, operations, 'It only creates random numbers.');
  const program = await openSplit(context, split, donated);
  const reason = `Its random numbers are made on ${fallback.name}, the rest is computed in ONNX Runtime.`;
  return { program, placement: { place: 'split', reason, operations } };
}

function opened(context: PlacementContext, graph: Graph, donated: readonly number[]): Promise<Program> {
  const { runtime, settings, freezing } = context;
  return openFreezing(graph, donated, freezing, (constants) => openSession(runtime, graph, settings, constants));
}

/** Number of an input that was made in the same run, and is never equal to another one. */
const NEW = Number.NaN;

async function openSplit(
  context: PlacementContext,
  { first, firstInputs, second, secondInputs }: SplitGraph,
  donated: readonly number[],
): Promise<Program> {
  const { runtime, fallback } = context;
  const random = await compileOnFallback(runtime, fallback, first);
  const released = [...secondInputs.keys()].filter((i) => donated.includes(secondInputs[i]));
  const rest = await opened(context, second, released).catch((error: unknown) => {
    random.dispose();
    throw error;
  });
  return {
    run: async (inputs, serials) => {
      const given = firstInputs.map((i) => inputs[i]);
      const made = await random.run(
        given,
        firstInputs.map((i) => serials[i]),
      );
      return rest.run(
        [...secondInputs.map((i) => inputs[i]), ...made],
        [...secondInputs.map((i) => serials[i]), ...made.map(() => NEW)],
      );
    },
    frozen: () => rest.frozen?.() ?? NOT_FROZEN,
    ...(rest.steps !== undefined && { steps: () => [...(random.steps?.() ?? []), ...(rest.steps?.() ?? [])] }),
    describe: () => `${fallback.name}:\n${random.describe()}\nONNX Runtime:\n${rest.describe()}`,
    dispose: () => {
      random.dispose();
      rest.dispose();
    },
  };
}

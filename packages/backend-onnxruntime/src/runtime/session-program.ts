import { ManabiError } from '@manabi/errors';
import { equalShapes, type Graph, outputTypes, type TensorType } from '@manabi/ir';
import { inspectOnnx } from '@manabi/onnx';
import { graphToOnnx, type OnnxParts } from '@manabi/onnx/backend';
import type { Cell } from './cell.ts';
import { hasGroups } from './channel-block.ts';
import { arrayOver } from './elements.ts';
import type { Runtime, RuntimeSession, RuntimeTensor } from './library.ts';
import { messageOf } from './message-of.ts';
import type { Program } from './program.ts';
import { type Recording, record } from './recording.ts';

/** Level of optimization that ONNX Runtime applies to a graph when it opens it. */
export type Optimization = 'all' | 'extended' | 'basic' | 'disabled';

/** How sessions of ONNX Runtime compute. */
export interface SessionSettings {
  /** Number of threads per operator; 0 for one per core. */
  readonly threads: number;
  /** null for the level that is faster for a graph. */
  readonly optimization: Optimization | null;
  /** Execution providers in order of preference, such as `cuda` and `cpu`. */
  readonly providers: readonly string[];
  /** Whether to measure the operators of sessions. */
  readonly measures: boolean;
  /** Returns the number of channels of a block; null if sessions must not compute in blocks of channels. */
  readonly channelBlock: () => Promise<number | null>;
}

/** How often the fast forms of a graph may fail before all runs use the exact ones. */
const MOST_FAILURES = 8;

/** Elements of inputs that a session contains as constants, by the index of the input. */
export type Constants = ReadonlyMap<number, RuntimeTensor>;

/**
 * Exports a graph to ONNX and opens it in ONNX Runtime.
 *
 * Its session uses forms that are right only while some intermediate results are finite. If a run finds that they are not, it is
 * repeated in a second session without these forms, which is opened for the first such run.
 *
 * @param constants inputs whose elements are the same in all runs; the session copies them
 * @throws ManabiError `graph` or `dtype` if the graph cannot be exported; `backend` if ONNX Runtime rejects it; `argument`
 * if a provider cannot be loaded
 */
export async function openSession(
  runtime: Runtime,
  graph: Graph,
  settings: SessionSettings,
  constants: Constants = new Map(),
): Promise<Program> {
  const outputs = outputTypes(graph);
  const recording = settings.measures ? record() : null;
  const channelBlock = hasGroups(graph) ? await settings.channelBlock() : null;
  const exportedWith = (isGuarded: boolean, given: Constants): OnnxParts =>
    exported(graph, settings, { isGuarded, channelBlock, constants: given });
  const parts = exportedWith(true, constants);
  // The constants are not kept: the session has its own copy.
  const { file } = parts;
  const fast = await opened(runtime, graph, settings, { parts, recording, constants });
  const variable = Array.from({ length: graph.inputCount }, (_, i) => i).filter((i) => !constants.has(i));
  const frozen = [...constants.keys()];
  const isGuarded = fast.outputNames.length > outputs.length;
  let exact: Promise<RuntimeSession> | null = null;
  let failures = 0;
  const openExact = (inputs: readonly Cell[]): Promise<RuntimeSession> => {
    const again: Constants = new Map(frozen.map((i) => [i, inputs[i].tensor()]));
    const exactParts = exportedWith(false, again);
    return opened(runtime, graph, settings, { parts: exactParts, recording: null, constants: again });
  };
  const resultsOf = async (inputs: readonly Cell[]): Promise<Readonly<Record<string, RuntimeTensor>>> => {
    const feeds: Record<string, RuntimeTensor> = {};
    for (let i = 0; i < variable.length; i++) feeds[fast.inputNames[i]] = inputs[variable[i]].tensor();
    if (!isGuarded) return fast.run(feeds);
    if (failures < MOST_FAILURES) {
      const made = await fast.run(feeds);
      if (isRight(made[fast.outputNames[outputs.length]])) return made;
      failures++;
    }
    exact ??= openExact(inputs);
    return (await exact).run(feeds);
  };
  return {
    run: async (inputs, results) => {
      const made = await resultsOf(inputs);
      for (let i = 0; i < outputs.length; i++) results[i].fill(checked(made[fast.outputNames[i]], outputs[i]));
    },
    describe: async () => {
      const counts = Object.entries(inspectOnnx(file).operators).map(([name, count]) => `${name} × ${count}`);
      return counts.join(', ') + (failures === 0 ? '' : `\n${failures} runs repeated, because numbers were not finite`);
    },
    ...(recording !== null && { steps: async () => recording.steps(fast) }),
    dispose: () => {
      void fast.release().then(() => recording?.remove());
      void exact?.then(
        (session) => session.release(),
        () => undefined, // The run that needed the session has thrown the error.
      );
    },
  };
}

/** In which form a graph is exported. */
interface Form {
  readonly isGuarded: boolean;
  readonly channelBlock: number | null;
  readonly constants: Constants;
}

function exported(
  graph: Graph,
  { threads, providers }: SessionSettings,
  { isGuarded, channelBlock, constants }: Form,
): OnnxParts {
  return graphToOnnx(graph, {
    isSequential: threads === 1 && providers.every((name) => name === 'cpu'),
    isGuarded,
    channelBlock,
    constants: new Map(Array.from(constants, ([input, tensor]) => [input, arrayOver(graph.types[input], tensor)])),
  });
}

/** What a session is opened from. */
interface Opening {
  readonly parts: OnnxParts;
  readonly recording: Recording | null;
  readonly constants: Constants;
}

function opened(
  runtime: Runtime,
  graph: Graph,
  settings: SessionSettings,
  { parts, recording, constants }: Opening,
): Promise<RuntimeSession> {
  const optimization = settings.optimization ?? (hasConstantFilters(graph, constants) ? 'all' : 'extended');
  return create(runtime, parts, { ...settings, optimization }, recording);
}

/** Returns whether the results of a run are right: whether its guard is finite. */
function isRight({ data }: RuntimeTensor): boolean {
  // The file declares the guard as float32.
  return Number.isFinite((data as Float32Array)[0]);
}

/**
 * Returns whether a convolution has constant filters. Only such convolutions, and poolings, compute in the blocked layout of
 * the level `all`. For poolings alone, conversions to this layout and back take longer than it saves.
 */
function hasConstantFilters(graph: Graph, constants: Constants): boolean {
  const isConstant = graph.types.map((_, value) => constants.has(value));
  return graph.nodes.some(({ op, operands, results }) => {
    if (op === 'conv' && isConstant[operands[1]]) return true;
    for (const result of results) isConstant[result] = operands.every((operand) => isConstant[operand]);
    return false;
  });
}

async function create(
  { InferenceSession: Session }: Runtime,
  { file, data }: OnnxParts,
  { threads, optimization, providers }: SessionSettings & { readonly optimization: Optimization },
  recording: Recording | null,
): Promise<RuntimeSession> {
  try {
    return await Session.create(file, {
      executionProviders: providers,
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      graphOptimizationLevel: optimization,
      // Errors are thrown, so they need not be logged.
      logSeverityLevel: 4,
      // Threads that wait for work between runs would take the cores from the threads of other sessions.
      extra: { session: { force_spinning_stop: '1' } },
      ...(data.length > 0 && { externalData: data }),
      ...recording?.options,
    });
  } catch (cause) {
    recording?.remove();
    if (/ExecutionProvider|shared library|no available backend/.test(messageOf(cause))) {
      throw new ManabiError(
        'argument',
        `ONNX Runtime cannot use the providers ${providers.join(', ')}: ${messageOf(cause)}. Install what they need, or omit ` +
          'the option `providers`.',
        { op: 'compile', data: { name: 'providers', given: providers }, cause },
      );
    }
    throw new ManabiError('backend', `ONNX Runtime cannot open the graph: ${messageOf(cause)}`, {
      op: 'compile',
      data: { backend: 'onnxruntime' },
      cause,
    });
  }
}

/** Checks that an output has the type that the graph states. */
function checked(tensor: RuntimeTensor | undefined, { dtype, shape }: TensorType): RuntimeTensor {
  if (tensor !== undefined && tensor.type === dtype && equalShapes(tensor.dims, shape)) return tensor;
  throw new ManabiError(
    'backend',
    `ONNX Runtime returned ${tensor?.type} [${tensor?.dims}] for an output of type ${dtype} [${shape}].`,
    { op: 'run', data: { dtype, shape } },
  );
}

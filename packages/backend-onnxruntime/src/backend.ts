import {
  anything,
  boolean,
  count,
  type KindsOf,
  listOf,
  ManabiError,
  notNegative,
  nullable,
  oneOf,
  optional,
  positiveInteger,
  readOptions,
  text,
  withMethods,
} from '@manabi/errors';
import { withData } from '@manabi/errors/internal';
import {
  type Backend,
  type BackendMemory,
  type Buffer,
  BufferLedger,
  BufferRun,
  backendFactory,
  type CompileOptions,
  type Executable,
  type Graph,
  type HostArray,
  inputTypes,
  outputTypes,
  type RunSignature,
  type TensorType,
} from '@manabi/ir';
import { Releases } from './freezing/releases.ts';
import { type Placed, type Placement, type PlacementContext, place } from './placement/place.ts';
import { Cell } from './runtime/cell.ts';
import { channelBlockOf } from './runtime/channel-block.ts';
import { checkForPages, checkProviders, runtimeOf } from './runtime/check-runtime.ts';
import { bytesOf, firstRowsOf } from './runtime/elements.ts';
import { exactError, isIndexFault } from './runtime/index-fault.ts';
import type { Runtime } from './runtime/library.ts';
import { loadRuntime } from './runtime/load-runtime.ts';
import { messageOf } from './runtime/message-of.ts';
import { NOT_FROZEN } from './runtime/program.ts';
import type { Optimization } from './runtime/session-program.ts';
import { Uploads } from './runtime/uploads.ts';

/** Options of `createOnnxRuntimeBackend`. */
export interface OnnxRuntimeBackendOptions {
  /** Number of threads that compute one operator; not for `onnxruntime-web`. Default: one for each core. */
  readonly threads?: number;
  /**
   * Level of optimization that ONNX Runtime applies to graphs. Default: `all` for graphs with constant filters of convolutions,
   * for which it has a faster memory layout, and `extended` for all others.
   */
  readonly optimization?: Optimization;
  /**
   * Execution providers of ONNX Runtime in order of preference, such as `['cuda', 'cpu']`; the installed build must
   * contain them. Default: `['cpu']`.
   */
  readonly providers?: readonly string[];
  /**
   * Backend for graphs that are too small for ONNX Runtime or that it cannot compute. It must not be disposed or used
   * for anything else. Default: a new one of the kind that is registered as `cpu`.
   */
  readonly fallback?: Backend;
  /** Graphs with fewer scalar operations run on `fallback`. Default: 20,000. */
  readonly leastOperations?: number;
  /**
   * Number of runs with the same weights after which a graph is opened once more, with these weights as constants, which is
   * faster. The session keeps a copy of them until one changes or is released, and its results may be rounded differently.
   * Default: 16; null for never.
   */
  readonly freezeAfter?: number | null;
  /**
   * Whether to measure the operators of each graph for `profile`, which makes runs slower (default: false). The first call of
   * `profile` for a graph ends the measurement of this graph. Needs Node.
   */
  readonly measures?: boolean;
  /** The runtime itself, such as `onnxruntime-web` in a page. Default: `onnxruntime-node`. */
  readonly runtime?: object;
}

/** Where a graph runs at the moment. */
export interface CurrentPlacement extends Placement {
  /** Number of inputs that its session contains as constants, because they have not changed for many runs. */
  readonly frozenInputs: number;
}

/** Backend that runs graphs in ONNX Runtime. */
export interface OnnxRuntimeBackend extends Backend {
  /** Returns where each graph that is compiled at the moment runs, and why. */
  readonly placements: () => readonly CurrentPlacement[];
}

/**
 * Number of scalar operations from which a graph runs in ONNX Runtime by default. Measured with one thread (`npm start
 * apps/bench/src/backends/main.ts -- --graphs`): a run of a session takes at least 8 to 17 µs. The fallback takes 3 to 10 µs, but
 * copies inputs and outputs. It is slower from about 10,000 operations for elementwise operators, where copies take most of the
 * time, and from 200,000 for products. Between these numbers, ONNX Runtime saves up to 180 µs, or loses up to 40 µs.
 */
const LEAST_OPERATIONS = 20_000;

/**
 * Number of runs with the same weights after which these become constants by default. For most networks, opening the second
 * session takes as long as 10 to 30 runs save.
 */
const FREEZE_AFTER = 16;

const kinds = {
  threads: optional(count, 0),
  optimization: optional(oneOf('all', 'extended', 'basic', 'disabled')),
  providers: optional(listOf(text, { min: 1 }), ['cpu']),
  fallback: optional(withMethods<Backend>('compile', 'upload', 'read', 'release')),
  leastOperations: optional(notNegative, LEAST_OPERATIONS),
  freezeAfter: optional(nullable(positiveInteger), FREEZE_AFTER),
  measures: optional(boolean, false),
  runtime: optional(anything<object>('a module of ONNX Runtime')),
} satisfies KindsOf<OnnxRuntimeBackendOptions>;

class OnnxBackend implements OnnxRuntimeBackend {
  readonly name = 'onnxruntime';
  readonly #context: PlacementContext;
  readonly #ledger: BufferLedger<Cell>;
  readonly #uploads: Uploads;
  readonly #placed = new Set<Placed>();

  constructor(context: PlacementContext) {
    this.#context = context;
    this.#uploads = new Uploads(context.cells);
    this.#ledger = new BufferLedger<Cell>(this, {
      // The memory is allocated when a run computes the elements.
      allocate: (type) => this.#cell(type),
      free: (cell) => this.#free(cell),
      bytesOf,
    });
  }

  upload(array: HostArray): Buffer {
    const cell = this.#uploads.cell(array);
    return this.#ledger.hold(cell.type, cell);
  }

  /** @throws ManabiError `disposed` for a released buffer, `backend` for a buffer of another backend */
  read(buffer: Buffer): HostArray {
    return this.#ledger.memoryOf(buffer, 'read').read();
  }

  /** @throws ManabiError `disposed` for a released buffer, `backend` for a buffer of another backend */
  release(buffer: Buffer): void {
    this.#ledger.release(buffer);
  }

  /** @throws ManabiError `disposed` for a released buffer, `backend` for a buffer of another backend */
  firstRows(buffer: Buffer, rows: number): Buffer {
    const cell = this.#ledger.take(buffer, 'firstRows');
    const { dtype, shape } = buffer.type;
    const part = firstRowsOf(this.#context.cells.runtime, buffer.type, cell.shared(), rows);
    this.#free(cell);
    const type = { dtype, shape: [rows, ...shape.slice(1)] };
    return this.#ledger.hold(type, this.#cell(type).fill(part));
  }

  async compile(graph: Graph, { donated }: CompileOptions): Promise<Executable> {
    const placed = await place(this.#context, graph, donated);
    this.#placed.add(placed);
    const outputs = outputTypes(graph);
    const signature: RunSignature = { inputs: inputTypes(graph), outputs, reuses: outputs.map(() => null), donated };
    const { program, placement } = placed;
    return {
      run: (given) => this.#run(graph, placed, signature, given),
      describe: async () => `${placement.place}: ${placement.reason}\n${await program.describe()}`,
      ...(program.steps !== undefined && { steps: program.steps }),
      dispose: () => {
        this.#placed.delete(placed);
        program.dispose();
      },
    };
  }

  memory(): BackendMemory {
    const { held, buffers } = this.#ledger;
    const { copied, spare } = this.#context.cells;
    const frozen = [...this.#placed].reduce((sum, { program }) => sum + (program.frozen?.() ?? NOT_FROZEN).bytes, 0);
    return { held, reserved: held + frozen + copied + spare, buffers };
  }

  placements(): readonly CurrentPlacement[] {
    return [...this.#placed].map(({ placement, program }) => ({
      ...placement,
      frozenInputs: (program.frozen?.() ?? NOT_FROZEN).inputs,
    }));
  }

  #cell(type: TensorType): Cell {
    return new Cell(this.#context.cells, type);
  }

  #free(cell: Cell): void {
    cell.free();
    if (this.#ledger.buffers === 0) this.#uploads.forget();
    this.#context.freezing.releases.released(cell.serial);
  }

  async #run(
    graph: Graph,
    { program }: Placed,
    signature: RunSignature,
    given: readonly Buffer[],
  ): Promise<readonly Buffer[]> {
    const run = new BufferRun(this.#ledger, signature, given);
    try {
      await program.run(run.inputs, run.outputs);
    } catch (cause) {
      // A failed run keeps its inputs, so a training can go on after the error.
      const inputsKept = run.inputs.every((cell) => !cell.isEmpty);
      const error = withData(await this.#translated(cause, graph, run.inputs), { inputsKept });
      run.fail(error);
      throw error;
    }
    return run.succeed();
  }

  async #translated(cause: unknown, graph: Graph, inputs: readonly Cell[]): Promise<ManabiError> {
    if (cause instanceof ManabiError) return cause;
    if (isIndexFault(cause)) return exactError(this.#context.cells, graph, inputs, cause);
    return new ManabiError('backend', `ONNX Runtime failed: ${messageOf(cause)}`, {
      op: 'run',
      data: { backend: this.name },
      cause,
    });
  }
}

/**
 * Creates a backend that runs graphs in ONNX Runtime, on all cores. Import `@manabi/backend-onnxruntime/register` instead
 * to register one with default options as `onnxruntime`.
 *
 * @throws ManabiError `argument` for an invalid option, for one that `onnxruntime-web` ignores, and for a provider that the
 * installed runtime lacks; `backend` if
 * ONNX Runtime is not installed, or if no backend is registered as `cpu` and there is no option `fallback`
 * @example
 * ```ts
 * import { createCpuBackend } from '@manabi/backend-cpu';
 * import { createOnnxRuntimeBackend } from '@manabi/backend-onnxruntime';
 *
 * const backend = await createOnnxRuntimeBackend({ threads: 1, fallback: createCpuBackend() });
 * const buffer = backend.upload({ dtype: 'float32', shape: [2], data: Float32Array.of(1, 2) });
 * console.log(Array.from((await backend.read(buffer)).data)); // [1, 2]
 * ```
 */
export async function createOnnxRuntimeBackend(options: OnnxRuntimeBackendOptions = {}): Promise<OnnxRuntimeBackend> {
  const {
    threads,
    optimization = null,
    providers,
    leastOperations,
    freezeAfter,
    measures,
    ...given
  } = readOptions('createOnnxRuntimeBackend', options, kinds);
  const runtime = given.runtime === undefined ? await loadRuntime() : runtimeOf(given.runtime);
  checkProviders(runtime, providers);
  checkForPages(runtime, { threads: options.threads !== undefined, measures });
  const fallback = given.fallback ?? (await registeredCpu());
  return new OnnxBackend({
    cells: { runtime, fallback, copied: 0, spare: 0 },
    leastOperations,
    freezing: { after: freezeAfter, releases: new Releases() },
    settings: { threads, optimization, providers, measures, channelBlock: blockFinder(runtime, providers) },
  });
}

/** Returns a function that finds the number of channels of a block when it is first called. */
function blockFinder(runtime: Runtime, providers: readonly string[]): () => Promise<number | null> {
  let found: Promise<number | null> | null = null;
  return () => {
    found ??= providers.every((name) => name === 'cpu') ? channelBlockOf(runtime) : Promise.resolve(null);
    return found;
  };
}

async function registeredCpu(): Promise<Backend> {
  const factory = backendFactory('cpu');
  if (factory !== undefined) return factory();
  throw new ManabiError(
    'backend',
    'The backend "onnxruntime" needs a second backend for small graphs. Import @manabi/backend-cpu/register first, or pass ' +
      'the option `fallback`.',
    { op: 'createOnnxRuntimeBackend' },
  );
}

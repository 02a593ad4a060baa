import type { Graph, OpName } from '../graph/graph.ts';
import type { DType, ElementArray } from '../types/dtype.ts';
import type { HostArray } from '../types/host-array.ts';
import type { TensorType } from '../types/shape.ts';

/**
 * The elements of a tensor in the memory of a backend. Only this backend can access them. A buffer must be released
 * exactly once.
 */
export interface Buffer {
  /** Dtype and shape of the elements. */
  readonly type: TensorType;
  /** Backend to whose memory the buffer belongs. */
  readonly backend: Backend;
}

/** A graph compiled for one backend. */
export interface Executable {
  /**
   * Runs the graph once and returns its outputs.
   *
   * The run releases the inputs that were donated at compilation, even if it fails, except if it fails with a
   * `ManabiError` whose data contains `inputsKept: true`. The caller must release the outputs.
   *
   * @throws ManabiError `index` for an index out of range. If runs continue after `run` has returned, as on a GPU, the
   * backend may report the error later: `read` then fails with this error for the outputs of the run and for all values
   * computed from them. Donated inputs are released in this case, and the outputs must be released as usual.
   *
   * @param now true if a synchronous backend must return the outputs, not a promise; it first waits for a run that has not ended
   */
  readonly run: (inputs: readonly Buffer[], now?: boolean) => readonly Buffer[] | Promise<readonly Buffer[]>;
  /** Returns a description of the steps as text, with bytes and FLOPs. */
  readonly describe: () => Promise<string>;
  /** Returns a report of each step: operations, bytes and time. Missing in backends that cannot list their steps. */
  readonly steps?: () => Promise<readonly StepReport[]>;
  /** Releases all memory of the executable except its compiled code. */
  readonly dispose: () => void;
}

/** Operations, bytes and time of one step of an executable. */
export interface StepReport {
  /** Description of the step in one line. */
  readonly name: string;
  /**
   * Nesting depth: 0 for a step of the executable itself, 1 for a step in a loop or branch, and so on. The steps in a
   * loop or branch are listed after it, and its numbers include theirs.
   */
  readonly depth: number;
  /** How often the step runs in one run of the executable. */
  readonly runs: number;
  /** Cost of all scalar operations in one run of the executable, in units of one addition. */
  readonly operations: number;
  /** Number of bytes that the step reads and writes in one run of the executable, if it accesses each element once. */
  readonly bytes: number;
  /**
   * Shortest time of the step in any run of the executable so far; null before the first run, and on backends that do
   * not measure it.
   */
  readonly milliseconds: number | null;
  /** Clock that measured the time. Missing if it was the host's, around the call of the step, or if nothing was measured. */
  readonly clock?: StepClock;
  /** Number of threads that shared the step. Missing if only one thread has run it, or if nothing was measured. */
  readonly threads?: number;
  /**
   * How unevenly these threads shared the step, over all runs: the time of the thread that computed longest, divided by the
   * mean time. It is 1 if all computed equally long, and equals `threads` if only one computed. Present like `threads`.
   */
  readonly imbalance?: number;
}

/**
 * Clock that measures the steps of a backend whose runs continue after `run` has returned: `gpu`, timestamps of the GPU
 * itself; or `submission`, the host's clock from submitting a step until the GPU has finished, less the time of an empty
 * submission.
 */
export type StepClock = 'gpu' | 'submission';

/** Options of `Backend.compile`. */
export interface CompileOptions {
  /** Indices of the inputs that each run releases, and whose memory it may reuse. */
  readonly donated: readonly number[];
}

/** Memory usage of a backend. */
export interface BackendMemory {
  /** Size in bytes of all buffers that are not released yet. */
  readonly held: number;
  /** Number of bytes that the backend has allocated, including those that are free for later use. */
  readonly reserved: number;
  /** Number of buffers that are not released yet. */
  readonly buffers: number;
}

/** Why a backend stopped working; the same fields as `GPUDeviceLostInfo` of WebGPU. */
export interface BackendLoss {
  /** `destroyed` if the program destroyed the backend, otherwise `unknown`. */
  readonly reason: 'destroyed' | 'unknown';
  /** Message of the GPU driver or other software; may be empty. */
  readonly message: string;
}

/**
 * Compiles and runs graphs, and stores tensors in its memory.
 *
 * `@manabi/core` keeps one queue per backend: a backend gets the next call of `compile`, `run` or `read` only after the
 * previous one has completed. `upload` and `release` may be called at any time, even during a run, but `release` is not
 * called for a buffer that the run uses.
 */
export interface Backend {
  /** Name for error messages and reports. */
  readonly name: string;
  /**
   * True if `read` never returns a promise, `run` never if it must run now, and `compile` only if it must first load code
   * (default: false). On such a backend, `@manabi/core` runs pending operations once there are many, even if the program does
   * not await a result.
   */
  readonly synchronous?: boolean;
  /** Supported dtypes (default: all dtypes). Graphs with other dtypes are rejected before they run. */
  readonly dtypes?: readonly DType[];
  /**
   * Returns true if the backend can run an operator on a dtype of `dtypes` (default: always true). It is called for
   * each operand and result of each node. If it returns false for one, the graph is rejected before it runs.
   */
  readonly supports?: (op: OpName, dtype: DType) => boolean;
  /**
   * Why the backend stopped working; null while it works. Missing in backends that cannot be lost.
   *
   * After a loss, `upload`, `compile`, `run` and `read` fail with `lostError()`, and promises that they have returned
   * must still settle. `release`, `dispose` and `memory` still work. A lost backend never recovers; the function that
   * was passed to `registerBackend` creates a new one.
   */
  readonly loss?: BackendLoss | null;
  /**
   * Copies elements from the host into a new buffer. Elements of dtype bool must be 0 or 1: see `canonicalElements`.
   *
   * @throws ManabiError `memory` if there is not enough memory
   */
  readonly upload: (data: HostArray) => Buffer;
  /**
   * Copies the elements of a buffer to the host.
   *
   * @throws ManabiError `index` if an index was out of range in the run that computed the elements, or in a run that
   * computed its inputs
   */
  readonly read: (buffer: Buffer) => HostArray | Promise<HostArray>;
  /**
   * Copies the elements of a buffer into an array of the type and length of the one that `read` returns (Float32Array for float16).
   * Missing in backends that cannot do this.
   *
   * @throws ManabiError `disposed` for a released buffer, `backend` for a buffer of another backend
   */
  readonly readInto?: (buffer: Buffer, data: ElementArray) => void;
  /** Releases a buffer. This must also work for outputs of failed runs and after the backend was lost. */
  readonly release: (buffer: Buffer) => void;
  /**
   * Returns a buffer of the first `rows` rows of the given buffer, which is released. Nothing is copied. Missing in
   * backends that cannot do this.
   */
  readonly firstRows?: (buffer: Buffer, rows: number) => Buffer;
  /**
   * Compiles a graph. The graph is not yet simplified; a backend that benefits from simplification calls
   * `simplify(graph, { final: true })` itself.
   */
  readonly compile: (graph: Graph, options: CompileOptions) => Executable | Promise<Executable>;
  /** Returns the memory usage. */
  readonly memory: () => BackendMemory;
}

import type { Graph, OpName } from '../graph/graph.ts';
import type { DType } from '../types/dtype.ts';
import type { HostArray } from '../types/host-array.ts';
import type { TensorType } from '../types/shape.ts';

/** Elements in the memory of a backend. Only this backend can access them. The owner of a buffer releases it once. */
export interface Buffer {
  /** Dtype and shape of the elements. */
  readonly type: TensorType;
  /** Backend that holds the elements. */
  readonly backend: Backend;
}

/** A graph compiled for one backend. */
export interface Executable {
  /**
   * Runs the graph once.
   *
   * The run releases the inputs that were donated at compilation, whether it succeeds or fails, unless it fails with a
   * `ManabiError` that has `inputsKept: true` in its data. The caller owns the outputs.
   *
   * @throws ManabiError `index` for an index out of range. A backend whose runs continue after `run` has returned may report
   * the error later: then reading the outputs of the run, or of any run that takes one of them, fails with this error, and
   * the donated inputs are released. The outputs can be released in any case.
   */
  readonly run: (inputs: readonly Buffer[]) => readonly Buffer[] | Promise<readonly Buffer[]>;
  /** Returns a readable description of the steps, with bytes and FLOPs. */
  readonly describe: () => string;
  /** Returns the operations, bytes and time of each step. Missing in backends that cannot list their steps. */
  readonly steps?: () => readonly StepReport[];
  /** Releases all memory of the executable except its compiled code. */
  readonly dispose: () => void;
}

/** Operations, bytes and time of one step of an executable. */
export interface StepReport {
  /** Description of the step in one line. */
  readonly name: string;
  /**
   * Nesting depth: 0 for steps of the executable. The steps of a loop or branch follow it with a depth one higher; its
   * numbers include those of its steps.
   */
  readonly depth: number;
  /** Number of times the step runs in one run of the executable. */
  readonly runs: number;
  /** Scalar operations in one run of the executable, weighted by their cost in additions. */
  readonly operations: number;
  /** Minimal number of bytes that the step reads and writes in one run of the executable. */
  readonly bytes: number;
  /** Shortest time over all runs of the executable; null before the first run, and for backends that do not measure. */
  readonly milliseconds: number | null;
}

/** Options of `Backend.compile`. */
export interface CompileOptions {
  /** Indices of inputs whose memory the run may reuse. The run releases these inputs. */
  readonly donated: readonly number[];
}

/** Memory usage of a backend. */
export interface BackendMemory {
  /** Bytes of all buffers that are not released. */
  readonly held: number;
  /** Bytes allocated from the system, including free ones. */
  readonly reserved: number;
  /** Number of buffers that are not released. */
  readonly buffers: number;
}

/** Reason why a backend stopped working, modeled on `GPUDeviceLostInfo` of WebGPU. */
export interface BackendLoss {
  /** `destroyed` if the program destroyed the backend, otherwise `unknown`. */
  readonly reason: 'destroyed' | 'unknown';
  /** Message of the driver or runtime; may be empty. */
  readonly message: string;
}

/**
 * Compiles and runs graphs, and stores tensors in its memory.
 *
 * The front end keeps one queue per backend: calls of `compile`, `run` and `read` never overlap on one backend, but may
 * overlap on different backends. `upload` and `release` may be called at any time, even during a run, but never for a
 * buffer that this run uses.
 */
export interface Backend {
  /** Name for error messages and reports. */
  readonly name: string;
  /**
   * True if `compile`, `run` and `read` never return promises; false by default. On such a backend, pending operations also
   * run without an `await`, once many are pending.
   */
  readonly synchronous?: boolean;
  /** Supported dtypes; all by default. Graphs with other dtypes are rejected before they run. */
  readonly dtypes?: readonly DType[];
  /**
   * Returns true if the backend can run an operator on a dtype of `dtypes`; always true by default. It is called with the
   * dtype of each operand and result of a node. Graphs with unsupported nodes are rejected before they run.
   */
  readonly supports?: (op: OpName, dtype: DType) => boolean;
  /**
   * Reason why the backend stopped working; null while it works. Missing in backends that cannot be lost.
   *
   * After a loss, `upload`, `compile`, `run` and `read` fail with `lostError()`, pending promises settle, and `release`,
   * `dispose` and `memory` still work. A lost backend never recovers; its factory creates a new one.
   */
  readonly loss?: BackendLoss | null;
  /**
   * Copies host elements into a new buffer. Elements of bool must be 0 or 1: see `canonicalBools`.
   *
   * @throws ManabiError `memory` if there is not enough memory
   */
  readonly upload: (data: HostArray) => Buffer;
  /**
   * Copies the elements of a buffer to the host.
   *
   * @throws ManabiError `index` if the run that computed them, or a run that it depends on, reports an index error late
   */
  readonly read: (buffer: Buffer) => HostArray | Promise<HostArray>;
  /** Releases a buffer. Buffers of failed runs and of lost backends can be released as well. */
  readonly release: (buffer: Buffer) => void;
  /**
   * Shortens a buffer to its first rows without copying: returns a new buffer and invalidates the old one. Missing in
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

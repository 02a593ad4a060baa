import type { Graph, OpName } from '../graph/graph.ts';
import type { DType } from '../types/dtype.ts';
import type { HostArray } from '../types/host-array.ts';
import type { TensorType } from '../types/shape.ts';

/** Elements in a backend's memory. Whoever holds it releases it once; the backend alone knows what is behind it. */
export interface Buffer {
  readonly type: TensorType;
  readonly backend: Backend;
}

/** A graph made ready to run on one backend. */
export interface Executable {
  /**
   * Runs the graph once.
   *
   * Inputs that were named as donated when the graph was compiled are released by the run, whether it succeeds or not,
   * unless it fails with a `ManabiError` that has `inputsKept: true` in its data; outputs belong to the caller.
   *
   * @throws ManabiError `index` for an index out of range. A backend whose runs go on after `run` has returned may report
   * it late instead: then the outputs of the run, and of every run that takes one of them, fail with that error when they
   * are read, and the donated inputs are gone. Releasing them is always possible.
   */
  readonly run: (inputs: readonly Buffer[]) => readonly Buffer[] | Promise<readonly Buffer[]>;
  /** What runs, for people: steps with bytes and FLOPs. */
  readonly describe: () => string;
  /** The steps that run, with what they have to do and have taken; left out by backends that cannot tell. */
  readonly steps?: () => readonly StepReport[];
  /** Gives back what the executable holds beside its code. */
  readonly dispose: () => void;
}

/** One step of an executable: what it has to do, and how long it took. */
export interface StepReport {
  /** In a line, for people. */
  readonly name: string;
  /** 0 for steps of the executable; those of a loop or branch follow it, one deeper, and are part of its numbers. */
  readonly depth: number;
  /** How many times it runs in one run of the executable. */
  readonly runs: number;
  /** Scalar operations of one run of the executable, each counted as the additions that it is worth. */
  readonly operations: number;
  /** Bytes that one run of the executable has to read and write here at least. */
  readonly bytes: number;
  /** Shortest time of all runs of the executable so far; null before the first, and where nothing is measured. */
  readonly milliseconds: number | null;
}

/** How a graph is to be compiled. */
export interface CompileOptions {
  /** Positions of inputs whose memory the run may reuse and then releases. */
  readonly donated: readonly number[];
}

/** Memory that a backend holds. */
export interface BackendMemory {
  /** Bytes in buffers that someone holds. */
  readonly held: number;
  /** Bytes taken from the system, free ones included. */
  readonly reserved: number;
  /** Number of buffers that someone holds. */
  readonly buffers: number;
}

/** Why a backend no longer works, after WebGPU's `GPUDeviceLostInfo`. */
export interface BackendLoss {
  /** `destroyed` if the program itself ended the backend, `unknown` otherwise. */
  readonly reason: 'destroyed' | 'unknown';
  /** What the driver or runtime says about it; may be empty. */
  readonly message: string;
}

/**
 * Runs graphs.
 *
 * The front end keeps one queue per backend: calls of `compile`, `run` and `read` on one backend never overlap, while those
 * on different backends may. `upload` and `release` are called at any time, also while a run is under way, but never for
 * a buffer that the run under way uses.
 */
export interface Backend {
  readonly name: string;
  /**
   * Whether `compile`, `run` and `read` never return promises. A program that never awaits then runs on it by itself,
   * whenever much is pending. False by default.
   */
  readonly synchronous?: boolean;
  /** Dtypes that the backend can store and compute with; all by default. Graphs with others are refused before they run. */
  readonly dtypes?: readonly DType[];
  /**
   * Returns whether the backend can run an operator on a dtype of `dtypes`. It is asked about the dtype of each operand and
   * result, and graphs with anything else are refused before they run. By default every operator runs on every dtype of
   * `dtypes`.
   */
  readonly supports?: (op: OpName, dtype: DType) => boolean;
  /**
   * The reason why the backend no longer works, null while it does; left out by backends that cannot be lost.
   *
   * After a loss, `upload`, `compile`, `run` and `read` fail (`lostError` makes the error), promises that are pending settle,
   * and `release`, `dispose` and `memory` still work. A lost backend never recovers: its factory makes a new one.
   */
  readonly loss?: BackendLoss | null;
  /**
   * Copies host elements into a new buffer. Elements of bool must be 0 or 1: see `canonicalBools`.
   *
   * @throws ManabiError `memory` if there is no room
   */
  readonly upload: (data: HostArray) => Buffer;
  /**
   * Copies a buffer's elements to the host.
   *
   * @throws ManabiError `index` if the run that computed them, or one that it depends on, reports an index error late
   */
  readonly read: (buffer: Buffer) => HostArray | Promise<HostArray>;
  /** Releases a buffer, also one of a failed run or of a lost backend. */
  readonly release: (buffer: Buffer) => void;
  /**
   * Returns the first rows of a buffer as a buffer that takes its place, without a copy; the buffer given is gone. Left
   * out by backends that cannot do that.
   */
  readonly firstRows?: (buffer: Buffer, rows: number) => Buffer;
  /**
   * Makes a graph ready to run. The graph is as it was traced, so a backend simplifies it (`simplify(graph, { final: true })`)
   * where that helps.
   */
  readonly compile: (graph: Graph, options: CompileOptions) => Executable | Promise<Executable>;
  readonly memory: () => BackendMemory;
}

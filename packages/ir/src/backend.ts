import type { Graph } from './graph.ts';
import type { HostArray } from './host-array.ts';
import type { TensorType } from './shape.ts';

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
   * Inputs that were named as donated when the graph was compiled are released by the run, whether it succeeds or not
   * unless the error says that the inputs were kept; outputs belong to the caller.
   */
  readonly run: (inputs: readonly Buffer[]) => readonly Buffer[] | Promise<readonly Buffer[]>;
  /** What runs, for people: steps with bytes and FLOPs. */
  readonly describe: () => string;
  /** Gives back what the executable holds beside its code. */
  readonly dispose: () => void;
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

/** Something that runs graphs. */
export interface Backend {
  readonly name: string;
  /** Copies host elements into a new buffer. */
  readonly upload: (data: HostArray) => Buffer;
  /** Copies a buffer's elements to the host. */
  readonly read: (buffer: Buffer) => HostArray | Promise<HostArray>;
  readonly release: (buffer: Buffer) => void;
  readonly compile: (graph: Graph, options: CompileOptions) => Executable | Promise<Executable>;
  readonly memory: () => BackendMemory;
}

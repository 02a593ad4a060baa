import { type DType, dtypeNames, type ScalarOp } from '@manabi/ir';

/**
 * Description of a machine for which plans are compiled, as plain data: all limits and costs that depend on the machine
 * are here. `cpuTarget` of `@manabi/backend-cpu` is an example. For a target with `mostBindings`, `largestBuffer`, more than
 * one of `parallelTasks`, or without `nestsInOrder`, `compilePlan` needs the option `strategies`.
 */
export interface PlanTarget {
  /** Name of the machine or backend in error messages. */
  readonly name: string;
  /**
   * Bytes per stored element of each dtype; null for dtypes that the machine does not support. A machine without 8-bit
   * types stores each uint8 or bool in a 32-bit word.
   */
  readonly bytesOf: { readonly [K in DType]: number | null };
  /**
   * Dtypes of which the inputs of a graph are stored as on the host, although other values take `bytesOf` bytes per
   * element. For example, uint8 images are stored with four elements per word. Packed inputs are read only by kernels
   * and never overwritten. Outputs are not packed; a backend packs them before they become inputs of another graph.
   */
  readonly packedInputs: readonly DType[];
  /** Maximal number of buffers that a step may bind, including the record of index errors; null without a limit. */
  readonly mostBindings: number | null;
  /** Maximal size in bytes of a buffer, and so of a value in memory; null without a limit. */
  readonly largestBuffer: number | null;
  /**
   * Size in bytes that a step can bind of a value without further bindings. Reductions whose terms are further apart are split
   * into parts that read half as much. Default: null, for any size.
   */
  readonly largestBinding?: number | null;
  /**
   * Required alignment in bytes of the offset at which part of a buffer is bound; 1 if any offset is allowed. If a
   * loop's slices are not aligned, the whole array is bound; see `sliced` in `Slot`.
   */
  readonly bindingAlignment: number;
  /**
   * How intermediate values share memory. `arena`: all are at offsets in one block. `buffers`: each takes a whole
   * buffer, which stores another value later.
   */
  readonly memory: 'arena' | 'buffers';
  /** Required alignment in bytes of intermediate values in memory. */
  readonly valueAlignment: number;
  /**
   * True if a kernel may have several loop nests, which run one after the other. False if each kernel must be a single
   * loop nest.
   */
  readonly nestsInOrder: boolean;
  /**
   * Whether the host or the device decides which case of a branch runs and when a loop with a test ends; see `Branch`
   * and `Loop`.
   */
  readonly decisions: 'host' | 'device';
  /**
   * Number of parallel iterations that a step needs to use the whole machine. Reductions and matrix products with fewer
   * results are split into parts; 1 means that none are. The split never depends on the number of threads.
   */
  readonly parallelTasks: number;
  /** Minimal number of terms in each part when a reduction or matrix product is split. */
  readonly leastTerms: number;
  /**
   * Number of lanes that share the computation of one result when the innermost axis of an operand is reduced; 1 if one
   * lane computes it. Each lane counts as a parallel iteration in `parallelTasks`.
   */
  readonly reductionLanes: number;
  /** Names of the supported routines (see `RoutineName`). Generated loops replace all other routines. */
  readonly routines: readonly string[];
  /**
   * Whether routines convert float16 operands to float32 when they read them, so that operands in float16 need no copies.
   * Default: false.
   */
  readonly widensOperands?: boolean;
  /** Costs by which the compiler decides which operators to fuse and which values to recompute. */
  readonly costs: PlanCosts;
}

/** Costs of a machine, by which the compiler decides which operators to fuse and which values to recompute. */
export interface PlanCosts {
  /** Cost of each scalar instruction, in units of one addition. */
  readonly scalar: { readonly [K in ScalarOp]: number };
  /**
   * A value with several readers is stored if computing one element costs more than this; otherwise each reader
   * computes it again.
   */
  readonly kept: number;
  /**
   * An expression is split into several kernels if one element costs more than this, because compilers of kernels
   * optimize long code poorly.
   */
  readonly longestExpression: number;
  /** Maximal number of values that a kernel reads and computes, because more would not fit in registers. */
  readonly mostValues: number;
  /**
   * Cost of running a branch. If computing both of its graphs costs at most this, both are computed and one result is
   * selected.
   */
  readonly branch: number;
  /**
   * Maximal number of comparisons in a scatter for which each element of the result searches for its updates. If more
   * are needed, the kernel loops over the updates instead.
   */
  readonly mostComparisons: number;
}

/**
 * Returns the dtypes that a target supports, for the property `dtypes` of a backend.
 *
 * @example
 * ```ts
 * import { cpuTarget } from '@manabi/backend-cpu';
 * import { storableDTypes } from '@manabi/compiler';
 *
 * console.log(storableDTypes(cpuTarget).includes('float64')); // true
 * ```
 */
export function storableDTypes({ bytesOf }: PlanTarget): readonly DType[] {
  return dtypeNames.filter((dtype) => bytesOf[dtype] !== null);
}

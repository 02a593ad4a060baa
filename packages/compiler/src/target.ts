import { type DType, dtypeNames, type ScalarOp } from '@manabi/ir';

/**
 * A machine that plans are made for, as plain data: everything that the compiler has to know of it, and the only place
 * where constants of a machine stand.
 *
 * @example `compilePlan(graph, { target: cpuTarget, donated: [0] })`
 */
export interface PlanTarget {
  /** The name in error messages. */
  readonly name: string;
  /**
   * Bytes that a stored element takes, by dtype; null for dtypes that the machine can neither store nor compute with. A
   * machine without 8-bit types stores bytes and bools as a word each.
   */
  readonly bytesOf: { readonly [K in DType]: number | null };
  /**
   * Dtypes whose elements come packed, without gaps, in inputs of a graph, although a stored element takes more bytes:
   * images of bytes, four to a word. A packed input is read by kernels only and never written. Outputs of the dtype take
   * `bytesOf` bytes an element: a backend packs them before they become inputs.
   */
  readonly packedInputs: readonly DType[];
  /** Most buffers that one step may read and write, index errors among them; null without a limit. */
  readonly mostBindings: number | null;
  /** Most bytes of one buffer that a step may bind; null without a limit. */
  readonly largestBinding: number | null;
  /**
   * Multiple of bytes at which a part of a buffer may be bound; 1 if any address will do. Slices of loops that lie
   * between are bound with the whole array; see `sliced` in `Slot`.
   */
  readonly bindingAlignment: number;
  /** How intermediate values share memory: at offsets within one arena, or as tenants of whole buffers. */
  readonly memory: 'arena' | 'buffers';
  /** Bytes that the memory of an intermediate value is rounded up to. */
  readonly valueAlignment: number;
  /**
   * Whether the loop nests of a kernel run one after the other, each seeing what the ones before it have written. Where
   * they do not, a kernel has one nest.
   */
  readonly nestsInOrder: boolean;
  /**
   * Who decides about branches and the end of loops: the host reads the deciding value, or the device goes on by itself.
   * See `Branch` and `Loop`.
   */
  readonly decisions: 'host' | 'device';
  /**
   * Tasks that a step should have at least to keep the machine busy; 1 if one does. Reductions and products of fewer rows
   * are cut into parts, of shapes alone: never by the number of threads that happen to run.
   */
  readonly parallelTasks: number;
  /** Terms of a reduction or product that each part should have at least. */
  readonly leastTerms: number;
  /** Names of the routines that are there; loops compute what others stand for. See `RoutineName`. */
  readonly routines: readonly string[];
  readonly costs: PlanCosts;
}

/** What the machine's time is spent on: what fusion and recomputation are weighed by. */
export interface PlanCosts {
  /** Cost of each scalar instruction on one element, in additions. */
  readonly scalar: { readonly [K in ScalarOp]: number };
  /** Cost above which a value with several readers is computed once and kept, not once for each reader. */
  readonly kept: number;
  /** Cost above which an expression is cut, so that kernels stay of a size that compilers handle well. */
  readonly longestExpression: number;
  /** Most values that one kernel computes and reads: beyond that, registers run out. */
  readonly mostValues: number;
  /**
   * Cost up to which both graphs of a branch are computed, and their results selected from, instead of choosing one: what
   * the choice itself costs.
   */
  readonly branch: number;
  /** Most comparisons of places with indices for which each element of a scatter looks for its own updates. */
  readonly mostComparisons: number;
}

/** Returns the dtypes that a target can store and compute with: what a backend with this target declares as `dtypes`. */
export function storableDTypes({ bytesOf }: PlanTarget): readonly DType[] {
  return dtypeNames.filter((dtype) => bytesOf[dtype] !== null);
}

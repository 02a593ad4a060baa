import { type DType, dtypeNames, type ScalarOp } from '@manabi/ir';

/**
 * Description of a machine that plans are compiled for, as plain data. It holds all machine constants; the
 * compiler itself contains none. `cpuTarget` of `@manabi/backend-cpu` is an example.
 */
export interface PlanTarget {
  /** Name for error messages. */
  readonly name: string;
  /**
   * Bytes per stored element, by dtype; null for dtypes that the machine cannot store or compute with. A machine
   * without 8-bit types stores bytes and bools as a word each.
   */
  readonly bytesOf: { readonly [K in DType]: number | null };
  /**
   * Dtypes whose elements are packed without gaps in the inputs of a graph although `bytesOf` is larger, such as the
   * bytes of images, four to a word. Packed inputs are read only by kernels and never written. Outputs of the dtype
   * take `bytesOf` bytes per element; a backend packs them before they become inputs.
   */
  readonly packedInputs: readonly DType[];
  /** Maximal number of buffers that a step may bind, including the record of index errors; null without a limit. */
  readonly mostBindings: number | null;
  /** Maximal size in bytes of a buffer that a step may bind; null without a limit. */
  readonly largestBinding: number | null;
  /**
   * Alignment in bytes of a part of a buffer that is bound; 1 for any address. Unaligned slices of loops are bound with
   * the whole array; see `sliced` in `Slot`.
   */
  readonly bindingAlignment: number;
  /** How intermediate values share memory: at offsets within one arena, or one after the other in whole buffers. */
  readonly memory: 'arena' | 'buffers';
  /** Alignment in bytes of the memory of intermediate values. */
  readonly valueAlignment: number;
  /**
   * True if the loop nests of a kernel run one after the other and each sees the writes of the previous ones. Otherwise
   * a kernel has one nest.
   */
  readonly nestsInOrder: boolean;
  /**
   * Where branches and the ends of loops are decided: the host reads the deciding value, or the device decides. See
   * `Branch` and `Loop`.
   */
  readonly decisions: 'host' | 'device';
  /**
   * Minimal number of parallel iterations per step that keeps the machine busy; 1 if one is enough. Reductions and
   * products with fewer rows are split into parts. The split depends only on shapes, never on the number of running
   * threads.
   */
  readonly parallelTasks: number;
  /** Minimal number of terms of each part of a split reduction or product. */
  readonly leastTerms: number;
  /** Names of the supported routines. Loops replace all others. See `RoutineName`. */
  readonly routines: readonly string[];
  /** Costs by which the compiler decides about fusion and recomputation. */
  readonly costs: PlanCosts;
}

/** Costs of a machine, by which the compiler decides about fusion and recomputation. */
export interface PlanCosts {
  /** Cost of each scalar instruction per element, in additions. */
  readonly scalar: { readonly [K in ScalarOp]: number };
  /** Cost above which a value with several readers is stored instead of recomputed for each reader. */
  readonly kept: number;
  /** Cost above which an expression is split, so that kernels stay small enough for compilers to optimize. */
  readonly longestExpression: number;
  /** Maximal number of values that a kernel computes and reads before it runs out of registers. */
  readonly mostValues: number;
  /**
   * Cost of a branch itself. If both graphs together cost at most as much, both are computed and their results selected.
   */
  readonly branch: number;
  /**
   * Maximal number of index comparisons in a scatter whose elements search for their own updates. If they would need
   * more, updates are written in order.
   */
  readonly mostComparisons: number;
}

/**
 * Returns the dtypes that a target supports. A backend with this target declares them as its `dtypes`.
 *
 * @example
 * ```ts
 * import { cpuTarget } from '@manabi/backend-cpu';
 * storableDTypes(cpuTarget).includes('float64'); // => true
 * ```
 */
export function storableDTypes({ bytesOf }: PlanTarget): readonly DType[] {
  return dtypeNames.filter((dtype) => bytesOf[dtype] !== null);
}

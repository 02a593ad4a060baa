import type { Combine, DType, IndexExpr, ScalarOp, ScatterMode } from '@manabi/ir';

/**
 * One fused loop nest as plain data, from which backends generate WebAssembly or WGSL.
 *
 * Each scalar is defined once and is visible in the block that defines it, including the loops inside. Accumulators are
 * variables that are declared in a block and updated there or in the loops inside.
 */
export interface Kernel {
  /** Description of the computation, such as `exp+reduceSum`. */
  readonly name: string;
  /** All loop axes of the kernel. Index expressions refer to an axis by its index in this array. */
  readonly axes: readonly Axis[];
  /** Dtype of each scalar. Instructions refer to a scalar by its index in this array. */
  readonly scalars: readonly DType[];
  /** Dtype of each accumulator. Statements refer to an accumulator by its index in this array. */
  readonly accumulators: readonly DType[];
  /** Statements of the kernel. */
  readonly body: Block;
}

/** A loop axis. */
export interface Axis {
  /** Number of iterations of the loop over the axis. */
  readonly extent: number;
  /**
   * - `parallel`: iterations are independent and may run in any order or concurrently.
   * - `reduce`: iterations only update accumulators by associative operations (and write different elements), so they
   *   may be distributed over SIMD lanes whose accumulators are combined at the end.
   * - `sequential`: iterations must run in order.
   */
  readonly kind: 'parallel' | 'reduce' | 'sequential';
}

/** Statements, in order. */
export type Block = readonly Statement[];

/** A statement of a kernel. */
export type Statement =
  /** A loop: runs the body for every value of the axis, starting from 0. */
  | { readonly kind: 'loop'; readonly axis: number; readonly body: Block }
  /** Defines a scalar as the result of an instruction. */
  | { readonly kind: 'define'; readonly scalar: number; readonly instruction: Instruction }
  /**
   * Writes a scalar to an element of a slot, combined with the existing element by `combine`. `index` counts from the
   * start of the slot.
   */
  | {
      readonly kind: 'store';
      readonly slot: number;
      readonly index: IndexExpr;
      readonly value: number;
      readonly combine: ScatterMode;
    }
  /**
   * Declares an accumulator with its initial value. For `accumulate`, this is the identity of the operation, such as 0
   * for a sum, so that every SIMD lane may start with it. For `accumulateIndex`, the initial index is the largest
   * int32, which any index replaces.
   */
  | { readonly kind: 'begin'; readonly accumulator: number; readonly initial: number }
  /** Updates an accumulator with a scalar, such as a sum with a term. The order of such updates is arbitrary. */
  | {
      readonly kind: 'accumulate';
      readonly accumulator: number;
      readonly combine: Combine;
      readonly value: number;
    }
  /**
   * Updates two accumulators, the best element so far and its index, with another element and its index. The larger or
   * smaller element is better; NaN is better than all numbers; of equal elements, the one with the lower index is
   * better. `position` is the accumulator of the index, and `at` the scalar with the index of the other element; both
   * are int32. The order of such updates is arbitrary.
   */
  | {
      readonly kind: 'accumulateIndex';
      readonly accumulator: number;
      readonly position: number;
      readonly value: number;
      readonly at: number;
      readonly largest: boolean;
    }
  /** Sets an accumulator. The loops between this statement and the declaration of the accumulator must run in order. */
  | { readonly kind: 'assign'; readonly accumulator: number; readonly value: number };

/** An instruction that defines a scalar. */
export type Instruction =
  /** The result of a scalar instruction for other scalars. */
  | { readonly kind: 'scalar'; readonly op: ScalarOp; readonly operands: readonly number[] }
  /** A constant number. */
  | { readonly kind: 'constant'; readonly value: number }
  /** An element read from a slot. `index` counts from the start of the slot. */
  | { readonly kind: 'load'; readonly slot: number; readonly index: IndexExpr }
  /** The value of an index expression, as int32. */
  | { readonly kind: 'index'; readonly index: IndexExpr }
  /**
   * An int32 scalar clamped to 0 … extent - 1. Index expressions refer to it by a `data` atom with the number of this
   * scalar. If the value was out of range, the run fails with the index error that `site` describes.
   */
  | { readonly kind: 'checkedIndex'; readonly operand: number; readonly extent: number; readonly site: number }
  /** The current value of an accumulator. */
  | { readonly kind: 'accumulator'; readonly accumulator: number }
  /** Only in epilogues: the element of the result that the routine has just completed. */
  | { readonly kind: 'result' };

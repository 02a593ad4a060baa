import type { Combine, DType, IndexExpr, ScalarOp, ScatterMode } from '@manabi/ir';

/**
 * One fused loop nest as plain data, which a renderer translates to WebAssembly or WGSL.
 *
 * Each scalar is defined once, in the block where it is first available, and visible in that block and the blocks
 * inside. Accumulators are variables, declared in a block and updated in it or inside it.
 */
export interface Kernel {
  /** Description of the computation, such as `exp+reduceSum`. */
  readonly name: string;
  /** All loop axes. Index expressions refer to axes by their index in this array. */
  readonly axes: readonly Axis[];
  /** Dtype of every scalar, by number. */
  readonly scalars: readonly DType[];
  /** Dtype of every accumulator, by number. */
  readonly accumulators: readonly DType[];
  /** Statements of the kernel. */
  readonly body: Block;
}

/** A loop axis. */
export interface Axis {
  /** Number of iterations. */
  readonly extent: number;
  /**
   * - `parallel`: iterations are independent and may run in any order or at once.
   * - `reduce`: iterations only combine accumulators associatively (and run independent stores), so they may be split
   *   into lanes whose results are combined at the end.
   * - `sequential`: iterations must run in order.
   */
  readonly kind: 'parallel' | 'reduce' | 'sequential';
}

/** Statements, in order. */
export type Block = readonly Statement[];

/** A statement of a kernel. */
export type Statement =
  /** Runs the body for every value of the axis, starting from 0. */
  | { readonly kind: 'loop'; readonly axis: number; readonly body: Block }
  /** Defines a scalar. */
  | { readonly kind: 'define'; readonly scalar: number; readonly instruction: Instruction }
  /**
   * Writes an element of a slot, combined with the existing element by `combine`. `index` counts from the slot's start.
   */
  | {
      readonly kind: 'store';
      readonly slot: number;
      readonly index: IndexExpr;
      readonly value: number;
      readonly combine: ScatterMode;
    }
  /**
   * Declares an accumulator with its initial value. If `accumulate` statements follow, this is their identity, so that
   * every lane may start with it. Before `accumulateIndex` the initial index is the largest int32, which loses against
   * all others.
   */
  | { readonly kind: 'begin'; readonly accumulator: number; readonly initial: number }
  /** Combines a scalar with an accumulator, in any order. */
  | {
      readonly kind: 'accumulate';
      readonly accumulator: number;
      readonly combine: Combine;
      readonly value: number;
    }
  /**
   * Combines an element and its index with two accumulators, in any order: selects the larger or smaller element, NaN
   * before all numbers, and of equal elements the one with the lowest index. `position` is the accumulator of the
   * index, and `at` the scalar with the index of the element; both are int32.
   */
  | {
      readonly kind: 'accumulateIndex';
      readonly accumulator: number;
      readonly position: number;
      readonly value: number;
      readonly at: number;
      readonly largest: boolean;
    }
  /** Sets an accumulator. The loops around it, up to its declaration, run in order. */
  | { readonly kind: 'assign'; readonly accumulator: number; readonly value: number };

/** Definition of a scalar. */
export type Instruction =
  /** A scalar instruction on other scalars. */
  | { readonly kind: 'scalar'; readonly op: ScalarOp; readonly operands: readonly number[] }
  /** A number. */
  | { readonly kind: 'constant'; readonly value: number }
  /** An element of a slot. `index` counts from the slot's start. */
  | { readonly kind: 'load'; readonly slot: number; readonly index: IndexExpr }
  /** The value of an index expression, as int32. */
  | { readonly kind: 'index'; readonly index: IndexExpr }
  /**
   * An int32 clamped to 0 … extent - 1, which index expressions use as a `data` atom with this scalar's number. If it
   * was out of range, the run fails with the error of `site`.
   */
  | { readonly kind: 'checkedIndex'; readonly operand: number; readonly extent: number; readonly site: number }
  /** The current value of an accumulator. */
  | { readonly kind: 'accumulator'; readonly accumulator: number }
  /** Only in epilogues: the completed element of the routine at the current index. */
  | { readonly kind: 'result' };

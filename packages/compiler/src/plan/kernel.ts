import type { Combine, DType, IndexExpr, ScalarOp, ScatterMode } from '@manabi/ir';

/**
 * One fused loop nest: what a renderer turns into WASM, WGSL, … A kernel is plain data.
 *
 * Scalars are numbered; each is defined once, in the block where it is first available, and seen in that block and the
 * blocks inside it. Accumulators are variables, declared in a block and joined or assigned to in it or inside it.
 */
export interface Kernel {
  /** For people: what the kernel computes, such as `exp+reduceSum`. */
  readonly name: string;
  /** Every loop axis; index expressions name axes by their position here. */
  readonly axes: readonly Axis[];
  /** Dtype of every scalar, by number. */
  readonly scalars: readonly DType[];
  /** Dtype of every accumulator, by number. */
  readonly accumulators: readonly DType[];
  readonly body: Block;
}

/** A loop axis. */
export interface Axis {
  readonly extent: number;
  /**
   * `parallel`: turns are independent and may run in any order or at once. `reduce`: turns only join accumulators
   * associatively (and run independent stores), so they may be split into lanes whose results are joined at the end.
   * `sequential`: turns must run in order.
   */
  readonly kind: 'parallel' | 'reduce' | 'sequential';
}

/** Statements, in order. */
export type Block = readonly Statement[];

export type Statement =
  /** Runs the body for every value of the axis, from 0 up. */
  | { readonly kind: 'loop'; readonly axis: number; readonly body: Block }
  | { readonly kind: 'define'; readonly scalar: number; readonly instruction: Instruction }
  /** Writes an element of a slot; `combine` joins it with what is there. `index` counts elements from the slot's start. */
  | {
      readonly kind: 'store';
      readonly slot: number;
      readonly index: IndexExpr;
      readonly value: number;
      readonly combine: ScatterMode;
    }
  /**
   * Declares an accumulator and sets it: to the identity of the joins that follow, so that it may be counted once for each
   * lane, unless it is only assigned to. Before `accumulatePlace` the place is the largest int32, which loses to all.
   */
  | { readonly kind: 'begin'; readonly accumulator: number; readonly initial: number }
  /** Joins a scalar into an accumulator, in any order. */
  | {
      readonly kind: 'accumulate';
      readonly accumulator: number;
      readonly combine: Combine;
      readonly value: number;
    }
  /**
   * Joins an element and its place into two accumulators, in any order: the larger or smaller element wins, NaN before all
   * numbers, and of equals the one at the lowest place. `place` and `at` are int32.
   */
  | {
      readonly kind: 'accumulatePlace';
      readonly accumulator: number;
      readonly place: number;
      readonly value: number;
      readonly at: number;
      readonly largest: boolean;
    }
  /** Sets an accumulator; the loops around it up to its declaration run in order. */
  | { readonly kind: 'assign'; readonly accumulator: number; readonly value: number };

/** How a scalar comes about. */
export type Instruction =
  | { readonly kind: 'scalar'; readonly op: ScalarOp; readonly operands: readonly number[] }
  | { readonly kind: 'constant'; readonly value: number }
  /** An element of a slot; `index` counts elements from the slot's start. */
  | { readonly kind: 'load'; readonly slot: number; readonly index: IndexExpr }
  /** The value of an index expression, as int32. */
  | { readonly kind: 'index'; readonly index: IndexExpr }
  /**
   * An int32 brought into 0 … extent - 1, to stand in index expressions as a `data` atom with this scalar's number.
   * If it was outside, the run fails with the error that `site` describes.
   */
  | { readonly kind: 'checkedIndex'; readonly operand: number; readonly extent: number; readonly site: number }
  /** The present value of an accumulator. */
  | { readonly kind: 'accumulator'; readonly accumulator: number }
  /** In an epilogue only: the finished element of the routine at the current place. */
  | { readonly kind: 'result' };

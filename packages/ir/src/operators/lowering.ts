import type { GraphBuilder } from '../graph/builder.ts';
import type { Attributes, Graph, OpName, ScatterMode, Value } from '../graph/graph.ts';
import type { IndexExpr } from '../scalar/index-expression.ts';
import type { ScalarOp } from '../scalar/scalar.ts';
import { type DType, dtypes } from '../types/dtype.ts';
import type { TensorType } from '../types/shape.ts';

/** What a lowering knows of the node that it lowers. */
export interface LoweredNode<K extends OpName> {
  readonly operands: readonly TensorType[];
  readonly results: readonly TensorType[];
  readonly attributes: Attributes[K];
}

/**
 * How an operator becomes loops. A backend that knows the class can run every operator of it.
 *
 * - `pointwise`: an element of the result is an expression over elements of the operands; fused into whoever reads it.
 * - `reduce`: elements along some axes are joined into one.
 * - `argReduce`: the place of the largest or smallest element along an axis.
 * - `scan`: running joins along an axis.
 * - `assemble`: operands are written into regions of the result.
 * - `routine`: a tuned template, or the body in other operators where there is none. Which routines exist, and which
 *   operators each covers, is not said here: a table of the compiler says it.
 * - `call`: replaced by its body.
 * - `branch`: one of two graphs.
 * - `loop`: a graph that is repeated.
 */
export type Lowering<K extends OpName> =
  | {
      readonly class: 'pointwise';
      /** `elementwise` computes, `layout` only says where an element comes from, `source` reads no operand's data. */
      readonly kind: 'elementwise' | 'layout' | 'source' | 'random';
      /**
       * The elements of a result that no expression can make, in row-major order: a plan stores them in a buffer
       * instead of calling `element`. Null, or left out, where `element` serves.
       */
      readonly stored?: (attributes: Attributes[K]) => readonly number[] | null;
      readonly element: <S>(context: ElementContext<S>, index: readonly IndexExpr[], node: LoweredNode<K>) => S;
    }
  | {
      readonly class: 'reduce';
      readonly combine: Combine;
      readonly axes: (attributes: Attributes[K]) => readonly number[];
    }
  | {
      readonly class: 'argReduce';
      readonly largest: boolean;
      readonly axis: (attributes: Attributes[K]) => number;
    }
  | {
      readonly class: 'scan';
      readonly combine: Combine;
      readonly along: (attributes: Attributes[K]) => {
        readonly axis: number;
        readonly reverse: boolean;
        readonly exclusive: boolean;
      };
    }
  | {
      readonly class: 'assemble';
      /** The operand that fills what no piece covers: of the result's shape, or a scalar; null if pieces cover all. */
      readonly background: number | null;
      readonly pieces: (node: LoweredNode<K>) => readonly Piece[];
    }
  | {
      readonly class: 'routine';
      /** The same mathematics in other operators, used where no routine of the target covers the operator. */
      readonly body: (builder: GraphBuilder, operands: readonly Value[], attributes: Attributes[K]) => readonly Value[];
    }
  | { readonly class: 'call' }
  | {
      readonly class: 'branch';
      /** The first operand says which graph runs; the other operands are the inputs of both. */
      readonly branches: (attributes: Attributes[K]) => { readonly thenBranch: Graph; readonly elseBranch: Graph };
    }
  | { readonly class: 'loop'; readonly loop: (attributes: Attributes[K]) => LoopForm };

/**
 * A loop: operands are carries, xs (a slice along axis 0 for each turn) and constants; the body takes these and gives
 * the next carries and a slice of each y; results are the last carries and the ys.
 */
export interface LoopForm {
  readonly carries: number;
  readonly xs: number;
  readonly body: Graph;
  /** Gives one bool from what the body takes, before each turn; the first false ends the loop. Null if nothing does. */
  readonly test: Graph | null;
  /** Number of turns, or the most of them; null if only the test ends the loop. */
  readonly turns: number | null;
  /** True if slices are taken from the last to the first. */
  readonly reverse: boolean;
}

/** An associative way to join two elements; `identityOf` is its identity. */
export type Combine = 'add' | 'mul' | 'max' | 'min';

/** Returns the element that changes nothing when it is joined: what joining nothing gives. */
export function identityOf(combine: Combine, dtype: DType): number {
  switch (combine) {
    case 'add':
      return 0;
    case 'mul':
      return 1;
    case 'max':
      return dtypes[dtype].min;
    case 'min':
      return dtypes[dtype].max;
  }
}

/** A region of an assembled result. */
export interface Piece {
  /** The operand whose elements are written; the loop runs over its shape. */
  readonly operand: number;
  /** Where the element at `index` of that operand goes. */
  readonly place: <S>(context: ElementContext<S>, index: readonly IndexExpr[]) => readonly IndexExpr[];
  readonly combine: ScatterMode;
  /** True if two elements may go to the same place, so that they must be written one after the other, in order. */
  readonly overlapping: boolean;
}

/**
 * What an operator's lowering builds element expressions with; `S` is the handle of a scalar value.
 * The plan compiler makes kernel instructions of it; a test may compute numbers.
 */
export interface ElementContext<S> {
  /** The element of an operand at an index; layouts only change the index. */
  readonly operand: (position: number, index: readonly IndexExpr[]) => S;
  readonly constant: (value: number, dtype: DType) => S;
  /** A scalar instruction; `dtype` is for those whose result dtype is given: `cast`, `bitcast`. */
  readonly instruction: (op: ScalarOp, operands: readonly S[], dtype?: DType) => S;
  /** The value of an index expression, as int32. */
  readonly fromIndex: (index: IndexExpr) => S;
  /** An int32 as an index below `extent`; values outside are an error that the backend reports, never a wild access. */
  readonly toIndex: (scalar: S, extent: number) => IndexExpr;
}

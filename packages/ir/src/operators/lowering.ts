import type { GraphBuilder } from '../graph/builder.ts';
import type { Attributes, Graph, OpName, ScatterMode, Value } from '../graph/graph.ts';
import type { IndexExpr } from '../scalar/index-expression.ts';
import type { ScalarOp } from '../scalar/scalar.ts';
import { type DType, dtypes } from '../types/dtype.ts';
import type { TensorType } from '../types/shape.ts';

/** The types and attributes of a node, which the functions of a lowering take. */
export interface LoweredNode<K extends OpName> {
  readonly operands: readonly TensorType[];
  readonly results: readonly TensorType[];
  readonly attributes: Attributes[K];
}

/**
 * How the compiler turns an operator into loops. A backend that supports a class of lowerings supports all operators of
 * the class.
 *
 * - `pointwise`: each element of the result is an expression of elements of the operands; fused into its consumers.
 * - `reduce`: combines the elements along axes into one.
 * - `argReduce`: finds the index of the largest or smallest element along an axis.
 * - `scan`: combines each element with all previous elements along an axis, as a cumulative sum does.
 * - `assemble`: fills the result with one value, and then writes operands (pieces) into regions of it.
 * - `routine`: a tuned template of the target, or `body` where no routine covers the operator. The routine table of
 *   `@manabi/compiler` lists the routines and the operators that each covers.
 * - `call`: replaced by its body.
 * - `branch`: runs one of two graphs.
 * - `loop`: runs a graph repeatedly.
 */
export type Lowering<K extends OpName> =
  | {
      readonly class: 'pointwise';
      /**
       * `elementwise` computes each element from elements at the same index, `layout` only moves elements, `source` has
       * no operands, `random` computes random bits from a key.
       */
      readonly kind: 'elementwise' | 'layout' | 'source' | 'random';
      /**
       * Returns all elements of the result in row-major order if they are known but follow no expression, as in a
       * constant array; a plan then stores them in a buffer. Null or missing if `element` describes them.
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
      /**
       * Number of the operand that provides the elements that no piece writes. It has the shape of the result, or is a
       * scalar. Null if the pieces cover the whole result.
       */
      readonly background: number | null;
      readonly pieces: (node: LoweredNode<K>) => readonly Piece[];
    }
  | {
      readonly class: 'routine';
      /** Emits the same computation with other operators, for targets without a routine for the operator. */
      readonly body: (builder: GraphBuilder, operands: readonly Value[], attributes: Attributes[K]) => readonly Value[];
    }
  | { readonly class: 'call' }
  | {
      readonly class: 'branch';
      /** Returns both graphs. The first operand selects one of them; the other operands are its inputs. */
      readonly branches: (attributes: Attributes[K]) => { readonly thenBranch: Graph; readonly elseBranch: Graph };
    }
  | { readonly class: 'loop'; readonly loop: (attributes: Attributes[K]) => LoopForm };

/**
 * A loop. Operands are the carries, arrays of which each iteration gets one slice along axis 0 (xs), and constants. The
 * body takes the carries, the slices and the constants, and returns the next carries and a slice of each result (y).
 * Results are the last carries and the stacked ys.
 */
export interface LoopForm {
  readonly carries: number;
  readonly xs: number;
  readonly body: Graph;
  /**
   * Graph that runs before each iteration: it takes the inputs of the body and returns a bool, which ends the loop if
   * it is false. Null if there is no test.
   */
  readonly test: Graph | null;
  /** Number of iterations, or the maximal number if there is a test; null if only the test ends the loop. */
  readonly iterations: number | null;
  /** True if the first iteration reads and writes the last slices, and so on. */
  readonly reverse: boolean;
}

/** An associative operation that combines two elements. For its identity, see `identityOf`. */
export type Combine = 'add' | 'mul' | 'max' | 'min';

/**
 * Returns the identity of an operation, such as 0 for `add`: the result of combining no elements.
 *
 * @example
 * ```ts
 * import { identityOf } from '@manabi/ir';
 *
 * console.log(identityOf('add', 'float32')); // 0
 * console.log(identityOf('max', 'uint8')); // 0
 * ```
 */
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

/** An operand that is written into a region of an assembled result. */
export interface Piece {
  /** Number of the operand whose elements are written. */
  readonly operand: number;
  /** Returns the index in the result to which the operand's element at `index` is written. */
  readonly target: <S>(context: ElementContext<S>, index: readonly IndexExpr[]) => readonly IndexExpr[];
  /** How a written element combines with the element that the result already has at this index. */
  readonly combine: ScatterMode;
  /** True if two elements may be written to the same index, so that elements must be written in order. */
  readonly overlapping: boolean;
}

/**
 * Functions by which a lowering builds the expression of an element. `S` represents a scalar: a kernel instruction in
 * the compiler, or a number in tests.
 */
export interface ElementContext<S> {
  /** Returns the element of operand number `position` at an index. */
  readonly operand: (position: number, index: readonly IndexExpr[]) => S;
  /** Returns a scalar with a constant value and the given dtype. */
  readonly constant: (value: number, dtype: DType) => S;
  /** Applies a scalar instruction. `dtype` is the result dtype of `cast` and `bitcast`. */
  readonly instruction: (op: ScalarOp, operands: readonly S[], dtype?: DType) => S;
  /** Returns the value of an index expression as int32. */
  readonly fromIndex: (index: IndexExpr) => S;
  /**
   * Converts an int32 scalar to an index into an axis of length `extent`. At run time, the backend reports a value
   * outside the axis as an error.
   */
  readonly toIndex: (scalar: S, extent: number) => IndexExpr;
}

import type { GraphBuilder } from '../graph/builder.ts';
import type { Attributes, Graph, OpName, ScatterMode, Value } from '../graph/graph.ts';
import type { IndexExpr } from '../scalar/index-expression.ts';
import type { ScalarOp } from '../scalar/scalar.ts';
import { type DType, dtypes } from '../types/dtype.ts';
import type { TensorType } from '../types/shape.ts';

/** The types and attributes of a node, as a lowering receives them. */
export interface LoweredNode<K extends OpName> {
  readonly operands: readonly TensorType[];
  readonly results: readonly TensorType[];
  readonly attributes: Attributes[K];
}

/**
 * How an operator becomes loops. A backend that supports a class runs every operator of the class.
 *
 * - `pointwise`: each element of the result is an expression of elements of the operands; fused into its consumers.
 * - `reduce`: combines the elements along axes into one.
 * - `argReduce`: finds the index of the largest or smallest element along an axis.
 * - `scan`: combines each element with all before it along an axis.
 * - `assemble`: writes operands into regions of the result.
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
       * `elementwise` computes, `layout` only moves elements, `source` reads no operand, `random` computes random bits
       * from a key.
       */
      readonly kind: 'elementwise' | 'layout' | 'source' | 'random';
      /**
       * Returns the elements of a result that no expression describes, in row-major order; a plan stores them in a
       * buffer instead of calling `element`. Null or missing if `element` applies.
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
       * The operand that fills what no piece writes: of the result's shape, or a scalar. Null if the pieces write
       * everything.
       */
      readonly background: number | null;
      readonly pieces: (node: LoweredNode<K>) => readonly Piece[];
    }
  | {
      readonly class: 'routine';
      /** Equivalent graph of other operators, for targets without a routine that covers the operator. */
      readonly body: (builder: GraphBuilder, operands: readonly Value[], attributes: Attributes[K]) => readonly Value[];
    }
  | { readonly class: 'call' }
  | {
      readonly class: 'branch';
      /** The first operand selects the graph; the other operands are the inputs of both. */
      readonly branches: (attributes: Attributes[K]) => { readonly thenBranch: Graph; readonly elseBranch: Graph };
    }
  | { readonly class: 'loop'; readonly loop: (attributes: Attributes[K]) => LoopForm };

/**
 * A loop. Operands are the carries, the xs (sliced along axis 0, one slice per iteration) and the constants. The body
 * takes all of them and returns the next carries and a slice of each y. Results are the last carries and the ys.
 */
export interface LoopForm {
  readonly carries: number;
  readonly xs: number;
  readonly body: Graph;
  /**
   * Returns one bool from the inputs of the body, before each iteration; false ends the loop. Null if there is no test.
   */
  readonly test: Graph | null;
  /** Number of iterations, or their maximum if there is a test; null if only the test ends the loop. */
  readonly iterations: number | null;
  /** True if slices are read and written from last to first. */
  readonly reverse: boolean;
}

/** An associative operation that combines two elements; `identityOf` returns its identity. */
export type Combine = 'add' | 'mul' | 'max' | 'min';

/**
 * Returns the identity of an operation: the result of combining no elements.
 *
 * @example
 * ```ts
 * identityOf('add', 'float32'); // => 0
 * identityOf('max', 'uint8'); // => 0
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

/** A region of an assembled result. */
export interface Piece {
  /** The operand whose elements are written. The loop runs over its shape. */
  readonly operand: number;
  /** Returns the index in the result for an element's index in the operand. */
  readonly target: <S>(context: ElementContext<S>, index: readonly IndexExpr[]) => readonly IndexExpr[];
  /** How an element combines with the element that is already there. */
  readonly combine: ScatterMode;
  /** True if two elements may have the same target, so that they must be written in order. */
  readonly overlapping: boolean;
}

/**
 * Builds element expressions for lowerings. `S` is the handle of a scalar: a kernel instruction in the compiler, or a
 * number in tests.
 */
export interface ElementContext<S> {
  /** Returns the element of an operand at an index. */
  readonly operand: (position: number, index: readonly IndexExpr[]) => S;
  /** Returns a constant scalar. */
  readonly constant: (value: number, dtype: DType) => S;
  /** Applies a scalar instruction. `dtype` is the result dtype of `cast` and `bitcast`. */
  readonly instruction: (op: ScalarOp, operands: readonly S[], dtype?: DType) => S;
  /** Returns the value of an index expression as int32. */
  readonly fromIndex: (index: IndexExpr) => S;
  /** Converts an int32 scalar to an index below `extent`. The backend reports values outside this range as errors. */
  readonly toIndex: (scalar: S, extent: number) => IndexExpr;
}

import { sizeOf } from '@manabi/ir';
import { mergeAxes } from './axes.ts';
import type { DotOutput, DotScratch, DotShape, DotStrides } from './contract.ts';
import type { TaskGrid } from './tasks.ts';

/** Name of an operand of a product. */
export type DotOperandName = 'lhs' | 'rhs';

/**
 * Step that copies an operand into panels. In a panel, `width` elements that are adjacent along the free axis are
 * contiguous for each index of k, so a tile reads the panel sequentially. The contents of the padding of the last panel
 * of a batch are undefined.
 */
export interface PackStep {
  readonly kind: 'pack';
  readonly operand: DotOperandName;
  readonly width: number;
  readonly panelsPerTask: number;
  readonly grid: TaskGrid;
}

/**
 * Step that multiplies in register tiles of `rows` x `columns`. One operand is read as vectors along the columns; each
 * element of the other operand along the rows is copied to all lanes of a vector. The terms of a block of k are added
 * in order, and then the sums of the blocks. So the bits do not depend on which operand is read as vectors, and long
 * sums are accurate.
 */
export interface TileStep {
  readonly kind: 'tile';
  /** Operand that is read as vectors along the columns of tiles. The other operand determines the rows. */
  readonly vectors: DotOperandName;
  /** Whether each operand is read from its panels. */
  readonly packed: { readonly [K in DotOperandName]: boolean };
  /**
   * Whether the vectors are read from panels of one block, which the step fills before it multiplies the block. These panels
   * stay in the cache. No other step packs the operand, and there is one batch index.
   */
  readonly near: boolean;
  /**
   * Number of parts into which the blocks of k are divided. If there are several, each task computes all sums of one part, and an
   * `addParts` step follows. There is one batch index.
   */
  readonly parts: number;
  readonly rows: number;
  readonly columns: number;
  /** Number of terms in a block of k. Between blocks, the sums are kept in `partials`. */
  readonly kBlock: number;
  readonly rowBlock: number;
  readonly columnBlock: number;
  /**
   * Which loop of a block is the outer one: the loop over the columns, so each panel is used for all rows of the block,
   * or the loop over the rows.
   */
  readonly outer: 'columns' | 'rows';
  readonly grid: TaskGrid;
}

/** Step that adds the sums of the parts of a `tile` step in their order. Tiles are the same in both steps. */
export interface AddPartsStep extends Omit<TileStep, 'kind'> {
  readonly kind: 'addParts';
}

/**
 * Step that multiplies a vector and a matrix that is contiguous along its free axis. Each pass over the sums in
 * `partials` adds four rows of the matrix, each multiplied by an element of the vector. Terms are added in the order of
 * k. Long sums are added to float64 totals from time to time (`axpyPartials`).
 */
export interface AxpyStep {
  readonly kind: 'axpy';
  readonly matrix: DotOperandName;
  readonly columnBlock: number;
  readonly grid: TaskGrid;
}

/**
 * Step that multiplies a vector and a matrix that are both contiguous along k. Each sum uses four lanes (sixteen if the
 * matrix is also a vector), which are added pairwise at the end. Long sums have float64 totals (`wide-sum.ts`).
 */
export interface InnerStep {
  readonly kind: 'inner';
  readonly matrix: DotOperandName;
  /** Whether the vector is read from its panels. */
  readonly packed: boolean;
  readonly rowBlock: number;
  readonly grid: TaskGrid;
}

/** Step that computes one sum after the other, term by term, in the order of k. */
export interface ScalarStep {
  readonly kind: 'scalar';
  readonly rowBlock: number;
  readonly grid: TaskGrid;
}

/**
 * Part of a product that runs as one function, whose tasks may run in any order. The steps of a product run one after
 * the other.
 */
export type DotStep = PackStep | TileStep | AddPartsStep | AxpyStep | InnerStep | ScalarStep;

/** How a product is computed, as plain data that depends only on its shape. */
export interface DotPlan {
  readonly shape: DotShape;
  readonly steps: readonly DotStep[];
  /** Bytes of each scratch buffer; 0 if it is not used. */
  readonly scratch: { readonly [K in DotScratch]: number };
}

/** One side of a product: an operand and its free axes. */
export interface DotSide {
  readonly operand: DotOperandName;
  readonly axis: 'm' | 'n';
  readonly extents: readonly number[];
  /** Number of rows or columns on this side: the product of `extents`. */
  readonly extent: number;
  readonly strides: DotStrides;
  /** Stride of the result along the free axes of this side. */
  readonly out: DotOutput['m'];
}

/** Returns the side of a product to which an operand belongs. */
export function sideOf({ rows, columns, lhs, rhs, out }: DotShape, operand: DotOperandName): DotSide {
  return operand === 'lhs'
    ? { operand, axis: 'm', extents: rows, extent: sizeOf(rows), strides: lhs, out: out.m }
    : { operand, axis: 'n', extents: columns, extent: sizeOf(columns), strides: rhs, out: out.n };
}

/** Whether the elements of an operand along its free axes are contiguous. */
export function isContiguous({ strides: { free } }: DotSide): boolean {
  return free.length === 1 && free[0] === 1;
}

/** Returns the numbers of rows (m), columns (n) and terms of each sum (k). */
export function matrixSizes({ rows, columns, contract }: DotShape): { m: number; n: number; k: number } {
  return { m: sizeOf(rows), n: sizeOf(columns), k: sizeOf(contract) };
}

/** Merges the axes of a dot product where the strides allow it; returns an equivalent shape with the fewest axes. */
export function mergeShape(shape: DotShape): DotShape {
  const { lhs, rhs } = shape;
  const rows = mergeAxes({ extents: shape.rows, strides: [lhs.free] });
  const columns = mergeAxes({ extents: shape.columns, strides: [rhs.free] });
  const contract = mergeAxes({ extents: shape.contract, strides: [lhs.contract, rhs.contract] });
  return {
    ...shape,
    rows: rows.extents,
    columns: columns.extents,
    contract: contract.extents,
    lhs: { batch: lhs.batch, free: rows.strides[0], contract: contract.strides[0] },
    rhs: { batch: rhs.batch, free: columns.strides[0], contract: contract.strides[1] },
  };
}

/** Returns the name of the other operand of a product. */
export function otherOperand(operand: DotOperandName): DotOperandName {
  return operand === 'lhs' ? 'rhs' : 'lhs';
}

/** Returns the number of elements of the panels of one matrix. */
export function panelElements(extent: number, width: number, k: number): number {
  return Math.ceil(extent / width) * width * k;
}

/** Returns the sizes of the batch axes of an operand before broadcasting: 1 where its stride is 0. */
export function ownBatch(batch: readonly number[], strides: readonly number[]): number[] {
  return batch.map((size, axis) => (strides[axis] === 0 ? 1 : size));
}

/**
 * Returns the strides of batch axes in a row-major array with `elements` elements for each batch index; the stride of
 * an axis of size 1 is 0.
 */
export function denseBatchStrides(batch: readonly number[], elements: number): number[] {
  return batch.map((size, axis) => (size === 1 ? 0 : sizeOf(batch.slice(axis + 1)) * elements));
}

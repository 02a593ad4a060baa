import { sizeOf } from '@manabi/ir';
import { mergeAxes } from './axes.ts';
import type { DotOutput, DotScratch, DotShape, DotStrides } from './contract.ts';
import type { TaskGrid } from './tasks.ts';

/** Name of an operand of a product. */
export type DotOperandName = 'lhs' | 'rhs';

/**
 * Copies an operand into panels: for each index of k, `width` adjacent elements along its free axis are contiguous, so a
 * tile reads them sequentially. The padding of the last panel of a batch is undefined.
 */
export interface PackStep {
  readonly kind: 'pack';
  readonly operand: DotOperandName;
  readonly width: number;
  readonly panelsPerTask: number;
  readonly grid: TaskGrid;
}

/**
 * Multiplies in register tiles of `rows` x `columns`: one operand is read as vectors along the columns, the other as
 * splatted elements along the rows. The elements of a block of k, and then the blocks, are summed in order, so the roles of
 * the operands do not affect the bits, and long sums are accurate.
 */
export interface TileStep {
  readonly kind: 'tile';
  /** Operand that is read as vectors, along the columns of tiles; the rows belong to the other operand. */
  readonly vectors: DotOperandName;
  /** Whether each operand is read from its panels. */
  readonly packed: { readonly [K in DotOperandName]: boolean };
  readonly rows: number;
  readonly columns: number;
  /** Number of terms in a block of k. Between blocks, the sums are kept in `partials`. */
  readonly kBlock: number;
  readonly rowBlock: number;
  readonly columnBlock: number;
  /** Outer loop of a block: over the columns, where each panel is used for all rows of the block, or over the rows. */
  readonly outer: 'columns' | 'rows';
  readonly grid: TaskGrid;
}

/**
 * Multiplies a vector and a matrix that is contiguous along its free axis: each pass over the sums in `partials` adds
 * four rows, each multiplied by an element of the vector. Sums are computed in the order of k, in runs (`axpyPartials`).
 */
export interface AxpyStep {
  readonly kind: 'axpy';
  readonly matrix: DotOperandName;
  readonly columnBlock: number;
  readonly grid: TaskGrid;
}

/**
 * Multiplies a vector and a matrix that are contiguous along k: each sum uses four lanes (sixteen if the matrix is a vector
 * too), which are added as a tree at the end. Long sums have float64 totals (`wide-sum.ts`).
 */
export interface InnerStep {
  readonly kind: 'inner';
  readonly matrix: DotOperandName;
  /** Whether the vector is read from its panels. */
  readonly packed: boolean;
  readonly rowBlock: number;
  readonly grid: TaskGrid;
}

/** Computes one sum after the other, element by element, in the order of k. */
export interface ScalarStep {
  readonly kind: 'scalar';
  readonly rowBlock: number;
  readonly grid: TaskGrid;
}

/** Part of a product that runs as one function with tasks in any order. Steps run one after the other. */
export type DotStep = PackStep | TileStep | AxpyStep | InnerStep | ScalarStep;

/** Plan of a product, as plain data that depends only on the shape. */
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
  /** Product of the extents. */
  readonly extent: number;
  readonly strides: DotStrides;
  /** Stride of the result along this side. */
  readonly out: DotOutput['m'];
}

/** Returns the side of an operand. */
export function sideOf({ rows, columns, lhs, rhs, out }: DotShape, operand: DotOperandName): DotSide {
  return operand === 'lhs'
    ? { operand, axis: 'm', extents: rows, extent: sizeOf(rows), strides: lhs, out: out.m }
    : { operand, axis: 'n', extents: columns, extent: sizeOf(columns), strides: rhs, out: out.n };
}

/** Returns the numbers of rows (m), columns (n) and terms of each sum (k). */
export function matrixSizes({ rows, columns, contract }: DotShape): { m: number; n: number; k: number } {
  return { m: sizeOf(rows), n: sizeOf(columns), k: sizeOf(contract) };
}

/** Returns the same product with as few axes as the strides allow. */
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

/** Returns the other operand. */
export function otherOperand(operand: DotOperandName): DotOperandName {
  return operand === 'lhs' ? 'rhs' : 'lhs';
}

/** Returns the number of elements of the panels of one matrix. */
export function panelElements(extent: number, width: number, k: number): number {
  return Math.ceil(extent / width) * width * k;
}

/** Returns the batch sizes of an operand without broadcasting: 1 where the stride is 0. */
export function ownBatch(batch: readonly number[], strides: readonly number[]): number[] {
  return batch.map((size, axis) => (strides[axis] === 0 ? 1 : size));
}

/** Returns row-major strides of batch axes with `elements` elements per index; 0 along axes of size 1. */
export function denseBatchStrides(batch: readonly number[], elements: number): number[] {
  return batch.map((size, axis) => (size === 1 ? 0 : sizeOf(batch.slice(axis + 1)) * elements));
}

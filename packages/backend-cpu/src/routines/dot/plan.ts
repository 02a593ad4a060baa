import { sizeOf } from '@manabi/ir';
import { mergeAxes } from './axes.ts';
import type { DotOutput, DotScratch, DotShape, DotStrides } from './contract.ts';
import type { TaskGrid } from './tasks.ts';

/** One of the two operands of a product. */
export type DotOperandName = 'lhs' | 'rhs';

/**
 * Copies an operand into panels: `width` neighbours along its free axis lie together for each index of k, so that a
 * tile reads them in a row. The last panel of a batch is padded with rubbish.
 */
export interface PackStep {
  readonly kind: 'pack';
  readonly operand: DotOperandName;
  readonly width: number;
  readonly panelsPerTask: number;
  readonly grid: TaskGrid;
}

/**
 * Multiplies in register tiles of `rows` x `columns`: one operand is read as vectors along the columns, the other one
 * element by element (splatted) along the rows. Each block of k is summed in order, and the blocks in theirs, so that
 * roles change no bit, and a long sum loses no digits.
 */
export interface TileStep {
  readonly kind: 'tile';
  /** The operand whose free axis the vectors lie along; the rows belong to the other one. */
  readonly vectors: DotOperandName;
  /** Which operands are read from their panels. */
  readonly packed: { readonly [K in DotOperandName]: boolean };
  readonly rows: number;
  readonly columns: number;
  /** A longer k is summed in blocks of this length, whose sums rest in `partials`. */
  readonly kBlock: number;
  readonly rowBlock: number;
  readonly columnBlock: number;
  /** Which loop is outside: over the columns (one panel meets all rows of the block), or over the rows. */
  readonly outer: 'columns' | 'rows';
  readonly grid: TaskGrid;
}

/**
 * Vector times matrix, the matrix contiguous along its free axis: adds four multiples of its rows in one pass over the
 * sums, which rest in `partials`. Sums run over k in order, in runs (`axpyPartials`).
 */
export interface AxpyStep {
  readonly kind: 'axpy';
  readonly matrix: DotOperandName;
  readonly columnBlock: number;
  readonly grid: TaskGrid;
}

/**
 * Vector times matrix, both contiguous along k: each sum is taken in four lanes (in sixteen where the matrix is a
 * vector too), which are added as a tree at the end. Long sums have float64 totals (`wide-sum.ts`).
 */
export interface InnerStep {
  readonly kind: 'inner';
  readonly matrix: DotOperandName;
  /** Whether the vector was packed. */
  readonly packed: boolean;
  readonly rowBlock: number;
  readonly grid: TaskGrid;
}

/** One sum after the other, element by element, in the order of k. */
export interface ScalarStep {
  readonly kind: 'scalar';
  readonly rowBlock: number;
  readonly grid: TaskGrid;
}

/** A part of a product that runs as one function, its tasks in any order; steps run one after the other. */
export type DotStep = PackStep | TileStep | AxpyStep | InnerStep | ScalarStep;

/** How a product runs: plain data, a function of the shape alone. */
export interface DotPlan {
  readonly shape: DotShape;
  readonly steps: readonly DotStep[];
  /** Bytes of each scratch buffer; 0 where it is not used. */
  readonly scratch: { readonly [K in DotScratch]: number };
}

/** One side of a product: an operand with its free axes. */
export interface DotSide {
  readonly operand: DotOperandName;
  readonly axis: 'm' | 'n';
  readonly extents: readonly number[];
  /** Elements of all axes together. */
  readonly extent: number;
  readonly strides: DotStrides;
  /** Stride of the result along the axis. */
  readonly out: DotOutput['m'];
}

/** The side of an operand. */
export function sideOf({ rows, columns, lhs, rhs, out }: DotShape, operand: DotOperandName): DotSide {
  return operand === 'lhs'
    ? { operand, axis: 'm', extents: rows, extent: sizeOf(rows), strides: lhs, out: out.m }
    : { operand, axis: 'n', extents: columns, extent: sizeOf(columns), strides: rhs, out: out.n };
}

/** The numbers of rows, columns and products of each sum. */
export function matrixSizes({ rows, columns, contract }: DotShape): { m: number; n: number; k: number } {
  return { m: sizeOf(rows), n: sizeOf(columns), k: sizeOf(contract) };
}

/** The same product with as few axes as its strides allow. */
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

/** The other operand. */
export function otherOperand(operand: DotOperandName): DotOperandName {
  return operand === 'lhs' ? 'rhs' : 'lhs';
}

/** Elements of the panels of one matrix. */
export function panelElements(extent: number, width: number, k: number): number {
  return Math.ceil(extent / width) * width * k;
}

/** Batch axes of an operand without its broadcasts: their sizes, 1 where the stride is 0. */
export function ownBatch(batch: readonly number[], strides: readonly number[]): number[] {
  return batch.map((size, axis) => (strides[axis] === 0 ? 1 : size));
}

/** Row-major strides for batch axes of which each index takes `elements`; 0 along axes of size 1. */
export function denseBatchStrides(batch: readonly number[], elements: number): number[] {
  return batch.map((size, axis) => (size === 1 ? 0 : sizeOf(batch.slice(axis + 1)) * elements));
}

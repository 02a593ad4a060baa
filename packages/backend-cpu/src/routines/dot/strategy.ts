import { sizeOf } from '@manabi/ir';
import type { DotShape } from './contract.ts';
import { dotElements } from './element.ts';
import { longSums } from './long-sums.ts';
import {
  type DotOperandName,
  type DotPlan,
  type DotSide,
  isContiguous,
  matrixSizes,
  mergeShape,
  otherOperand,
  ownBatch,
  sideOf,
} from './plan.ts';
import { axpyPlan, innerPlan, scalarPlan, type TileChoices, tilePlan } from './recipes.ts';

/** Options of `planDot`. */
export interface DotPlanOptions {
  /**
   * Operands whose panels are kept between runs, so the plan ignores the time for packing them. The caller must
   * preserve the scratch buffer, and run the step that packs an operand only after the operand has changed. Default:
   * none.
   */
  readonly kept?: readonly DotOperandName[];
}

/**
 * Returns the plan of a product. The plan, including the order in which terms are added, depends only on the shape and
 * `kept`.
 */
export function planDot(given: DotShape, { kept = [] }: DotPlanOptions = {}): DotPlan {
  const shape = mergeShape(given);
  const { m, n, k } = matrixSizes(shape);
  if (sizeOf(shape.batch) * m * n === 0) {
    return { shape, steps: [], scratch: { lhsPanels: 0, rhsPanels: 0, partials: 0 } };
  }
  if (dotElements[shape.dtype].vector === undefined) return scalarPlan(shape);
  if ((m === 1 || n === 1) && k > 0) {
    const matrix = m === 1 ? 'rhs' : 'lhs';
    const { strides, extents, extent } = sideOf(shape, matrix);
    const plain = shape.contract.length === 1 && extents.length === 1;
    if (plain && strides.contract[0] === 1) return innerPlan(shape, matrix);
    if (plain && strides.free[0] === 1 && extent > 1) return axpyPlan(shape, matrix);
  }
  return longSums(shape, kept, nearBytes) ?? tilePlan(shape, cheapest(shape, kept));
}

/**
 * Returns the tiling with the smallest estimated cost: which operand to read as vectors, and which operands to pack.
 */
function cheapest(shape: DotShape, kept: readonly DotOperandName[]): TileChoices {
  let best: { readonly cost: number; readonly choices: TileChoices } | undefined;
  for (const vectors of ['rhs', 'lhs'] as const) {
    for (const packed of [
      { lhs: false, rhs: false },
      { lhs: true, rhs: false },
      { lhs: false, rhs: true },
      { lhs: true, rhs: true },
    ]) {
      // Vectors read contiguous elements, so an operand that is not contiguous must be packed.
      if (!packed[vectors] && !isContiguous(sideOf(shape, vectors))) continue;
      const cost = tileCost(shape, vectors, packed, kept);
      if (best === undefined || cost < best.cost) best = { cost, choices: choose(shape, vectors, packed, kept) };
    }
  }
  return best?.choices ?? choose(shape, 'rhs', { lhs: false, rhs: true }, kept);
}

/**
 * Whether the columns are packed with each block: if they are too large for the caches, so that writing and reading panels of
 * all columns would take longer than packing each block again for further rows.
 */
function isNear(
  shape: DotShape,
  vectors: DotOperandName,
  packed: TileChoices['packed'],
  kept: readonly DotOperandName[],
): boolean {
  const columnSide = sideOf(shape, vectors);
  const rows = sideOf(shape, otherOperand(vectors)).extent;
  const isFar = 4 * columnSide.extent * matrixSizes(shape).k > nearBytes;
  const fits = columnSide.extent % nearColumns === 0 && rows <= 2 * nearRows && sizeOf(shape.batch) === 1;
  return packed[vectors] && isFar && fits && isContiguous(columnSide) && !kept.includes(vectors);
}

/** Returns the stride of the innermost contracted axis in elements. */
function depthStep({ strides }: DotSide): number {
  return strides.contract.at(-1) ?? 0;
}

// Costs are in units of the time of one multiplication and addition of a tile at full speed. They were fitted to
// measurements on x86-64 (L1 of 32 KiB, L2 of 1 MiB). Only the ratios matter, and they are similar on other machines.

/** Cost of copying one element into a panel. */
const packCost = 3.2;

/** Cost of copying one element into a panel that stays in the cache. */
const nearPackCost = 1.6;

/** Cost of storing one element of a tile that must be transposed first. */
const transposeCost = 0.25;

/** Size in bytes of the largest operand that is assumed to stay in the fast caches. */
const nearBytes = 512 * 1024;

/**
 * Returns the estimated cost of a product in tiles, if the operand `vectors` is read as vectors and the operands in
 * `packed` are packed.
 */
function tileCost(
  shape: DotShape,
  vectors: DotOperandName,
  packed: TileChoices['packed'],
  kept: readonly DotOperandName[],
): number {
  const columnSide = sideOf(shape, vectors);
  const rowSide = sideOf(shape, otherOperand(vectors));
  const { m, n, k } = matrixSizes(shape);
  const batch = sizeOf(shape.batch);
  const products = batch * k * effectiveRows(rowSide.extent) * Math.ceil(columnSide.extent / 4) * 4;
  let penalty = columnSide.extent <= 4 ? 1.2 : 1;
  let cost = 0;
  for (const side of [columnSide, rowSide]) {
    if (packed[side.operand]) {
      const own = sizeOf(ownBatch(shape.batch, side.strides.batch));
      const near = side === columnSide && isNear(shape, vectors, packed, kept);
      if (!kept.includes(side.operand)) cost += (near ? nearPackCost : packCost) * own * k * side.extent;
    } else {
      penalty += side === columnSide ? vectorPenalty(side, rowSide.extent, k) : splatPenalty(side, k);
    }
  }
  if (columnSide.out !== 1 && columnSide.extent > 1) cost += transposeCost * batch * m * n;
  return cost + penalty * products;
}

/**
 * Returns the number of rows of full tiles that would take the same time as the given rows: a row of a partial tile
 * takes longer.
 */
function effectiveRows(rows: number): number {
  return rows - (rows % 4) + [0, 2.3, 2.6, 3.2][rows % 4];
}

/** Returns the relative cost that is added if vectors are read from the original operand instead of from panels. */
function vectorPenalty(side: DotSide, rows: number, k: number): number {
  const far = 4 * side.extent * k > nearBytes;
  if (!conflicts(depthStep(side))) return far ? 0.12 : 0.05;
  return far ? (rows < 8 ? 0.45 : 0.6) : 0.1;
}

/**
 * Returns the relative cost that is added if single elements are read from the original operand instead of from panels.
 */
function splatPenalty(side: DotSide, k: number): number {
  if (depthStep(side) === 1) return 0;
  if (side.extents.length > 1) return 0.03;
  if (conflicts(depthStep(side))) return 0.7;
  return k <= 64 ? 0.02 : 0.2;
}

/** Whether elements at this stride map to so few cache sets that a column does not stay in the cache. */
function conflicts(stride: number): boolean {
  return stride > 0 && (4 * stride) % 1024 === 0;
}

/**
 * Returns the sizes of the register tile and the blocks of a product, if the operand `vectors` is read as vectors and
 * the operands in `packed` are packed.
 */
function choose(
  shape: DotShape,
  vectors: DotOperandName,
  packed: TileChoices['packed'],
  kept: readonly DotOperandName[],
): TileChoices {
  const columnSide = sideOf(shape, vectors);
  const rowSide = sideOf(shape, otherOperand(vectors));
  const rowExtent = rowSide.extent;
  const { k } = matrixSizes(shape);
  const { rows, columns, kTarget } = tileFor(columnSide, rowExtent, packed[vectors], packed[otherOperand(vectors)]);
  const kBlock = k <= 1.25 * kTarget ? Math.max(k, 1) : Math.ceil(k / Math.ceil(k / kTarget));

  const near = isNear(shape, vectors, packed, kept);
  let rowTiles = Math.min(Math.ceil(rowExtent / rows), Math.ceil((near ? nearRows : 64) / rows));
  let columnTiles = Math.min(Math.ceil(columnSide.extent / columns), Math.ceil((near ? nearColumns : 256) / columns));
  const isFar = (side: DotSide): boolean => 4 * reach(shape, side, packed[side.operand]) > nearBytes;
  // If an operand is too large for the caches, each part that is read should consist of whole cache lines and be used
  // for many rows or columns.
  const leastRowTiles = isFar(columnSide) ? farBlock / rows : 1;
  const lineTiles = isFar(columnSide) && !packed[vectors] ? cacheLine / columns : 1;
  const leastColumnTiles = isFar(rowSide) ? farBlock / columns : lineTiles;
  const tasks = (): number =>
    sizeOf(shape.batch) *
    Math.ceil(rowExtent / (rows * rowTiles)) *
    Math.ceil(columnSide.extent / (columns * columnTiles));
  while (
    !near &&
    tasks() < enoughTasks &&
    (rowTiles > leastRowTiles || columnTiles > leastColumnTiles) &&
    rowTiles * rows * columnTiles * columns * k > 2 * smallTask
  ) {
    if (rowTiles <= leastRowTiles || (columnTiles > leastColumnTiles && columnTiles * columns >= rowTiles * rows)) {
      columnTiles = Math.ceil(columnTiles / 2);
    } else {
      rowTiles = Math.ceil(rowTiles / 2);
    }
  }
  if (near && !isFar(rowSide) && tasks() < enoughTasks) columnTiles = cacheLine / columns;
  // If all vectors of a block stay in the L1 cache, the other operand is read once, row by row.
  const outer = !near && 4 * columnTiles * columns * kBlock <= 16 * 1024 ? 'rows' : 'columns';
  return {
    vectors,
    packed,
    near,
    parts: 1,
    rows,
    columns,
    kBlock,
    rowBlock: rows * rowTiles,
    columnBlock: columns * columnTiles,
    outer,
  };
}

/** Number of tasks that is assumed to keep all threads busy. */
const enoughTasks = 16;

/**
 * Smallest number of rows (or columns) of a block if the operand of the columns (or rows) is too large for the caches
 * and is read again for each block.
 */
const farBlock = 64;

/** Number of float32 elements of a cache line. */
const cacheLine = 16;

/** Number of columns of a block whose columns are packed with the block, and its largest number of rows. */
const nearColumns = 2 * cacheLine;
const nearRows = 128;

/**
 * Returns the number of elements that a matrix spans in memory. It is small if the rows are overlapping windows and the
 * matrix is not packed.
 */
function reach(shape: DotShape, { extents, strides, extent }: DotSide, packed: boolean): number {
  if (packed) return extent * sizeOf(shape.contract);
  const last = (sizes: readonly number[], steps: readonly number[]): number =>
    sizes.reduce((sum, size, axis) => sum + (size - 1) * steps[axis], 0);
  return 1 + last(extents, strides.free) + last(shape.contract, strides.contract);
}

/** Largest number of multiplications of a task that is not divided, about 5 microseconds. */
const smallTask = 1e5;

/**
 * Returns the size of the register tile, and the length of blocks of k for which the panel and the rows that a tile
 * reads stay in the L1 cache.
 */
function tileFor(
  columns: DotSide,
  rows: number,
  packed: boolean,
  rowsPacked: boolean,
): { readonly rows: number; readonly columns: number; readonly kTarget: number } {
  // Packed rows use panels of width four, because panels of other widths are slow to fill.
  if (columns.extent <= 4) return { rows: rowsPacked ? 4 : 6, columns: 4, kTarget: 384 };
  if (columns.extent > 8 && columns.extent <= 12 && !rowsPacked) return { rows: 2, columns: 12, kTarget: 384 };
  // Rows that are not packed have an address each, which an iteration must advance, so few rows are best. Besides, rows at some
  // strides conflict in the cache.
  const isWide = columns.extent % 16 === 0 && columns.out === 1 && !rowsPacked;
  if (packed) return isWide ? { rows: 2, columns: 16, kTarget: 256 } : { rows: 4, columns: 8, kTarget: 384 };
  const conflict = conflicts(depthStep(columns));
  // With few rows, each vector is used in few operations. So whole cache lines are read, and few of them at addresses
  // that conflict in the cache.
  if (columns.extent >= 16 && !rowsPacked && (rows <= 2 || (rows < 8 && conflict))) {
    return { rows: 2, columns: 16, kTarget: conflict ? 8 : 32 };
  }
  return { rows: 4, columns: 8, kTarget: 192 };
}

import { sizeOf } from '@manabi/ir';
import { longestRun } from '../../emit/wide-sum.ts';
import type { DotShape } from './contract.ts';
import {
  type DotOperandName,
  type DotPlan,
  type DotStep,
  matrixSizes,
  otherOperand,
  ownBatch,
  type PackStep,
  panelElements,
  sideOf,
  type TileStep,
} from './plan.ts';

/** Parameters of a tiled product, without the division into tasks. */
export type TileChoices = Omit<TileStep, 'kind' | 'grid'>;

/** Smallest number of multiplications in a task of a product. */
const taskProducts = 1e5;
const taskElements = 65536;

/** Number of columns in a task that adds the sums of parts. */
const addedColumns = 32;

/** Returns the plan of a product in register tiles, with the steps that pack operands. */
export function tilePlan(shape: DotShape, choices: TileChoices): DotPlan {
  const { vectors, packed, near, rows, columns } = choices;
  const { m, n, k } = matrixSizes(shape);
  const steps: DotStep[] = [];
  const scratch = { lhsPanels: 0, rhsPanels: 0, partials: 0 };
  for (const operand of ['lhs', 'rhs'] as const) {
    if (!packed[operand] || k === 0 || (near && operand === vectors)) continue;
    const step = packStep(shape, operand, operand === vectors ? columns : rows);
    steps.push(step);
    scratch[`${operand}Panels`] = packedBytes(shape, step);
  }
  const columnSide = sideOf(shape, vectors);
  const rowSide = sideOf(shape, otherOperand(vectors));
  const blocks = [
    Math.ceil(rowSide.extent / choices.rowBlock),
    Math.ceil(columnSide.extent / choices.columnBlock),
  ] as const;
  const { batch } = shape;
  if (choices.parts > 1) {
    steps.push({ kind: 'tile', ...choices, grid: { batch, batchesPerTask: 1, blocks: [choices.parts, blocks[1]] } });
    const columnBlock = addedColumns;
    const grid = { batch, batchesPerTask: 1, blocks: [blocks[0], Math.ceil(columnSide.extent / columnBlock)] } as const;
    steps.push({ kind: 'addParts', ...choices, columnBlock, grid });
  } else {
    const products = (m * n * Math.max(k, 1)) / (blocks[0] * blocks[1]);
    const batchesPerTask = batches(shape.batch, taskProducts / products);
    steps.push({ kind: 'tile', ...choices, grid: { batch, batchesPerTask, blocks } });
  }
  if (near) scratch[`${vectors}Panels`] = 4 * blocks[0] * blocks[1] * choices.columnBlock * choices.kBlock;
  if (k > choices.kBlock) {
    const bytes = hasWideTotals(shape, choices) ? 8 : 4;
    scratch.partials = bytes * sizeOf(batch) * choices.parts * partialSums(shape, choices).elements;
  }
  return { shape, steps, scratch };
}

/**
 * Largest number of blocks of k whose sums are added in float32; the error is then below 1e-6. In gradients of filters,
 * which have a few hundred blocks, float64 totals would take 5 % of the time.
 */
export const mostFloat32Blocks = 1024;

/** Whether the sums of blocks of k are added in float64. */
export function hasWideTotals(shape: DotShape, { kBlock, parts }: Pick<TileStep, 'kBlock' | 'parts'>): boolean {
  return parts === 1 && shape.dtype === 'float32' && matrixSizes(shape).k > mostFloat32Blocks * kBlock;
}

/** Returns how the sums of blocks of k are arranged in `partials`: the number of columns of a row, and of all elements. */
export function partialSums(
  shape: DotShape,
  { vectors, columns }: Pick<TileStep, 'vectors' | 'columns'>,
): { readonly padded: number; readonly elements: number } {
  const padded = Math.ceil(sideOf(shape, vectors).extent / columns) * columns;
  return { padded, elements: sideOf(shape, otherOperand(vectors)).extent * padded };
}

/** Returns the step that copies an operand into panels. */
function packStep(shape: DotShape, operand: DotOperandName, width: number): PackStep {
  const { extent, strides } = sideOf(shape, operand);
  const { k } = matrixSizes(shape);
  const panels = Math.ceil(extent / width);
  const batch = ownBatch(shape.batch, strides.batch);
  const panelsPerTask = Math.min(panels, Math.max(1, Math.round(taskElements / (width * k))));
  const batchesPerTask = batches(batch, taskElements / (width * panels * k));
  const blocks = [Math.ceil(panels / panelsPerTask), 1] as const;
  return { kind: 'pack', operand, width, panelsPerTask, grid: { batch, batchesPerTask, blocks } };
}

/** Returns the size in bytes of all panels that a step fills. */
function packedBytes(shape: DotShape, { operand, width, grid }: PackStep): number {
  return 4 * sizeOf(grid.batch) * panelElements(sideOf(shape, operand).extent, width, matrixSizes(shape).k);
}

/** Returns the valid number of batch indices per task that is closest to the ideal number. */
function batches(batch: readonly number[], ideal: number): number {
  return Math.max(1, Math.min(Math.round(ideal), sizeOf(batch)));
}

/** Layout of the sums of an `axpy` step in `partials`. */
export interface AxpyPartials {
  /** Number of elements of `partials` for each batch index. */
  readonly elements: number;
  /**
   * Totals of long sums, which are stored `bytes` bytes after the sums. After every `run` rows, the sums are added to
   * the totals. Null if the sums are short.
   */
  readonly totals: { readonly run: number; readonly bytes: number } | null;
}

/** Returns how the sums of `extent` columns and their totals are arranged in `partials`. */
export function axpyPartials(shape: DotShape, extent: number): AxpyPartials {
  const { k } = matrixSizes(shape);
  const columns = Math.ceil(extent / 4) * 4;
  if (shape.dtype !== 'float32' || k <= longestRun) return { elements: columns, totals: null };
  // The number of rows in a run is about the number of runs, which minimizes the longest float32 sum.
  const run = Math.max(longestRun, 4 * Math.ceil(Math.sqrt(k) / 4));
  return { elements: 2 * columns, totals: { run, bytes: 4 * columns } };
}

/**
 * Returns the plan of a product of a vector and a matrix that adds the rows of the matrix, each multiplied by an
 * element of the vector.
 */
export function axpyPlan(shape: DotShape, matrix: DotOperandName): DotPlan {
  const { extent } = sideOf(shape, matrix);
  const { k } = matrixSizes(shape);
  // Blocks are wide, because long contiguous reads of rows are fastest.
  const columnBlock = Math.min(4 * Math.ceil(extent / 4), 1024);
  const blocks = [1, Math.ceil(extent / columnBlock)] as const;
  const batchesPerTask = batches(shape.batch, taskProducts / (extent * k));
  const partials = k > 4 ? 4 * sizeOf(shape.batch) * axpyPartials(shape, extent).elements : 0;
  return {
    shape,
    steps: [{ kind: 'axpy', matrix, columnBlock, grid: { batch: shape.batch, batchesPerTask, blocks } }],
    scratch: { lhsPanels: 0, rhsPanels: 0, partials },
  };
}

/**
 * Returns the plan of a product of a vector and a matrix that computes the inner product of the vector with each row of
 * the matrix.
 */
export function innerPlan(shape: DotShape, matrix: DotOperandName): DotPlan {
  const { extent } = sideOf(shape, matrix);
  const { k } = matrixSizes(shape);
  const vector = otherOperand(matrix);
  const packed = sideOf(shape, vector).strides.contract[0] !== 1;
  const scratch = { lhsPanels: 0, rhsPanels: 0, partials: 0 };
  const steps: DotStep[] = [];
  if (packed) {
    const step = packStep(shape, vector, 1);
    steps.push(step);
    scratch[`${vector}Panels`] = packedBytes(shape, step);
  }
  const rowBlock = Math.max(4, 4 * Math.ceil(Math.min(extent, taskProducts / k) / 4));
  const blocks = [Math.ceil(extent / rowBlock), 1] as const;
  const batchesPerTask = batches(shape.batch, taskProducts / (extent * k));
  steps.push({ kind: 'inner', matrix, packed, rowBlock, grid: { batch: shape.batch, batchesPerTask, blocks } });
  return { shape, steps, scratch };
}

/** Returns the plan of a product that computes one sum after the other. */
export function scalarPlan(shape: DotShape): DotPlan {
  const { m, n, k } = matrixSizes(shape);
  const row = n * Math.max(k, 1);
  const rowBlock = Math.max(1, Math.min(m, Math.round(taskProducts / row)));
  const blocks = [Math.ceil(m / rowBlock), 1] as const;
  const batchesPerTask = batches(shape.batch, taskProducts / (m * row));
  return {
    shape,
    steps: [{ kind: 'scalar', rowBlock, grid: { batch: shape.batch, batchesPerTask, blocks } }],
    scratch: { lhsPanels: 0, rhsPanels: 0, partials: 0 },
  };
}

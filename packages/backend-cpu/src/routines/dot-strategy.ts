import type { DotShape } from './dot-contract.ts';
import {
  type AxpyStep,
  type DotOperandName,
  type DotPlan,
  type DotStep,
  type InnerStep,
  otherOperand,
  ownBatch,
  type PackStep,
  panelElements,
  type ScalarStep,
  sideOf,
} from './dot-plan.ts';
import { sizeOf } from './dot-tasks.ts';
import { axpyPartials } from './dot-vector.ts';

/** What of a tile step can be chosen; the bench compares choices, plans take `tileChoices`. */
export interface TileChoices {
  readonly vectors: DotOperandName;
  readonly packed: { readonly [K in DotOperandName]: boolean };
  readonly rows: number;
  readonly columns: number;
  readonly kBlock: number;
  readonly rowBlock: number;
  readonly columnBlock: number;
  readonly outer: 'columns' | 'rows';
}

export function tilePlan(shape: DotShape, choices: TileChoices): DotPlan {
  const { vectors, packed } = choices;
  const steps: DotStep[] = [];
  const { rows, columns } = choices;
  const scratch = { lhsPanels: 0, rhsPanels: 0, partials: 0 };
  for (const operand of ['lhs', 'rhs'] as const) {
    if (!packed[operand]) continue;
    const step = packStep(shape, operand, operand === vectors ? columns : rows);
    steps.push(step);
    scratch[`${operand}Panels`] = packBytes(shape, step);
  }
  const columnSide = sideOf(shape, vectors);
  const rowSide = sideOf(shape, otherOperand(vectors));
  const rowBlocks = Math.ceil(rowSide.extent / choices.rowBlock);
  const columnBlocks = Math.ceil(columnSide.extent / choices.columnBlock);
  const work = (rowSide.extent * columnSide.extent * Math.max(shape.k, 1)) / (rowBlocks * columnBlocks);
  const batchesPerTask = Math.max(1, Math.min(Math.round(1e5 / work), sizeOf(shape.batch)));
  steps.push({
    kind: 'tile',
    ...choices,
    grid: { batch: shape.batch, batchesPerTask, blocks: [rowBlocks, columnBlocks] },
  });
  if (shape.k > choices.kBlock) {
    const padded = Math.ceil(columnSide.extent / columns) * columns;
    scratch.partials = 4 * sizeOf(shape.batch) * rowSide.extent * padded;
  }
  return { shape, steps, scratch };
}

export function packStep(shape: DotShape, operand: DotOperandName, width: number): PackStep {
  const { extent, strides } = sideOf(shape, operand);
  const panels = Math.ceil(extent / width);
  const batch = ownBatch(shape.batch, strides.batch);
  const panelsPerTask = Math.min(panels, Math.max(1, Math.round(65536 / (width * Math.max(shape.k, 1)))));
  const blocks = Math.ceil(panels / panelsPerTask);
  const batchesPerTask = Math.max(
    1,
    Math.min(Math.round(65536 / (width * panels * Math.max(1, shape.k))), sizeOf(batch)),
  );
  return { kind: 'pack', operand, width, panelsPerTask, grid: { batch, batchesPerTask, blocks: [blocks, 1] } };
}

export function packBytes(shape: DotShape, { operand, width }: PackStep): number {
  const { extent, strides } = sideOf(shape, operand);
  return 4 * sizeOf(ownBatch(shape.batch, strides.batch)) * panelElements(extent, width, shape.k);
}

export function axpyPlan(shape: DotShape, matrix: DotOperandName): DotPlan {
  const { extent } = sideOf(shape, matrix);
  const columnBlock = 256;
  const step: AxpyStep = {
    kind: 'axpy',
    matrix,
    columnBlock,
    grid: { batch: shape.batch, batchesPerTask: 1, blocks: [1, Math.ceil(extent / columnBlock)] },
  };
  const partials = 4 * sizeOf(shape.batch) * axpyPartials(extent);
  return { shape, steps: [step], scratch: { lhsPanels: 0, rhsPanels: 0, partials } };
}

export function innerPlan(shape: DotShape, matrix: DotOperandName): DotPlan {
  const { extent } = sideOf(shape, matrix);
  const vector = otherOperand(matrix);
  const packed = sideOf(shape, vector).strides.contract !== 1;
  const scratch = { lhsPanels: 0, rhsPanels: 0, partials: 0 };
  const steps: DotStep[] = [];
  if (packed) {
    const step = packStep(shape, vector, 1);
    steps.push(step);
    scratch[`${vector}Panels`] = packBytes(shape, step);
  }
  const rowBlock = 64;
  const step: InnerStep = {
    kind: 'inner',
    matrix,
    packed,
    rowBlock,
    grid: { batch: shape.batch, batchesPerTask: 1, blocks: [Math.ceil(extent / rowBlock), 1] },
  };
  steps.push(step);
  return { shape, steps, scratch };
}

export function scalarPlan(shape: DotShape): DotPlan {
  const rowBlock = Math.max(1, Math.min(shape.m, 64));
  const step: ScalarStep = {
    kind: 'scalar',
    rowBlock,
    grid: { batch: shape.batch, batchesPerTask: 1, blocks: [Math.ceil(shape.m / rowBlock), 1] },
  };
  return { shape, steps: [step], scratch: { lhsPanels: 0, rhsPanels: 0, partials: 0 } };
}

export function planDot(shape: DotShape): DotPlan {
  return scalarPlan(shape);
}

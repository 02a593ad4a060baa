import type { DotAttributes, DotOperand, Kernel, RoutineStep } from '@manabi/compiler';
import { itemsOf } from '../entry-per-item.ts';
import { axisRanges, only, type Range, scaled, sumOf, wholeAxis } from '../windows/range.ts';
import { blockRanges, type SlotRange } from '../windows/reach.ts';
import type { DotDivision } from './division.ts';
import type { Product } from './product.ts';

/** Batches, rows and columns of results. */
interface Results {
  readonly batches: Range;
  readonly rows: Range;
  readonly columns: Range;
}

/** Returns the elements that a range of workgroups of a product may access. */
export function dotRanges(
  step: RoutineStep<DotAttributes>,
  product: Product,
  division: DotDivision,
  groups: Range,
): readonly SlotRange[] {
  const { operands, epilogue, attributes } = step;
  const { batch, rows, columns } = attributes;
  const results = resultsOf(product, division, groups);
  const batchAxes = axisRanges(results.batches, batch);
  // Lines of the left operand may be in another order than the rows.
  const { order } = product.left;
  const rowAxes = axisRanges(
    results.rows,
    order.map((axis) => rows[axis]),
  );
  const left = elementsOf(attributes.left, attributes, batchAxes, (axis) => rowAxes[order.indexOf(axis)]);
  const columnAxes = axisRanges(results.columns, columns);
  const right = elementsOf(attributes.right, attributes, batchAxes, (axis) => columnAxes[axis]);
  const finished: Results = { ...results, rows: linesOf(rows, order, rowAxes) };
  return [
    { slot: operands[0], elements: left },
    { slot: operands[1], elements: right },
    ...(epilogue === null ? [] : epilogueRanges(epilogue, batchAxes, finished)),
  ];
}

/** Returns the results that a range of workgroups computes; rows are lines of the left operand. */
function resultsOf({ batches, m, n }: Product, division: DotDivision, groups: Range): Results {
  const spread = (positions: Range, down: number, across: number): Results => {
    const [inBatches, inRows, inColumns] = axisRanges(positions, [batches, Math.ceil(m / down), Math.ceil(n / across)]);
    return { batches: inBatches, rows: linesIn(inRows, down, m), columns: linesIn(inColumns, across, n) };
  };
  switch (division.kind) {
    case 'plain':
      return spread(itemsOf(groups, batches * m * n), 1, 1);
    case 'lanes':
      return spread(groups, 1, 1);
    case 'block':
      return spread(groups, division.rows * division.lanesDown, division.columns * division.lanesAcross);
    case 'tile':
      return spread(groups, division.rows, division.columns);
  }
}

/** Returns the lines in a range of tiles; tiles may end past the last line. */
const linesIn = ({ low, high }: Range, lines: number, all: number): Range => ({
  low: low * lines,
  high: Math.min((high + 1) * lines, all) - 1,
});

/** Returns the elements of an operand in ranges of batches and lines, over all terms. */
function elementsOf(
  { offset, batchStrides, freeStrides, contractStrides }: DotOperand,
  { contract }: DotAttributes,
  batchAxes: readonly Range[],
  line: (axis: number) => Range,
): Range {
  return [
    ...batchStrides.map((stride, axis) => scaled(batchAxes[axis], stride)),
    ...freeStrides.map((stride, axis) => scaled(line(axis), stride)),
    ...contractStrides.map((stride, axis) => scaled(wholeAxis(contract[axis]), stride)),
  ].reduce(sumOf, only(offset));
}

/** Returns the rows of lines of the left operand, which have their axes in another order. */
function linesOf(rows: readonly number[], order: readonly number[], axes: readonly Range[]): Range {
  const strideOf = (axis: number): number => rows.slice(axis + 1).reduce((product, extent) => product * extent, 1);
  return order.map((axis, i) => scaled(axes[i], strideOf(axis))).reduce(sumOf, only(0));
}

/** Returns what the epilogue accesses; its axes are those of the batch, the row and the column. */
function epilogueRanges(
  epilogue: Kernel,
  batchAxes: readonly Range[],
  { rows, columns }: Results,
): readonly SlotRange[] {
  const axes = [...batchAxes, rows, columns].map((range, axis): [number, Range] => [axis, range]);
  return blockRanges(epilogue, epilogue.body, new Map(axes));
}

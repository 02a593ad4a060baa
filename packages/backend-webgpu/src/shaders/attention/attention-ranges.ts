import type { AttentionAttributes, AttentionGradientAttributes, AttentionOperand, RoutineStep } from '@manabi/compiler';
import { axisRanges, only, type Range, scaled, sumOf, wholeAxis } from '../windows/range.ts';
import type { SlotRange } from '../windows/reach.ts';
import { scratchSlot } from '../windows/scratch-slot.ts';
import type { RangesOf } from '../windows/with-windows.ts';
import { type AttentionDivision, batchesOf, TILE } from './attention-division.ts';

/** Number of elements for each query in the scratch buffer of the gradient for keys; see `KeyGradient.statistics`. */
export const STATISTICS = 3;

/** Returns the elements that the workgroups of an attention may access. */
export function attentionRanges(step: RoutineStep<AttentionAttributes>, division: AttentionDivision): RangesOf {
  const { attributes, results } = step;
  const { queries, width } = attributes;
  return (groups) => {
    const part = partOf(attributes, division, queries, groups);
    return [...callRanges(step, part, part.rows, null), { slot: results[0], elements: inRows(part, queries, width) }];
  };
}

/** Returns the elements that the workgroups of a gradient for queries may access. */
export function queryGradientRanges(
  step: RoutineStep<AttentionGradientAttributes>,
  division: AttentionDivision,
): RangesOf {
  const { attributes, results } = step;
  const { queries, features } = attributes;
  return (groups) => {
    const part = partOf(attributes, division, queries, groups);
    return [
      ...callRanges(step, part, part.rows, null),
      ...gradientRanges(step, part, part.rows),
      { slot: results[0], elements: inRows(part, queries, features) },
    ];
  };
}

/** Returns the elements that the workgroups may access that prepare a gradient for keys. */
export function statisticsRanges(
  step: RoutineStep<AttentionGradientAttributes>,
  division: AttentionDivision,
): RangesOf {
  const { queries } = step.attributes;
  return (groups) => {
    const part = partOf(step.attributes, division, queries, groups);
    return [
      ...callRanges(step, part, part.rows, null),
      ...gradientRanges(step, part, part.rows),
      { slot: scratchSlot(0), elements: inRows(part, queries, STATISTICS) },
    ];
  };
}

/** Returns the elements that the workgroups of a gradient for keys may access. */
export function keyGradientRanges(
  step: RoutineStep<AttentionGradientAttributes>,
  division: AttentionDivision,
): RangesOf {
  const { attributes, results } = step;
  const { queries, keys, features, width } = attributes;
  return (groups) => {
    const part = partOf(attributes, division, keys, groups);
    const all = wholeAxis(queries);
    return [
      ...callRanges(step, part, all, part.rows),
      ...gradientRanges(step, part, all),
      { slot: results[0], elements: inRows(part, keys, features) },
      { slot: results[1], elements: inRows(part, keys, width) },
      { slot: scratchSlot(0), elements: inRows({ ...part, rows: all }, queries, STATISTICS) },
    ];
  };
}

/** What a range of workgroups computes. */
interface Part {
  readonly batches: Range;
  readonly batchAxes: readonly Range[];
  readonly rows: Range;
}

/** @param rows number of rows of each batch that workgroups divide */
function partOf(attributes: AttentionAttributes, division: AttentionDivision, rows: number, groups: Range): Part {
  const perGroup = division.kind === 'tile' ? TILE : division.rows * division.lanes;
  const [batches, inGroups] = axisRanges(groups, [batchesOf(attributes), division.groupsPerBatch]);
  return {
    batches,
    batchAxes: axisRanges(batches, attributes.batch),
    rows: { low: inGroups.low * perGroup, high: Math.min(rows, (inGroups.high + 1) * perGroup) - 1 },
  };
}

/** Returns the elements of a value of shape [batch..., rows, columns] in the rows of a part. */
const inRows = ({ batches, rows }: Part, count: number, columns: number): Range => ({
  low: (batches.low * count + rows.low) * columns,
  high: (batches.high * count + rows.high + 1) * columns - 1,
});

/** @param keys null for all keys */
function callRanges(
  { attributes, operands }: RoutineStep<AttentionAttributes>,
  part: Part,
  queries: Range,
  keys: Range | null,
): readonly SlotRange[] {
  const { features, width, query, key, value, mask } = attributes;
  const inKeys = keys ?? wholeAxis(attributes.keys);
  return [
    { slot: operands[0], elements: inOperand(part, query, queries, wholeAxis(features)) },
    { slot: operands[1], elements: inOperand(part, key, inKeys, wholeAxis(features)) },
    { slot: operands[2], elements: inOperand(part, value, inKeys, wholeAxis(width)) },
    ...(mask === null
      ? []
      : [{ slot: operands[operands.length - 1], elements: inOperand(part, mask, queries, inKeys) }]),
  ];
}

function gradientRanges(
  { attributes: { gradient, mean, width }, operands }: RoutineStep<AttentionGradientAttributes>,
  part: Part,
  queries: Range,
): readonly SlotRange[] {
  return [
    { slot: operands[3], elements: inOperand(part, gradient, queries, wholeAxis(width)) },
    { slot: operands[4], elements: inOperand(part, mean, queries, only(0)) },
  ];
}

const inOperand = (
  { batchAxes }: Part,
  { offset, batchStrides, rowStride, columnStride }: AttentionOperand,
  rows: Range,
  columns: Range,
): Range =>
  [
    ...batchStrides.map((stride, axis) => scaled(batchAxes[axis], stride)),
    scaled(rows, rowStride),
    scaled(columns, columnStride),
  ].reduce(sumOf, only(offset));

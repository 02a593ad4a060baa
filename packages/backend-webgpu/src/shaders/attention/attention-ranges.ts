import type { AttentionAttributes, AttentionOperand, RoutineStep } from '@manabi/compiler';
import { sizeOf } from '@manabi/ir';
import { axisRanges, only, type Range, scaled, sumOf, wholeAxis } from '../windows/range.ts';
import type { SlotRange } from '../windows/reach.ts';
import { type AttentionDivision, TILE } from './attention-division.ts';

/** Returns the elements that a range of workgroups of an attention may access. */
export function attentionRanges(
  { attributes, operands, results }: RoutineStep<AttentionAttributes>,
  division: AttentionDivision,
  groups: Range,
): readonly SlotRange[] {
  const { batch, queries, keys, features, width, query, key, value, mask } = attributes;
  const perGroup = division.kind === 'tile' ? TILE : division.rows * division.lanes;
  const [inBatches, inGroups] = axisRanges(groups, [sizeOf(batch), division.groupsPerBatch]);
  const batchAxes = axisRanges(inBatches, batch);
  const rows = { low: inGroups.low * perGroup, high: Math.min(queries, (inGroups.high + 1) * perGroup) - 1 };
  const of = (operand: AttentionOperand, inRows: Range, columns: number): Range =>
    [
      ...operand.batchStrides.map((stride, axis) => scaled(batchAxes[axis], stride)),
      scaled(inRows, operand.rowStride),
      scaled(wholeAxis(columns), operand.columnStride),
    ].reduce(sumOf, only(operand.offset));
  const allKeys = wholeAxis(keys);
  return [
    { slot: operands[0], elements: of(query, rows, features) },
    { slot: operands[1], elements: of(key, allKeys, features) },
    { slot: operands[2], elements: of(value, allKeys, width) },
    ...(mask === null ? [] : [{ slot: operands[3], elements: of(mask, rows, keys) }]),
    {
      slot: results[0],
      elements: {
        low: (inBatches.low * queries + rows.low) * width,
        high: (inBatches.high * queries + rows.high + 1) * width - 1,
      },
    },
  ];
}

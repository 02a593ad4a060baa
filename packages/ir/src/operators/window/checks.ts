import type { OpName, Padding, WindowAttributes } from '../../graph/graph.ts';
import { formatShape, formatType, type TensorType } from '../../types/shape.ts';
import { refusal } from '../layout/checks.ts';
import { lengthWithPadding, windowCount } from './geometry.ts';

/**
 * Checks that an attribute has one positive integer per windowed axis.
 *
 * @throws ManabiError `attribute`
 */
export function checkSteps(op: OpName, attribute: string, list: readonly number[], rank: number): void {
  checkLength(op, attribute, list, rank);
  const axis = list.findIndex((entry) => !Number.isInteger(entry) || entry < 1);
  if (axis < 0) return;
  throw refusal(
    'attribute',
    op,
    `\`${attribute}\` must contain positive integers; got ${formatShape(list)} with ${list[axis]} for windowed axis ${axis}.`,
    { attribute, given: list, axis },
  );
}

/**
 * Checks that padding has a pair of integers per windowed axis.
 *
 * @throws ManabiError `attribute`
 */
export function checkPadding(op: OpName, padding: readonly Padding[], rank: number): void {
  checkLength(op, 'padding', padding, rank);
  const axis = padding.findIndex((pair) => pair.length !== 2 || !pair.every(Number.isInteger));
  if (axis < 0) return;
  throw refusal(
    'attribute',
    op,
    `\`padding\` must contain pairs of integers, the elements to add before and after; got ${JSON.stringify(padding)} with ` +
      `${JSON.stringify(padding[axis])} for windowed axis ${axis}.`,
    { attribute: 'padding', given: padding, axis },
  );
}

function checkLength(op: OpName, attribute: string, list: readonly unknown[], rank: number): void {
  if (list.length === rank) return;
  throw refusal(
    'attribute',
    op,
    `\`${attribute}\` must have one entry per windowed axis, ${rank}; got ${list.length}.`,
    { attribute, given: list, rank },
  );
}

/**
 * Checks that an operand has at least as many axes as there are window lengths.
 *
 * @throws ManabiError `shape`
 */
export function checkWindowedRank(op: OpName, operand: string, type: TensorType, rank: number): void {
  if (type.shape.length >= rank) return;
  throw refusal(
    'shape',
    op,
    `\`${operand}\` must have at least ${rank} axes, one per windowed axis; got ${formatType(type)}. Use fewer window ` +
      'lengths or reshape it.',
    { operand, type, rank },
  );
}

/**
 * Checks the attributes of a pooling operator. `lengths` are the lengths of the pooled axes before pooling.
 *
 * @returns lengths of the pooled axes after pooling
 * @throws ManabiError `attribute`
 */
export function checkWindows(op: OpName, lengths: readonly number[], attributes: WindowAttributes): number[] {
  const { window, strides, padding, dilation } = attributes;
  for (const [name, list] of Object.entries({ window, strides, dilation })) {
    checkSteps(op, name, list, lengths.length);
  }
  checkPadding(op, padding, lengths.length);
  return lengths.map((length, axis) =>
    windowCount(lengthWithPadding(length, padding[axis]), window[axis], strides[axis], dilation[axis]),
  );
}

/**
 * Checks that every window covers at least one element besides padding, so that it has a maximum.
 *
 * @throws ManabiError `shape`
 */
export function checkCovered(op: OpName, lengths: readonly number[], attributes: WindowAttributes): void {
  const { window, strides, padding, dilation } = attributes;
  lengths.forEach((length, axis) => {
    if (length === 0) throw uncovered(op, axis, lengths, attributes, 'it is empty. Skip empty tensors.');
    const [low] = padding[axis];
    const count = windowCount(lengthWithPadding(length, padding[axis]), window[axis], strides[axis], dilation[axis]);
    for (let index = 0; index < count; index++) {
      const start = index * strides[axis] - low;
      const isCovered = Array.from({ length: window[axis] }, (_, cell) => start + cell * dilation[axis]).some(
        (at) => at >= 0 && at < length,
      );
      if (isCovered) continue;
      const advice = `Reduce the padding ${JSON.stringify(padding[axis])} for window length ${window[axis]}.`;
      throw uncovered(op, axis, lengths, attributes, `window ${index} covers only padding. ${advice}`);
    }
  });
}

function uncovered(
  op: OpName,
  axis: number,
  lengths: readonly number[],
  { window, padding }: WindowAttributes,
  problem: string,
) {
  return refusal('shape', op, `Pooled axis ${axis} of ${formatShape(lengths)} has no maximum: ${problem}`, {
    axis,
    lengths,
    window,
    padding,
  });
}

import type { OpName, Padding, WindowAttributes } from '../../graph/graph.ts';
import { formatShape, formatType, type TensorType } from '../../types/shape.ts';
import { refusal } from '../layout/checks.ts';
import { lengthWithPadding, windowCount } from './geometry.ts';

/**
 * Checks that an attribute holds one whole number of at least 1 for each windowed axis.
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
    `${attribute} is ${formatShape(list)}, but its entry for windowed axis ${axis} must be a whole number of at least 1.`,
    { attribute, given: list, axis },
  );
}

/**
 * Checks that padding holds a pair of whole numbers for each windowed axis.
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
    `padding is ${JSON.stringify(padding)}, but its entry for windowed axis ${axis} must be a pair of whole numbers: ` +
      'how many elements to add before and after.',
    { attribute: 'padding', given: padding, axis },
  );
}

function checkLength(op: OpName, attribute: string, list: readonly unknown[], rank: number): void {
  if (list.length === rank) return;
  throw refusal(
    'attribute',
    op,
    `${attribute} has ${list.length} entries, but ${rank} axes are windowed: give one entry for each.`,
    { attribute, given: list, rank },
  );
}

/**
 * Checks that an operand has as many axes as are windowed.
 *
 * @throws ManabiError `shape`
 */
export function checkWindowedRank(op: OpName, operand: string, type: TensorType, rank: number): void {
  if (type.shape.length >= rank) return;
  throw refusal(
    'shape',
    op,
    `${operand} is ${formatType(type)} with ${type.shape.length} axes, but windows over the last ${rank} are asked for. ` +
      'Give fewer window lengths, or reshape it first.',
    { operand, type, rank },
  );
}

/**
 * Checks what the windows of pooling are made of; `lengths` are those of the pooled axes before pooling.
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
 * Checks that there is an element under every window, so that each has a largest one.
 *
 * @throws ManabiError `shape`
 */
export function checkCovered(op: OpName, lengths: readonly number[], attributes: WindowAttributes): void {
  const { window, strides, padding, dilation } = attributes;
  lengths.forEach((length, axis) => {
    const [low] = padding[axis];
    const count = windowCount(lengthWithPadding(length, padding[axis]), window[axis], strides[axis], dilation[axis]);
    for (let place = 0; place < count; place++) {
      const start = place * strides[axis] - low;
      const isCovered = Array.from({ length: window[axis] }, (_, cell) => start + cell * dilation[axis]).some(
        (at) => at >= 0 && at < length,
      );
      if (isCovered) continue;
      throw uncovered(op, axis, lengths, attributes, `window ${place} lies on padding alone`);
    }
    if (length === 0) throw uncovered(op, axis, lengths, attributes, 'it is empty');
  });
}

function uncovered(
  op: OpName,
  axis: number,
  lengths: readonly number[],
  { window, padding }: WindowAttributes,
  what: string,
) {
  return refusal(
    'shape',
    op,
    `On pooled axis ${axis} of ${formatShape(lengths)} ${what}, so that there is no largest element. The window is ` +
      `${window[axis]} long, the padding ${JSON.stringify(padding[axis])}: pad less, or leave such tensors out.`,
    { axis, lengths, window, padding },
  );
}

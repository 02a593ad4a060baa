import { integer, type KindsOf, nullable, optional } from '@manabi/errors';
import { equalShapes, formatShape, formatType, isInteger, ManabiError } from '@manabi/ir';
import { Tensor } from '../tensor.ts';
import { axisKind, optionsOf } from './argument-kinds.ts';
import { normalizeAxis } from './axis.ts';
import { align } from './broadcast.ts';
import { composite } from './composite.ts';
import { asFloat, asIndices, asValue, isNumber, type TensorLike } from './operand.ts';

/** Shares of e^x along an axis, by default the last: positive, and 1 together. */
export function softmax(x: TensorLike, axis = -1): Tensor {
  const value = asFloat('softmax', x);
  return new Tensor(composite('softmax', [value], { axis: normalizeAxis('softmax', axis, value.type.shape.length) }));
}

/** log(softmax(x)), exact where the share is tiny. */
export function logSoftmax(x: TensorLike, axis = -1): Tensor {
  const value = asFloat('logSoftmax', x);
  const along = normalizeAxis('logSoftmax', axis, value.type.shape.length);
  return new Tensor(composite('logSoftmax', [value], { axis: along }));
}

/** How `softmaxCrossEntropy` reads its operands. */
export interface SoftmaxCrossEntropyOptions {
  /** The axis of the classes; by default the last. */
  readonly axis?: number;
  /** Labels of this value cost nothing; by default there is none. */
  readonly ignoreIndex?: number | null;
}

const kinds = {
  axis: optional(axisKind, -1),
  ignoreIndex: optional(nullable(integer()), null),
} satisfies KindsOf<SoftmaxCrossEntropyOptions>;

/**
 * Minus the logarithm of the probability of each label, from logits: [batch, classes] and labels [batch] to [batch].
 * Labels count classes from 0; reading the result of one beyond them is an error of code `index`.
 *
 * @throws ManabiError `shape` unless labels have the shape of the logits without the axis; `dtype` unless they are
 * integers
 * @example `mean(softmaxCrossEntropy(logits, labels))`
 */
export function softmaxCrossEntropy(
  logits: TensorLike,
  labels: TensorLike,
  options?: SoftmaxCrossEntropyOptions,
): Tensor {
  const { axis, ignoreIndex } = optionsOf('softmaxCrossEntropy', options, kinds);
  const value = asFloat('softmaxCrossEntropy', logits);
  const { shape } = value.type;
  const along = normalizeAxis('softmaxCrossEntropy', axis, shape.length);
  const given = asValue('softmaxCrossEntropy', labels);
  const expected = shape.filter((_, i) => i !== along);
  if (!equalShapes(given.type.shape, expected)) {
    throw new ManabiError(
      'shape',
      `Labels have shape ${formatShape(given.type.shape)}, but logits of shape ${formatShape(shape)} with classes on ` +
        `axis ${along} need labels of shape ${formatShape(expected)}, the number of a class each. For one-hot labels use ` +
        'negative(sum(mul(labels, logSoftmax(logits)), -1)).',
      { op: 'softmaxCrossEntropy', data: { logits: shape, labels: given.type.shape, axis: along } },
    );
  }
  if (!isInteger(given.type.dtype)) {
    throw new ManabiError(
      'dtype',
      `Labels are numbers of classes, whole numbers, but are ${formatType(given.type)}. Convert them: astype(labels, ` +
        "'int32'), or make them so: tensor(labels, { dtype: 'int32' }).",
      { op: 'softmaxCrossEntropy', data: { dtype: given.type.dtype, shape: given.type.shape } },
    );
  }
  const places = asIndices('softmaxCrossEntropy', given);
  return new Tensor(composite('softmaxCrossEntropy', [value, places], { axis: along, ignoreIndex }));
}

/** Cross-entropy of sigmoid(logits) and targets between 0 and 1, elementwise with broadcasting. */
export function sigmoidCrossEntropy(logits: TensorLike, targets: TensorLike): Tensor {
  const operands = [logits, targets].map((each) =>
    isNumber(each) ? each : new Tensor(asFloat('sigmoidCrossEntropy', each)),
  );
  return new Tensor(composite('sigmoidCrossEntropy', align('sigmoidCrossEntropy', operands), {}));
}

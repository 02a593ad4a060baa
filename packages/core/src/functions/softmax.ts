import { equalShapes, formatShape, ManabiError } from '@manabi/ir';
import { Tensor } from '../tensor.ts';
import { normalizeAxis } from './axis.ts';
import { align } from './broadcast.ts';
import { composite } from './composite.ts';
import { asFloat, asIndices, asValue, type TensorLike } from './operand.ts';

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

/**
 * Minus the logarithm of the probability of each label, from logits: [batch, classes] and labels [batch] to [batch].
 *
 * @throws ManabiError `shape` unless labels have the shape of the logits without the axis; `dtype` unless they are
 * integers
 * @example `mean(softmaxCrossEntropy(logits, labels))`
 */
export function softmaxCrossEntropy(
  logits: TensorLike,
  labels: TensorLike,
  { axis = -1, ignoreIndex = null }: SoftmaxCrossEntropyOptions = {},
): Tensor {
  const value = asFloat('softmaxCrossEntropy', logits);
  const { shape } = value.type;
  const along = normalizeAxis('softmaxCrossEntropy', axis, shape.length);
  const places = asIndices('softmaxCrossEntropy', asValue('softmaxCrossEntropy', labels));
  const expected = shape.filter((_, i) => i !== along);
  if (!equalShapes(places.type.shape, expected)) {
    throw new ManabiError(
      'shape',
      `Labels have shape ${formatShape(places.type.shape)}, but logits of shape ${formatShape(shape)} with classes on ` +
        `axis ${along} need labels of shape ${formatShape(expected)}, one place each. For one-hot labels use ` +
        'negative(sum(mul(labels, logSoftmax(logits)), -1)).',
      { op: 'softmaxCrossEntropy', data: { logits: shape, labels: places.type.shape, axis: along } },
    );
  }
  return new Tensor(composite('softmaxCrossEntropy', [value, places], { axis: along, ignoreIndex }));
}

/** Cross-entropy of sigmoid(logits) and targets between 0 and 1, elementwise with broadcasting. */
export function sigmoidCrossEntropy(logits: TensorLike, targets: TensorLike): Tensor {
  const operands = [logits, targets].map((each) =>
    typeof each === 'number' ? each : new Tensor(asFloat('sigmoidCrossEntropy', each)),
  );
  return new Tensor(composite('sigmoidCrossEntropy', align('sigmoidCrossEntropy', operands), {}));
}

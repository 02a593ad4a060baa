import { integer, type KindsOf, nullable, optional } from '@manabi/errors';
import { equalShapes, formatShape, formatType, isInteger, ManabiError } from '@manabi/ir';
import { Tensor } from '../tensor.ts';
import { axisKind, optionsOf } from './argument-kinds.ts';
import { normalizeAxis } from './axis.ts';
import { align } from './broadcast.ts';
import { composite } from './composite.ts';
import { asFloat, asIndices, asValue, isNumber, type TensorLike } from './operand.ts';

/**
 * Computes `exp(x) / sum(exp(x))` along an axis, without overflow.
 *
 * @param axis axis of the classes. Default: -1
 * @throws ManabiError `axis` for an invalid axis
 * @example
 * ```ts
 * import { softmax, tensor } from 'manabi';
 *
 * console.log(await softmax(tensor([1, 2, 3])).array()); // [0.09, 0.2447, 0.6652]
 * ```
 */
export function softmax(x: TensorLike, axis = -1): Tensor {
  const value = asFloat('softmax', x);
  return new Tensor(composite('softmax', [value], { axis: normalizeAxis('softmax', axis, value.type.shape.length) }));
}

/**
 * Computes `log(softmax(x))` along an axis, accurately for small probabilities.
 *
 * @param axis axis of the classes. Default: -1
 * @throws ManabiError `axis` for an invalid axis
 * @example
 * ```ts
 * import { logSoftmax, tensor } from 'manabi';
 *
 * console.log(await logSoftmax(tensor([0, 1000])).array()); // [-1000, 0]
 * ```
 */
export function logSoftmax(x: TensorLike, axis = -1): Tensor {
  const value = asFloat('logSoftmax', x);
  const along = normalizeAxis('logSoftmax', axis, value.type.shape.length);
  return new Tensor(composite('logSoftmax', [value], { axis: along }));
}

/** Options of `softmaxCrossEntropy`. */
export interface SoftmaxCrossEntropyOptions {
  /** Axis of the classes. Default: -1, the last. */
  readonly axis?: number;
  /** Label to ignore: samples with this label have a loss of 0. Default: null, for none. */
  readonly ignoreIndex?: number | null;
}

const kinds = {
  axis: optional(axisKind, -1),
  ignoreIndex: optional(nullable(integer()), null),
} satisfies KindsOf<SoftmaxCrossEntropyOptions>;

/**
 * Computes the cross-entropy of integer labels and logits, `-logSoftmax(logits)[label]`: logits of shape [batch,
 * classes] and labels of shape [batch] produce losses of shape [batch]. If a label is out of range, reading the result
 * throws an error with code `index`.
 *
 * @param labels class indices; their shape is that of the logits without the axis of the classes
 * @throws ManabiError `shape` if the shapes of labels and logits do not match; `dtype` unless labels are integers
 * @example
 * ```ts
 * import { softmaxCrossEntropy, tensor } from 'manabi';
 *
 * const logits = tensor([[2, 0], [0, 0]]);
 * const result = softmaxCrossEntropy(logits, tensor([0, 1], { dtype: 'int32' }));
 * console.log(await result.array()); // [0.1269, 0.6931]
 * ```
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
      `Labels must be class indices of shape ${formatShape(expected)} for logits of shape ${formatShape(shape)} with ` +
        `classes on axis ${along}; got shape ${formatShape(given.type.shape)}. For one-hot labels, use ` +
        'negative(sum(mul(labels, logSoftmax(logits)), -1)).',
      { op: 'softmaxCrossEntropy', data: { logits: shape, labels: given.type.shape, axis: along } },
    );
  }
  if (!isInteger(given.type.dtype)) {
    throw new ManabiError(
      'dtype',
      `Labels must be integers (class indices); got ${formatType(given.type)}. Convert them: astype(labels, 'int32').`,
      { op: 'softmaxCrossEntropy', data: { dtype: given.type.dtype, shape: given.type.shape } },
    );
  }
  const classes = asIndices('softmaxCrossEntropy', given);
  return new Tensor(composite('softmaxCrossEntropy', [value, classes], { axis: along, ignoreIndex }));
}

/**
 * Computes the binary cross-entropy of logits and targets t in [0, 1], elementwise with broadcasting: `-(t * log(p) +
 * (1
 * - t) * log(1 - p))` with `p = sigmoid(logits)`, without overflow.
 *
 * @throws ManabiError `shape` if the shapes do not broadcast; `dtype` if the dtypes do not promote to a common float;
 * `argument` for values of other types
 * @example
 * ```ts
 * import { sigmoidCrossEntropy, tensor } from 'manabi';
 *
 * console.log(await sigmoidCrossEntropy(tensor([0, 100]), tensor([1, 1])).array()); // [0.6931, 0]
 * ```
 */
export function sigmoidCrossEntropy(logits: TensorLike, targets: TensorLike): Tensor {
  const operands = [logits, targets].map((each) =>
    isNumber(each) ? each : new Tensor(asFloat('sigmoidCrossEntropy', each)),
  );
  return new Tensor(composite('sigmoidCrossEntropy', align('sigmoidCrossEntropy', operands), {}));
}

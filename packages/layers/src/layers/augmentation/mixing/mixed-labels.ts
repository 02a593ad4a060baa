import { add, astype, ManabiError, mul, reshape, sub, type Tensor, take } from '@manabi/core';

/**
 * Mixes the labels of a batch with those of the images that are mixed in.
 *
 * @param weights share of each image's own label: [batch]
 * @param order index of the image that is mixed into each image: [batch]
 * @throws ManabiError `shape` unless labels have an axis of classes, since class indices cannot be mixed
 */
export function mixedLabels(op: string, labels: Tensor, weights: Tensor, order: Tensor): Tensor {
  if (labels.rank < 2) {
    throw new ManabiError(
      'shape',
      `Labels must have shape [batch, classes], as oneHot(labels, classes) returns; got [${labels.shape.join(', ')}]. Class ` +
        'indices cannot be mixed.',
      { op, data: { shape: labels.shape } },
    );
  }
  const own = reshape(weights, [weights.size, ...labels.shape.slice(1).map(() => 1)]);
  const values = labels.dtype === 'float16' ? labels : astype(labels, 'float32');
  return astype(add(mul(own, values), mul(sub(1, own), take(values, order, 0))), values.dtype);
}

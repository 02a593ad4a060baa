import {
  add,
  all,
  equal,
  logicalOr,
  max,
  maximum,
  mean,
  mul,
  square,
  sub,
  sum,
  type Tensor,
  where,
} from '@manabi/core';
import { readOptions } from '@manabi/errors';
import { defineLoss, type Loss, type LossOptions, lossKinds } from './loss.ts';
import { toPair } from './pair.ts';

/**
 * Creates the hinge loss, for labels -1 and 1. If all labels are 0 or 1, label 0 counts as -1.
 *
 * `loss = mean(max(1 - yTrue · yPred, 0))` over the last axis.
 *
 * @throws ManabiError `argument` for invalid options
 * @example
 * ```ts
 * import { losses, tensor } from 'manabi';
 *
 * console.log(await losses.hinge().call(tensor([[1, -1]]), tensor([[0.4, 0.2]])).array()); // [0.9]
 * ```
 */
export function hinge(options: LossOptions = {}): Loss {
  const config = readOptions('hinge', options, lossKinds('hinge', {}));
  return defineLoss('Hinge', config, (yTrue, yPred) => mean(margins('hinge', yTrue, yPred), -1));
}

/**
 * Creates the squared hinge loss, for labels -1 and 1. If all labels are 0 or 1, label 0 counts as -1.
 *
 * `loss = mean(max(1 - yTrue · yPred, 0)²)` over the last axis.
 *
 * @throws ManabiError `argument` for invalid options
 * @example
 * ```ts
 * import { losses, tensor } from 'manabi';
 *
 * console.log(await losses.squaredHinge().call(tensor([[1, -1]]), tensor([[0.4, 0.2]])).array()); // [0.9]
 * ```
 */
export function squaredHinge(options: LossOptions = {}): Loss {
  const config = readOptions('squaredHinge', options, lossKinds('squaredHinge', {}));
  return defineLoss('SquaredHinge', config, (yTrue, yPred) => mean(square(margins('squaredHinge', yTrue, yPred)), -1));
}

/**
 * Creates the categorical hinge loss, for one-hot labels.
 *
 * `loss = max(neg - pos + 1, 0)`, where `pos` is the score of the true class and `neg` the highest score of the other
 * classes.
 *
 * @throws ManabiError `argument` for invalid options
 * @example
 * ```ts
 * import { losses, tensor } from 'manabi';
 *
 * const result = losses.categoricalHinge().call(tensor([[0, 1, 0]]), tensor([[0.2, 0.5, 0.3]]));
 * console.log(await result.array()); // [0.8]
 * ```
 */
export function categoricalHinge(options: LossOptions = {}): Loss {
  const config = readOptions('categoricalHinge', options, lossKinds('categoricalHinge', {}));
  return defineLoss('CategoricalHinge', config, (yTrue, yPred) => {
    const [truth, prediction] = toPair('categoricalHinge', yTrue, yPred);
    const positive = sum(mul(truth, prediction), -1);
    const negative = max(mul(sub(1, truth), prediction), -1);
    return maximum(add(sub(negative, positive), 1), 0);
  });
}

function margins(op: string, yTrue: Tensor, yPred: Tensor): Tensor {
  const [truth, prediction] = toPair(op, yTrue, yPred);
  return maximum(sub(1, mul(toSigns(truth), prediction)), 0);
}

/** Converts labels 0 and 1 to -1 and 1 if all labels are 0 or 1. */
function toSigns(labels: Tensor): Tensor {
  const isBinary = all(logicalOr(equal(labels, 0), equal(labels, 1)));
  return where(isBinary, sub(mul(labels, 2), 1), labels);
}

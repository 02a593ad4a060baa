import {
  any,
  argmax,
  astype,
  equal,
  expandDims,
  greater,
  greaterEqual,
  index,
  topK as largest,
  less,
  logicalAnd,
  ManabiError,
  squeeze,
  type Tensor,
  takeAlongAxis,
  where,
} from '@manabi/core';
import { boolean, type KindsOf, number, optional, positiveInteger, readOptions } from '@manabi/errors';
import { sameShape, shapesDiffer } from '../losses/pair.ts';
import { checkTensor } from '../structure/check-tensor.ts';
import { float32Pair } from './float32-pair.ts';
import { meanOf } from './mean.ts';
import { type Metric, type MetricOptions, metricKinds } from './metric.ts';

/**
 * Creates a metric of the fraction of predictions that equal their labels. The name `'accuracy'` in `compile` selects
 * another metric: binary, categorical or sparse categorical accuracy, depending on the shapes.
 *
 * `accuracy = mean(yTrue == yPred)`.
 *
 * @throws ManabiError `argument` for invalid options
 * @example
 * ```ts
 * import { metrics, tensor } from 'manabi';
 *
 * const metric = metrics.accuracy();
 * const state = metric.update(metric.init(), tensor([[1], [2]]), tensor([[1], [3]]));
 * console.log(await metric.result(state).item()); // 0.5
 * ```
 */
export function accuracy(options: MetricOptions = {}): Metric {
  const config = readOptions('accuracy', options, metricKinds('accuracy', {}));
  return meanOf('Accuracy', 'up', config, (yTrue, yPred) => isEqual(...float32Pair('accuracy', yTrue, yPred)));
}

/** Options of `binaryAccuracy`. */
export interface BinaryAccuracyOptions extends MetricOptions {
  /** Value that predictions must exceed to count as 1 (default: 0.5). */
  readonly threshold?: number;
}

const binaryKinds = metricKinds('binaryAccuracy', {
  threshold: optional(number(), 0.5),
}) satisfies KindsOf<BinaryAccuracyOptions>;

/**
 * Creates a metric of the fraction of predictions on the correct side of a threshold, for labels 0 and 1.
 *
 * `accuracy = mean(yTrue == (yPred > threshold))`.
 *
 * @throws ManabiError `argument` for invalid options
 * @example
 * ```ts
 * import { metrics, tensor } from 'manabi';
 *
 * const metric = metrics.binaryAccuracy();
 * const state = metric.update(metric.init(), tensor([[1], [0]]), tensor([[0.9], [0.6]]));
 * console.log(await metric.result(state).item()); // 0.5
 * ```
 */
export function binaryAccuracy(options: BinaryAccuracyOptions = {}): Metric {
  const config = readOptions('binaryAccuracy', options, binaryKinds);
  return meanOf('BinaryAccuracy', 'up', config, (yTrue, yPred) => {
    const [truth, prediction] = float32Pair('binaryAccuracy', yTrue, yPred);
    return isEqual(truth, astype(greater(prediction, config.threshold), truth.dtype));
  });
}

/**
 * Creates a metric of the fraction of samples whose highest score belongs to the one-hot label. Ties go to the first class.
 *
 * `accuracy = mean(argmax(yTrue) == argmax(yPred))`.
 *
 * @throws ManabiError `argument` for invalid options
 * @example
 * ```ts
 * import { metrics, tensor } from 'manabi';
 *
 * const metric = metrics.categoricalAccuracy();
 * const state = metric.update(metric.init(), tensor([[1, 0], [0, 1]]), tensor([[0.9, 0.1], [0.6, 0.4]]));
 * console.log(await metric.result(state).item()); // 0.5
 * ```
 */
export function categoricalAccuracy(options: MetricOptions = {}): Metric {
  const config = readOptions('categoricalAccuracy', options, metricKinds('categoricalAccuracy', {}));
  return meanOf('CategoricalAccuracy', 'up', config, (yTrue, yPred) => {
    const [truth, prediction] = float32Pair('categoricalAccuracy', yTrue, yPred);
    return isEqual(argmax(truth, -1), argmax(prediction, -1));
  });
}

/**
 * Creates a metric of the fraction of samples whose highest score belongs to the integer label. Ties go to the first class.
 *
 * `accuracy = mean(yTrue == argmax(yPred))`.
 *
 * @throws ManabiError `argument` for invalid options
 * @example
 * ```ts
 * import { metrics, tensor } from 'manabi';
 *
 * const metric = metrics.sparseCategoricalAccuracy();
 * const state = metric.update(metric.init(), tensor([0, 1]), tensor([[0.9, 0.1], [0.6, 0.4]]));
 * console.log(await metric.result(state).item()); // 0.5
 * ```
 */
export function sparseCategoricalAccuracy(options: MetricOptions = {}): Metric {
  const config = readOptions('sparseCategoricalAccuracy', options, metricKinds('sparseCategoricalAccuracy', {}));
  return meanOf('SparseCategoricalAccuracy', 'up', config, (yTrue, yPred) => {
    const { labels, scores } = readLabels('sparseCategoricalAccuracy', yTrue, yPred);
    return isEqual(labels, argmax(scores, -1));
  });
}

/** Options of the top-k metrics. */
export interface TopKOptions extends MetricOptions {
  /** Number of highest scores among which the label must be (default: 5). */
  readonly k?: number;
}

const topKKinds = metricKinds('topKCategoricalAccuracy', {
  k: optional(positiveInteger, 5),
}) satisfies KindsOf<TopKOptions>;

/**
 * Creates a metric of the fraction of samples whose one-hot label is among the k highest scores. A tie with the k-th score
 * counts.
 *
 * `accuracy = mean(score of the label >= k-th highest score)`.
 *
 * @throws ManabiError `argument` for invalid options
 * @example
 * ```ts
 * import { metrics, tensor } from 'manabi';
 *
 * const metric = metrics.topKCategoricalAccuracy({ k: 2 });
 * const state = metric.update(metric.init(), tensor([[0, 0, 1], [0, 1, 0]]), tensor([[0.6, 0.1, 0.3], [0.5, 0.1, 0.4]]));
 * console.log(await metric.result(state).item()); // 0.5
 * ```
 */
export function topKCategoricalAccuracy(options: TopKOptions = {}): Metric {
  const config = readOptions('topKCategoricalAccuracy', options, topKKinds);
  return meanOf('TopKCategoricalAccuracy', 'up', config, (yTrue, yPred) => {
    const [truth, scores] = float32Pair('topKCategoricalAccuracy', yTrue, yPred);
    return isAmongLargest('topKCategoricalAccuracy', argmax(truth, -1), scores, config.k);
  });
}

/** Options of `sparseTopKCategoricalAccuracy`. */
export interface SparseTopKOptions extends TopKOptions {
  /** Whether predictions are class indices in descending order of score, rather than scores (default: false). */
  readonly fromSortedIds?: boolean;
}

const sparseTopKKinds = metricKinds('sparseTopKCategoricalAccuracy', {
  k: optional(positiveInteger, 5),
  fromSortedIds: optional(boolean, false),
}) satisfies KindsOf<SparseTopKOptions>;

/**
 * Creates a metric of the fraction of samples whose integer label is among the k highest scores. A tie with the k-th score
 * counts.
 *
 * `accuracy = mean(score of the label >= k-th highest score)`.
 *
 * @throws ManabiError `argument` for invalid options
 * @example
 * ```ts
 * import { metrics, tensor } from 'manabi';
 *
 * const metric = metrics.sparseTopKCategoricalAccuracy({ k: 2 });
 * const state = metric.update(metric.init(), tensor([2, 1]), tensor([[0.6, 0.1, 0.3], [0.5, 0.1, 0.4]]));
 * console.log(await metric.result(state).item()); // 0.5
 * ```
 */
export function sparseTopKCategoricalAccuracy(options: SparseTopKOptions = {}): Metric {
  const config = readOptions('sparseTopKCategoricalAccuracy', options, sparseTopKKinds);
  const { k, fromSortedIds } = config;
  return meanOf('SparseTopKCategoricalAccuracy', 'up', config, (yTrue, yPred) => {
    const { labels, scores } = readLabels('sparseTopKCategoricalAccuracy', yTrue, yPred);
    if (!fromSortedIds) return isAmongLargest('sparseTopKCategoricalAccuracy', labels, scores, k);
    return astype(any(equal(expandDims(labels, -1), index(scores, '...', [null, k])), -1), 'float32');
  });
}

const isEqual = (x: Tensor, y: Tensor): Tensor => astype(equal(x, y), 'float32');

/** Returns 1 where the score of the label is at least the k-th highest score, otherwise 0. */
function isAmongLargest(op: string, labels: Tensor, scores: Tensor, k: number): Tensor {
  const classes = scores.shape[scores.rank - 1];
  if (k > classes) {
    throw new ManabiError(
      'argument',
      `\`k\` must be less than the number of classes, ${classes}; got ${k}. Pass ${op}({ k: ${Math.max(1, classes - 1)} }).`,
      { op, data: { k, classes } },
    );
  }
  const bar = index(largest(scores, k).values, '...', k - 1);
  const isClass = logicalAnd(greaterEqual(labels, 0), less(labels, classes));
  const own = takeAlongAxis(scores, expandDims(where(isClass, labels, 0), -1), -1);
  return astype(logicalAnd(isClass, greaterEqual(squeeze(own, -1), bar)), 'float32');
}

/** Returns integer labels of shape [batch], given as [batch] or [batch, 1], and scores of shape [batch, classes]. */
function readLabels(op: string, yTrue: Tensor, yPred: Tensor): { readonly labels: Tensor; readonly scores: Tensor } {
  const scores = astype(checkTensor(op, 'yPred', yPred), 'float32');
  const given = astype(checkTensor(op, 'yTrue', yTrue), 'int32');
  const labels = given.rank === scores.rank && given.shape.at(-1) === 1 ? squeeze(given, -1) : given;
  if (sameShape(labels.shape, scores.shape.slice(0, -1))) return { labels, scores };
  throw shapesDiffer(op, yTrue, yPred, '`yTrue` must contain one integer class for each row of scores');
}

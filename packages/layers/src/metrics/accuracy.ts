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
import { sameShape, shapesDiffer, toFloat, toPair } from '../losses/pair.ts';
import { checkTensor } from '../structure/check-tensor.ts';
import { meanOf } from './mean.ts';
import { type Metric, type MetricOptions, metricKinds } from './metric.ts';

/** How often predictions are equal to labels. (`'accuracy'` by name is one of the three below, by the shapes.) */
export function accuracy(options: MetricOptions = {}): Metric {
  const config = readOptions('accuracy', options, metricKinds('accuracy', {}));
  return meanOf('Accuracy', 'up', config, (yTrue, yPred) => isEqual(...toPair('accuracy', yTrue, yPred)));
}

/** What `binaryAccuracy` takes. */
export interface BinaryAccuracyOptions extends MetricOptions {
  /** What predictions must be above to count as 1; by default 0.5. */
  readonly threshold?: number;
}

const binaryKinds = metricKinds('binaryAccuracy', {
  threshold: optional(number(), 0.5),
}) satisfies KindsOf<BinaryAccuracyOptions>;

/** How often predictions above a threshold, and only those, have label 1. */
export function binaryAccuracy(options: BinaryAccuracyOptions = {}): Metric {
  const config = readOptions('binaryAccuracy', options, binaryKinds);
  return meanOf('BinaryAccuracy', 'up', config, (yTrue, yPred) => {
    const [truth, prediction] = toPair('binaryAccuracy', yTrue, yPred);
    return isEqual(truth, astype(greater(prediction, config.threshold), truth.dtype));
  });
}

/** How often the largest score is that of the label, which is one-hot. Of equal scores the first counts. */
export function categoricalAccuracy(options: MetricOptions = {}): Metric {
  const config = readOptions('categoricalAccuracy', options, metricKinds('categoricalAccuracy', {}));
  return meanOf('CategoricalAccuracy', 'up', config, (yTrue, yPred) => {
    const [truth, prediction] = toPair('categoricalAccuracy', yTrue, yPred);
    return isEqual(argmax(truth, -1), argmax(prediction, -1));
  });
}

/** How often the largest score is that of the label, the number of a class. Of equal scores the first counts. */
export function sparseCategoricalAccuracy(options: MetricOptions = {}): Metric {
  const config = readOptions('sparseCategoricalAccuracy', options, metricKinds('sparseCategoricalAccuracy', {}));
  return meanOf('SparseCategoricalAccuracy', 'up', config, (yTrue, yPred) => {
    const { labels, scores } = readLabels('sparseCategoricalAccuracy', yTrue, yPred);
    return isEqual(labels, argmax(scores, -1));
  });
}

/** What the metrics of the best k take. */
export interface TopKOptions extends MetricOptions {
  /** How many of the largest scores count; by default 5. */
  readonly k?: number;
}

const topKKinds = metricKinds('topKCategoricalAccuracy', {
  k: optional(positiveInteger, 5),
}) satisfies KindsOf<TopKOptions>;

/** How often the score of the label, which is one-hot, is among the k largest; one equal to the last of them is. */
export function topKCategoricalAccuracy(options: TopKOptions = {}): Metric {
  const config = readOptions('topKCategoricalAccuracy', options, topKKinds);
  return meanOf('TopKCategoricalAccuracy', 'up', config, (yTrue, yPred) => {
    const [truth, scores] = toPair('topKCategoricalAccuracy', yTrue, yPred);
    return isAmongLargest('topKCategoricalAccuracy', argmax(truth, -1), scores, config.k);
  });
}

/** What `sparseTopKCategoricalAccuracy` takes. */
export interface SparseTopKOptions extends TopKOptions {
  /** Whether predictions are the numbers of classes, best first, and no scores; by default false. */
  readonly fromSortedIds?: boolean;
}

const sparseTopKKinds = metricKinds('sparseTopKCategoricalAccuracy', {
  k: optional(positiveInteger, 5),
  fromSortedIds: optional(boolean, false),
}) satisfies KindsOf<SparseTopKOptions>;

/** How often the score of the label, the number of a class, is among the k largest. */
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

/** The smallest of the k largest scores is the bar. */
function isAmongLargest(op: string, labels: Tensor, scores: Tensor, k: number): Tensor {
  const classes = scores.shape[scores.rank - 1];
  if (k > classes) {
    throw new ManabiError(
      'argument',
      `Of ${classes} classes, all are among the best ${k}: give a k below that, such as ${op}({ k: ${Math.max(1, classes - 1)} }).`,
      { op, data: { k, classes } },
    );
  }
  const bar = index(largest(scores, k).values, '...', k - 1);
  const isClass = logicalAnd(greaterEqual(labels, 0), less(labels, classes));
  const own = takeAlongAxis(scores, expandDims(where(isClass, labels, 0), -1), -1);
  return astype(logicalAnd(isClass, greaterEqual(squeeze(own, -1), bar)), 'float32');
}

/** Labels that are numbers of classes: [batch], or [batch, 1], for scores [batch, classes]. */
function readLabels(op: string, yTrue: Tensor, yPred: Tensor): { readonly labels: Tensor; readonly scores: Tensor } {
  const scores = toFloat(op, 'yPred', yPred);
  const given = astype(checkTensor(op, 'yTrue', yTrue), 'int32');
  const labels = given.rank === scores.rank && given.shape.at(-1) === 1 ? squeeze(given, -1) : given;
  if (sameShape(labels.shape, scores.shape.slice(0, -1))) return { labels, scores };
  throw shapesDiffer(op, yTrue, yPred, 'There must be one label, the number of a class, for each row of scores.');
}

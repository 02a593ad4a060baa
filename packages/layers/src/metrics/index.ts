import { type Kind, optional, readArgument } from '@manabi/errors';
import { labelKind } from '../losses/label-kind.ts';
import type { LossFunction } from '../losses/loss.ts';
import { NameTable } from '../registry/name-table.ts';
import {
  hasMethods,
  type Identifier,
  identified,
  identifiedAsGiven,
  isNameOf,
  type Maker,
  registerMaker,
} from '../registry/resolve.ts';
import type { PartialType } from '../structure/nested.ts';
import { typeKind } from '../structure/type-kind.ts';
import {
  accuracy,
  binaryAccuracy,
  categoricalAccuracy,
  sparseCategoricalAccuracy,
  sparseTopKCategoricalAccuracy,
  topKCategoricalAccuracy,
} from './accuracy.ts';
import {
  precisionAtRecall,
  recallAtPrecision,
  sensitivityAtSpecificity,
  specificityAtSensitivity,
} from './at-operating-point.ts';
import { auc } from './auc.ts';
import { falseNegatives, falsePositives, precision, recall, trueNegatives, truePositives } from './confusion.ts';
import { f1Score, fBetaScore } from './f-score.ts';
import { binaryIoU, iou, meanIoU, oneHotIoU, oneHotMeanIoU } from './iou.ts';
import { meanMetricWrapper } from './mean.ts';
import type { Metric } from './metric.ts';
import {
  binaryCrossentropy,
  categoricalCrossentropy,
  categoricalHinge,
  hinge,
  klDivergence,
  logCoshError,
  meanAbsoluteError,
  meanAbsolutePercentageError,
  meanSquaredError,
  meanSquaredLogarithmicError,
  poisson,
  sparseCategoricalCrossentropy,
  squaredHinge,
} from './of-losses.ts';
import { r2Score } from './r2-score.ts';
import {
  concordanceCorrelation,
  cosineSimilarity,
  meanRelativeError,
  pearsonCorrelation,
  rootMeanSquaredError,
} from './regression.ts';

export * from './accuracy.ts';
export type { Curve, Summation } from './area.ts';
export * from './at-operating-point.ts';
export { type AucOptions, auc } from './auc.ts';
export * from './confusion.ts';
export * from './f-score.ts';
export * from './iou.ts';
export { type MeanMetricWrapperOptions, mean, meanMetricWrapper, sum } from './mean.ts';
export type { Direction, Metric, MetricOptions, MetricState, ValueMetric } from './metric.ts';
export * from './of-losses.ts';
export { type ClassAggregation, type R2ScoreOptions, r2Score } from './r2-score.ts';
export * from './regression.ts';

/** How users say which metric they want: `'accuracy'`, `auc({ curve: 'PR' })`, or a function of theirs. */
export type MetricIdentifier = Identifier<Metric> | LossFunction;

const metrics = new NameTable<Maker<Metric>>('metric', {
  accuracy: { make: accuracy },
  auc: { make: auc },
  binaryAccuracy: { make: binaryAccuracy },
  binaryCrossentropy: { make: binaryCrossentropy },
  binaryIoU: { make: binaryIoU },
  categoricalAccuracy: { make: categoricalAccuracy },
  categoricalCrossentropy: { make: categoricalCrossentropy },
  categoricalHinge: { make: categoricalHinge },
  concordanceCorrelation: { make: concordanceCorrelation },
  cosineSimilarity: { make: cosineSimilarity },
  f1Score: { make: f1Score },
  falseNegatives: { make: falseNegatives },
  falsePositives: { make: falsePositives },
  fBetaScore: { make: fBetaScore },
  hinge: { make: hinge },
  iou: { make: iou },
  klDivergence: { make: klDivergence },
  logCoshError: { make: logCoshError },
  meanAbsoluteError: { make: meanAbsoluteError },
  meanAbsolutePercentageError: { make: meanAbsolutePercentageError },
  meanIoU: { make: meanIoU },
  meanMetricWrapper: { make: meanMetricWrapper },
  meanRelativeError: { make: meanRelativeError },
  meanSquaredError: { make: meanSquaredError },
  meanSquaredLogarithmicError: { make: meanSquaredLogarithmicError },
  oneHotIoU: { make: oneHotIoU },
  oneHotMeanIoU: { make: oneHotMeanIoU },
  pearsonCorrelation: { make: pearsonCorrelation },
  poisson: { make: poisson },
  precision: { make: precision },
  precisionAtRecall: { make: precisionAtRecall },
  r2Score: { make: r2Score },
  recall: { make: recall },
  recallAtPrecision: { make: recallAtPrecision },
  rootMeanSquaredError: { make: rootMeanSquaredError },
  sensitivityAtSpecificity: { make: sensitivityAtSpecificity },
  sparseCategoricalAccuracy: { make: sparseCategoricalAccuracy },
  sparseCategoricalCrossentropy: { make: sparseCategoricalCrossentropy },
  sparseTopKCategoricalAccuracy: { make: sparseTopKCategoricalAccuracy },
  specificityAtSensitivity: { make: specificityAtSensitivity },
  squaredHinge: { make: squaredHinge },
  topKCategoricalAccuracy: { make: topKCategoricalAccuracy },
  trueNegatives: { make: trueNegatives },
  truePositives: { make: truePositives },
  // Keras's further names of the same.
  bce: { make: binaryCrossentropy },
  mae: { make: meanAbsoluteError },
  mape: { make: meanAbsolutePercentageError },
  mse: { make: meanSquaredError },
  msle: { make: meanSquaredLogarithmicError },
});

const accuracies = {
  binary: binaryAccuracy,
  sparse: sparseCategoricalAccuracy,
  oneHot: categoricalAccuracy,
};

/** Makes a metric of your own known by name, so that compiled models that hold it save and load. */
export function registerMetric(className: string, make: (config?: object) => Metric): void {
  registerMaker('registerMetric', metrics, className, make);
}

const metricKind: Kind<Metric> = identified('a metric', metrics, (thing): thing is Metric =>
  hasMethods(thing, 'init', 'update', 'result'),
);

/** Names that mean one metric or another, by the shapes of labels and predictions. */
const BY_SHAPES = ['accuracy', 'acc'];

/** The kind of metrics as users say them. */
export const metricIdentifierKind: Kind<MetricIdentifier> = identifiedAsGiven<Metric, LossFunction>(
  'a metric',
  '(yTrue, yPred) => values',
  metrics,
  metricKind,
  BY_SHAPES,
);

/** Names that JavaScript gives to functions that stand in options, as in `{ metrics: (yTrue, yPred) => … }`. */
const NAMES_OF_OPTIONS = ['metrics', 'weightedMetrics'];

/**
 * The metric that a user means. One given by name is called by that name; `accuracy` (or `acc`) is the binary, sparse or
 * categorical one, by the shapes. A function is called by its name, `metric` if it has none.
 *
 * @param yTrue what the metric will be given, for `accuracy` alone
 * @throws ManabiError `argument` for unknown names, with the nearest ones, and for `accuracy` without shapes
 */
export function getMetric(identifier: MetricIdentifier, yTrue?: PartialType, yPred?: PartialType): Metric {
  readArgument('getMetric', 'yTrue', yTrue, optional(typeKind));
  readArgument('getMetric', 'yPred', yPred, optional(typeKind));
  const read = readArgument('getMetric', 'identifier', identifier, metricIdentifierKind);
  if (isNameOf(BY_SHAPES, read)) return accuracies[labelKind(read, yTrue, yPred)]({ name: read });
  if (typeof read === 'string') return metrics.get(read).make({ name: read });
  if (typeof read !== 'function') return metricKind.read(read, { op: 'getMetric', name: 'identifier' });
  return meanMetricWrapper(NAMES_OF_OPTIONS.includes(read.name) ? { fn: read, name: 'metric' } : { fn: read });
}

import type { ClassRow, FactoryName, RowsInFiles } from '../registry/class-row.ts';

type Exports = typeof import('./index.ts');
type ValueMetricName = 'mean' | 'sum';

/** Keras's metrics, one entry per exported function. A file is loaded when one of its metrics is first used. */
export const metricRows = {
  accuracy: { className: 'Accuracy', load: () => import('./accuracy.ts') },
  auc: { className: 'AUC', load: () => import('./auc.ts') },
  binaryAccuracy: { className: 'BinaryAccuracy', load: () => import('./accuracy.ts') },
  binaryCrossentropy: { className: 'BinaryCrossentropy', aliases: ['bce'], load: () => import('./of-losses.ts') },
  binaryIoU: { className: 'BinaryIoU', load: () => import('./iou.ts') },
  categoricalAccuracy: { className: 'CategoricalAccuracy', load: () => import('./accuracy.ts') },
  categoricalCrossentropy: { className: 'CategoricalCrossentropy', load: () => import('./of-losses.ts') },
  categoricalHinge: { className: 'CategoricalHinge', load: () => import('./of-losses.ts') },
  concordanceCorrelation: { className: 'ConcordanceCorrelation', load: () => import('./regression.ts') },
  cosineSimilarity: { className: 'CosineSimilarity', load: () => import('./regression.ts') },
  f1Score: { className: 'F1Score', load: () => import('./f-score.ts') },
  falseNegatives: { className: 'FalseNegatives', load: () => import('./confusion.ts') },
  falsePositives: { className: 'FalsePositives', load: () => import('./confusion.ts') },
  fBetaScore: { className: 'FBetaScore', load: () => import('./f-score.ts') },
  hinge: { className: 'Hinge', load: () => import('./of-losses.ts') },
  iou: { className: 'IoU', load: () => import('./iou.ts') },
  klDivergence: { className: 'KLDivergence', load: () => import('./of-losses.ts') },
  logCoshError: { className: 'LogCoshError', load: () => import('./of-losses.ts') },
  meanAbsoluteError: { className: 'MeanAbsoluteError', aliases: ['mae'], load: () => import('./of-losses.ts') },
  meanAbsolutePercentageError: {
    className: 'MeanAbsolutePercentageError',
    aliases: ['mape'],
    load: () => import('./of-losses.ts'),
  },
  meanIoU: { className: 'MeanIoU', load: () => import('./iou.ts') },
  meanMetricWrapper: { className: 'MeanMetricWrapper', load: () => import('./mean.ts') },
  meanRelativeError: { className: 'MeanRelativeError', notInKeras: true, load: () => import('./regression.ts') },
  meanSquaredError: { className: 'MeanSquaredError', aliases: ['mse'], load: () => import('./of-losses.ts') },
  meanSquaredLogarithmicError: {
    className: 'MeanSquaredLogarithmicError',
    aliases: ['msle'],
    load: () => import('./of-losses.ts'),
  },
  oneHotIoU: { className: 'OneHotIoU', load: () => import('./iou.ts') },
  oneHotMeanIoU: { className: 'OneHotMeanIoU', load: () => import('./iou.ts') },
  pearsonCorrelation: { className: 'PearsonCorrelation', load: () => import('./regression.ts') },
  poisson: { className: 'Poisson', load: () => import('./of-losses.ts') },
  precision: { className: 'Precision', load: () => import('./confusion.ts') },
  precisionAtRecall: { className: 'PrecisionAtRecall', load: () => import('./at-operating-point.ts') },
  r2Score: { className: 'R2Score', load: () => import('./r2-score.ts') },
  recall: { className: 'Recall', load: () => import('./confusion.ts') },
  recallAtPrecision: { className: 'RecallAtPrecision', load: () => import('./at-operating-point.ts') },
  rootMeanSquaredError: { className: 'RootMeanSquaredError', load: () => import('./regression.ts') },
  sensitivityAtSpecificity: { className: 'SensitivityAtSpecificity', load: () => import('./at-operating-point.ts') },
  sparseCategoricalAccuracy: { className: 'SparseCategoricalAccuracy', load: () => import('./accuracy.ts') },
  sparseCategoricalCrossentropy: { className: 'SparseCategoricalCrossentropy', load: () => import('./of-losses.ts') },
  sparseTopKCategoricalAccuracy: { className: 'SparseTopKCategoricalAccuracy', load: () => import('./accuracy.ts') },
  specificityAtSensitivity: { className: 'SpecificityAtSensitivity', load: () => import('./at-operating-point.ts') },
  squaredHinge: { className: 'SquaredHinge', load: () => import('./of-losses.ts') },
  topKCategoricalAccuracy: { className: 'TopKCategoricalAccuracy', load: () => import('./accuracy.ts') },
  trueNegatives: { className: 'TrueNegatives', load: () => import('./confusion.ts') },
  truePositives: { className: 'TruePositives', load: () => import('./confusion.ts') },
} satisfies RowsInFiles<Exports, Exclude<FactoryName<Exports>, ValueMetricName>>;

/** Metrics of plain values rather than labels and predictions. `compile` does not accept them. */
export const valueMetricRows = {
  mean: { className: 'Mean' },
  sum: { className: 'Sum' },
} satisfies Readonly<Record<ValueMetricName, ClassRow>>;

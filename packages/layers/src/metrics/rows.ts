import type { ClassRow, FactoryName, RowsInFiles, Unnamed } from '../registry/class-row.ts';

type Exports = typeof import('./index.ts');
type ValueMetricName = 'mean' | 'sum';

/** Keras's metrics, one entry per exported function. A file is loaded when one of its metrics is first used. */
export const metricRows = {
  accuracy: { load: () => import('./accuracy.ts') },
  auc: { className: 'AUC', load: () => import('./auc.ts') },
  binaryAccuracy: { load: () => import('./accuracy.ts') },
  binaryCrossentropy: { aliases: ['bce'], load: () => import('./of-losses.ts') },
  binaryIoU: { load: () => import('./iou.ts') },
  categoricalAccuracy: { load: () => import('./accuracy.ts') },
  categoricalCrossentropy: { load: () => import('./of-losses.ts') },
  categoricalHinge: { load: () => import('./of-losses.ts') },
  concordanceCorrelation: { load: () => import('./regression.ts') },
  cosineSimilarity: { load: () => import('./regression.ts') },
  f1Score: { load: () => import('./f-score.ts') },
  falseNegatives: { load: () => import('./confusion.ts') },
  falsePositives: { load: () => import('./confusion.ts') },
  fBetaScore: { load: () => import('./f-score.ts') },
  hinge: { load: () => import('./of-losses.ts') },
  iou: { className: 'IoU', load: () => import('./iou.ts') },
  klDivergence: { className: 'KLDivergence', load: () => import('./of-losses.ts') },
  logCoshError: { load: () => import('./of-losses.ts') },
  meanAbsoluteError: { aliases: ['mae'], load: () => import('./of-losses.ts') },
  meanAbsolutePercentageError: {
    aliases: ['mape'],
    load: () => import('./of-losses.ts'),
  },
  meanIoU: { load: () => import('./iou.ts') },
  meanMetricWrapper: { load: () => import('./mean.ts') },
  meanRelativeError: { notInKeras: true, load: () => import('./regression.ts') },
  meanSquaredError: { aliases: ['mse'], load: () => import('./of-losses.ts') },
  meanSquaredLogarithmicError: {
    aliases: ['msle'],
    load: () => import('./of-losses.ts'),
  },
  oneHotIoU: { load: () => import('./iou.ts') },
  oneHotMeanIoU: { load: () => import('./iou.ts') },
  pearsonCorrelation: { load: () => import('./regression.ts') },
  poisson: { load: () => import('./of-losses.ts') },
  precision: { load: () => import('./confusion.ts') },
  precisionAtRecall: { load: () => import('./at-operating-point.ts') },
  r2Score: { load: () => import('./r2-score.ts') },
  recall: { load: () => import('./confusion.ts') },
  recallAtPrecision: { load: () => import('./at-operating-point.ts') },
  rootMeanSquaredError: { load: () => import('./regression.ts') },
  sensitivityAtSpecificity: { load: () => import('./at-operating-point.ts') },
  sparseCategoricalAccuracy: { load: () => import('./accuracy.ts') },
  sparseCategoricalCrossentropy: { load: () => import('./of-losses.ts') },
  sparseTopKCategoricalAccuracy: { load: () => import('./accuracy.ts') },
  specificityAtSensitivity: { load: () => import('./at-operating-point.ts') },
  squaredHinge: { load: () => import('./of-losses.ts') },
  topKCategoricalAccuracy: { load: () => import('./accuracy.ts') },
  trueNegatives: { load: () => import('./confusion.ts') },
  truePositives: { load: () => import('./confusion.ts') },
} satisfies RowsInFiles<Exports, Exclude<FactoryName<Exports>, ValueMetricName>, Unnamed<ClassRow>>;

/** Metrics of plain values rather than labels and predictions. `compile` does not accept them. */
export const valueMetricRows = {
  mean: { className: 'Mean' },
  sum: { className: 'Sum' },
} satisfies Readonly<Record<ValueMetricName, ClassRow>>;

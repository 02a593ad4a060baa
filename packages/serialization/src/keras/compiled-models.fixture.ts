import { type CompileOptions, layers, losses, type Model, metrics, sequential } from '@manabi/layers';
import * as optimizers from '@manabi/optimizers';
import type { GoldenArray } from './layer-goldens.fixture.ts';

/** A small network, compiled with a particular loss, metric, optimizer or schedule. */
export interface CompiledModel {
  readonly title: string;
  readonly make: () => Model;
}

/** Input on which the tests run the compiled networks. */
export const compiledInput: GoldenArray = { dtype: 'float32', shape: [1, 4], data: [0.5, -1, 2, 0] };

const compiled = (title: string, options: CompileOptions): CompiledModel => ({
  title,
  make: () => {
    const model = sequential([layers.dense({ units: 3, activation: 'softmax', inputShape: [4] })]);
    model.compile(options);
    return model;
  },
});

const { adam } = optimizers;
const rates = [
  optimizers.cosineDecay({ initialLearningRate: 0.1, decaySteps: 5, warmupTarget: 0.2, warmupSteps: 2 }),
  optimizers.cosineDecayRestarts({ initialLearningRate: 0.1, firstDecaySteps: 5 }),
  optimizers.exponentialDecay({ initialLearningRate: 1, decaySteps: 5, decayRate: 0.5 }),
  optimizers.inverseTimeDecay({ initialLearningRate: 0.1, decaySteps: 5, decayRate: 0.5 }),
  optimizers.piecewiseConstantDecay({ boundaries: [1], values: [1, 0.5] }),
  optimizers.polynomialDecay({ initialLearningRate: 0.1, decaySteps: 5 }),
];

/** Networks that together use every loss, metric, optimizer and schedule that both manabi and Keras have. */
export const compiledModels: readonly CompiledModel[] = [
  ...[
    losses.binaryCrossentropy({ labelSmoothing: 0.1 }),
    losses.binaryFocalCrossentropy({ gamma: 3 }),
    losses.categoricalCrossentropy({ fromLogits: true }),
    losses.categoricalFocalCrossentropy(),
    losses.categoricalGeneralizedCrossEntropy(),
    losses.categoricalHinge(),
    losses.circle(),
    losses.cosineSimilarity(),
    losses.ctc(),
    losses.dice(),
    losses.hinge(),
    losses.huber({ delta: 2 }),
    losses.klDivergence(),
    losses.logCosh(),
    losses.meanAbsoluteError({ reduction: 'meanWithSampleWeight' }),
    losses.meanAbsolutePercentageError(),
    losses.meanSquaredError({ reduction: 'sum' }),
    losses.meanSquaredLogarithmicError(),
    losses.poisson(),
    losses.sparseCategoricalCrossentropy({ ignoreClass: 0 }),
    losses.squaredHinge(),
    losses.tversky({ alpha: 0.3 }),
  ].map((loss) => compiled(`loss ${loss.className}`, { loss })),
  ...[
    metrics.accuracy(),
    metrics.auc({ curve: 'PR', numThresholds: 10 }),
    metrics.binaryAccuracy({ threshold: 0.25 }),
    metrics.binaryCrossentropy(),
    metrics.binaryIoU(),
    metrics.categoricalAccuracy({ name: 'rightOnes' }),
    metrics.categoricalCrossentropy(),
    metrics.categoricalHinge(),
    metrics.concordanceCorrelation(),
    metrics.cosineSimilarity(),
    metrics.f1Score({ average: 'macro' }),
    metrics.fBetaScore({ beta: 2 }),
    metrics.falseNegatives(),
    metrics.falsePositives(),
    metrics.hinge(),
    metrics.iou({ numClasses: 3, targetClassIds: [0] }),
    metrics.klDivergence(),
    metrics.logCoshError(),
    metrics.meanAbsoluteError(),
    metrics.meanAbsolutePercentageError(),
    metrics.meanIoU({ numClasses: 3 }),
    metrics.meanSquaredError(),
    metrics.meanSquaredLogarithmicError(),
    metrics.oneHotIoU({ numClasses: 3, targetClassIds: [0] }),
    metrics.oneHotMeanIoU({ numClasses: 3 }),
    metrics.pearsonCorrelation(),
    metrics.poisson(),
    metrics.precision({ topK: 2 }),
    metrics.precisionAtRecall({ recall: 0.5 }),
    metrics.r2Score({ classAggregation: 'varianceWeightedAverage' }),
    metrics.recall({ classId: 1 }),
    metrics.recallAtPrecision({ precision: 0.5 }),
    metrics.rootMeanSquaredError(),
    metrics.sensitivityAtSpecificity({ specificity: 0.5 }),
    metrics.sparseCategoricalAccuracy(),
    metrics.sparseCategoricalCrossentropy(),
    metrics.sparseTopKCategoricalAccuracy({ k: 2 }),
    metrics.specificityAtSensitivity({ sensitivity: 0.5 }),
    metrics.squaredHinge(),
    metrics.topKCategoricalAccuracy({ k: 2 }),
    metrics.trueNegatives(),
    metrics.truePositives({ thresholds: [0.25, 0.5] }),
  ].map((metric) => compiled(`metric ${metric.className}`, { loss: 'mse', metrics: [metric] })),
  ...[
    optimizers.adadelta({ learningRate: 1 }),
    optimizers.adafactor(),
    optimizers.adagrad({ weightDecay: 0.01 }),
    adam({ clipnorm: 1, amsgrad: true }),
    optimizers.adamax({ clipvalue: 0.5 }),
    optimizers.adamw({ globalClipnorm: 2 }),
    optimizers.ftrl(),
    optimizers.lamb(),
    optimizers.lion(),
    optimizers.nadam(),
    optimizers.rmsprop({ momentum: 0.5, centered: true }),
    optimizers.sgd({ momentum: 1, nesterov: true }),
  ].map((optimizer) => compiled(`optimizer ${optimizer.className}`, { loss: 'mse', optimizer })),
  ...rates.map((learningRate) =>
    compiled(`schedule ${String(learningRate.className)}`, { loss: 'mse', optimizer: adam({ learningRate }) }),
  ),
  compiled('names', { loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy', 'mae'], weightedMetrics: ['acc'] }),
  compiled('averages and accumulation', {
    loss: 'mse',
    useEma: true,
    emaMomentum: 0.5,
    emaOverwriteFrequency: 3,
    gradientAccumulationSteps: 2,
  }),
];

import '@manabi/backend-cpu/register';
import { describe, expect, test } from '@jest/globals';
import { type DType, type HostArray, hostArray, type Tensor, tensor } from '@manabi/core';
import { optimizerRows } from '@manabi/optimizers/rows';
import { dense } from '../layers/core/dense.ts';
import * as losses from '../losses/index.ts';
import * as metrics from '../metrics/index.ts';
import type { Metric } from '../metrics/metric.ts';
import type { Sequential } from '../model/sequential.ts';
import { sequential } from '../model/sequential.ts';
import { quiet } from './line.fixture.ts';

const x = hostArray('float64', [4, 3], Float64Array.of(1, 2, 3, 2, 1, 0, 0.5, 1, 0, 1, 1, 1));
const classes = tensor([0, 2, 1, 0], { dtype: 'int32' });
const oneHot = tensor([
  [1, 0, 0],
  [0, 0, 1],
  [0, 1, 0],
  [1, 0, 0],
]);

/** Labels of one class for each sample; other losses and metrics get rows of 0 and 1. */
const takesClasses = (name: string) =>
  name.startsWith('sparse') || ['categoricalGeneralizedCrossEntropy', 'circle', 'meanIoU'].includes(name);

function network(dtype: DType): Sequential {
  return sequential([
    dense({ units: 4, activation: 'tanh', inputShape: [3], dtype, kernelInitializer: 'ones' }),
    dense({ units: 3, activation: 'softmax', dtype, kernelRegularizer: 'l2', kernelInitializer: 'lecunNormal' }),
  ]);
}

/** Trains a network with a loss or metric; returns everything that the training logs. */
async function logsOf(dtype: DType, weights: readonly HostArray[], compiled: object, y: Tensor) {
  const model = network(dtype);
  model.setWeights(weights.map(({ shape, data }) => tensor(Array.from(data, Number), { shape, dtype })));
  model.compile({ optimizer: 'sgd', ...compiled });
  const { history } = await model.fit(x, y, { ...quiet, epochs: 3, shuffle: false, sampleWeight: [1, 2, 0.5, 1] });
  expect(model.weights.map(({ value }) => value.dtype)).toEqual(model.weights.map(() => dtype));
  await model.evaluate(x, y, { verbose: 0 });
  return history;
}

async function agrees(compiled: object, y: Tensor): Promise<void> {
  const weights = await network('float32').getWeights();
  const wide = await logsOf('float64', weights, compiled, y);
  const narrow = await logsOf('float32', weights, compiled, y);
  expect(Object.keys(wide)).toEqual(Object.keys(narrow));
  for (const [name, values] of Object.entries(narrow)) {
    for (const [i, value] of values.entries()) {
      const scale = Math.max(1, Math.abs(value));
      expect(wide[name][i] / scale).toBeCloseTo(value / scale, 4);
    }
  }
}

type MetricName = Exclude<keyof typeof metrics, 'mean' | 'sum'>;

/** Metrics that require options. */
const withOptions = {
  binaryIoU: () => metrics.binaryIoU({ targetClassIds: [0, 1] }),
  fBetaScore: () => metrics.fBetaScore({ beta: 2 }),
  iou: () => metrics.iou({ numClasses: 3, targetClassIds: [0, 1] }),
  meanIoU: () => metrics.meanIoU({ numClasses: 3, sparseYPred: false }),
  meanMetricWrapper: () => metrics.meanMetricWrapper({ fn: losses.meanSquaredError({ reduction: 'none' }).apply }),
  meanRelativeError: () => metrics.meanRelativeError({ normalizer: [1, 2, 3] }),
  oneHotIoU: () => metrics.oneHotIoU({ numClasses: 3, targetClassIds: [0, 1] }),
  oneHotMeanIoU: () => metrics.oneHotMeanIoU({ numClasses: 3 }),
  precisionAtRecall: () => metrics.precisionAtRecall({ recall: 0.5 }),
  recallAtPrecision: () => metrics.recallAtPrecision({ precision: 0.5 }),
  sensitivityAtSpecificity: () => metrics.sensitivityAtSpecificity({ specificity: 0.5 }),
  specificityAtSensitivity: () => metrics.specificityAtSensitivity({ sensitivity: 0.5 }),
  sparseTopKCategoricalAccuracy: () => metrics.sparseTopKCategoricalAccuracy({ k: 2 }),
  topKCategoricalAccuracy: () => metrics.topKCategoricalAccuracy({ k: 2 }),
};

const { mean, sum, ...makers } = metrics;
const metricMakers: { readonly [K in MetricName]: () => Metric } = { ...makers, ...withOptions };

describe('models whose layers are float64 train like float32 models', () => {
  const { ctc, lossFunctionWrapper, ...lossMakers } = losses;
  test.each(Object.entries(lossMakers))('with the loss %s', (name, loss) =>
    agrees({ loss: loss() }, takesClasses(name) ? classes : oneHot),
  );

  test.each(Object.entries(metricMakers))('with the metric %s', (name, metric) => {
    const isSparse = takesClasses(name);
    const loss = isSparse ? 'sparseCategoricalCrossentropy' : 'categoricalCrossentropy';
    return agrees({ loss, metrics: [metric()] }, isSparse ? classes : oneHot);
  });

  const { lossScaleOptimizer, ...named } = optimizerRows;
  test.each(Object.keys(named))('with the optimizer %s', (optimizer) =>
    agrees({ optimizer, loss: 'categoricalCrossentropy' }, oneHot),
  );
});

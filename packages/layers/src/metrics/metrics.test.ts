import '@manabi/backend-cpu/register';
import { describe, expect, jest, test } from '@jest/globals';
import { abs, mean, realize, sub, type Tensor, tensor } from '@manabi/core';
import { assertArraysClose } from '@manabi/testing';
import { withMask } from '../call/masks.ts';
import { register } from '../classes/register.ts';
import type { Metric } from './index.ts';
import * as metrics from './index.ts';
import { getMetric } from './table.ts';

const numberOf = async (x: Tensor): Promise<number> => Number(await x.item());
const type = (...shape: (number | null)[]) => ({ shape, dtype: 'float32' as const });

/** Returns the result of a metric after batches of labels, predictions and weights. */
function after(metric: Metric, ...batches: readonly [Tensor, Tensor, Tensor?][]): Tensor {
  let state = metric.init(batches[0][0], batches[0][1]);
  for (const [yTrue, yPred, weights] of batches) state = metric.update(state, yTrue, yPred, weights);
  return metric.result(state);
}

describe('metrics', () => {
  test("'accuracy' resolves to binary for one score, sparse for labels of lower rank or one column, else categorical", async () => {
    expect((await getMetric('accuracy', type(null, 1), type(null, 1))).className).toBe('BinaryAccuracy');
    expect((await getMetric('accuracy', type(null), type(null, 1))).className).toBe('BinaryAccuracy');
    expect((await getMetric('acc', type(null), type(null, 10))).className).toBe('SparseCategoricalAccuracy');
    expect((await getMetric('acc', type(null, 1), type(null, 10))).className).toBe('SparseCategoricalAccuracy');
    expect((await getMetric('accuracy', type(null, 5), type(null, 5, 10))).className).toBe('SparseCategoricalAccuracy');
    expect((await getMetric('accuracy', type(null, 10), type(null, 10))).className).toBe('CategoricalAccuracy');
    expect((await getMetric('acc', type(null, 10), type(null, 10))).name).toBe('acc');
    await expect(getMetric('accuracy')).rejects.toThrow(expect.objectContaining({ code: 'argument', op: 'accuracy' }));
  });

  test('binaryAccuracy counts predictions above 0.5 but not 0.5 itself', async () => {
    const found = after(metrics.binaryAccuracy(), [tensor([[1], [1], [0]]), tensor([[0.5], [0.51], [0.5]])]);
    assertArraysClose([await numberOf(found)], [2 / 3], { rtol: 1e-6 });
  });

  test('sparseCategoricalAccuracy resolves ties in favour of the first class', async () => {
    const tied = tensor([[0.4, 0.4, 0.2], [0, 0, 0]]); // biome-ignore format: rows
    expect(await numberOf(after(metrics.sparseCategoricalAccuracy(), [tensor([0, 0]), tied]))).toBe(1);
    expect(await numberOf(after(metrics.sparseCategoricalAccuracy(), [tensor([1, 2]), tied]))).toBe(0);
  });

  test('mean metrics divide by the number of samples over all batches, or by the sum of weights', async () => {
    const metric = metrics.meanAbsoluteError();
    const [small, large] = [
      [tensor([[0]]), tensor([[9]])],
      [tensor([[0], [0], [0]]), tensor([[1], [1], [1]])],
    ] as const;
    expect(await numberOf(after(metric, [...small], [...large]))).toBe((9 + 3) / 4);
    const weighted = after(metric, [...small, tensor([2])], [...large, tensor([1, 0, 3])]);
    expect(await numberOf(weighted)).toBeCloseTo((18 + 1 + 3) / 6, 6);
  });

  test('metrics are 0 before the first sample', async () => {
    const metric = metrics.precision();
    expect(await numberOf(metric.result(metric.init()))).toBe(0);
    expect(await numberOf(metrics.mean().result(metrics.mean().init()))).toBe(0);
  });

  test('mean weights the loss of each batch by its number of samples', async () => {
    const tracker = metrics.mean({ name: 'loss' });
    let state = tracker.init();
    for (const [loss, size] of [[1, 32], [4, 8]]) state = tracker.update(state, tensor(loss), tensor(size)); // biome-ignore format: batches
    expect(await numberOf(tracker.result(state))).toBeCloseTo((32 + 4 * 8) / 40, 6);
  });

  test('precision and recall use counts over all batches, with a threshold of 0.5', async () => {
    const batches: [Tensor, Tensor][] = [
      [tensor([1, 0, 0, 0]), tensor([0.9, 0.8, 0.7, 0.1])],
      [tensor([1, 1]), tensor([0.6, 0.5])],
    ];
    // The precisions of the batches are 1/3 and 1; the correct result is 2 of 4.
    expect(await numberOf(after(metrics.precision(), ...batches))).toBe(0.5);
    expect(await numberOf(after(metrics.recall(), ...batches))).toBeCloseTo(2 / 3, 6);
  });

  test('auc defaults to the ROC curve with 200 thresholds', async () => {
    const metric = metrics.auc();
    expect(metric.config).toMatchObject({ numThresholds: 200, curve: 'ROC', summationMethod: 'interpolation' });
    expect(metric.init().truePositives.shape).toEqual([200]);
    const found = after(metric, [tensor([0, 0, 1, 1]), tensor([0, 0.5, 0.3, 0.9])]);
    expect(await numberOf(found)).toBeCloseTo(0.75, 5);
  });

  test('f1Score returns one score per class unless an average is requested', async () => {
    const yTrue = tensor([[1, 0], [0, 1], [0, 1]]); // biome-ignore format: rows
    const yPred = tensor([[0.9, 0.1], [0.6, 0.4], [0.2, 0.8]]); // biome-ignore format: rows
    const each = await after(metrics.f1Score(), [yTrue, yPred]).data();
    assertArraysClose(each, [2 / 3, 2 / 3], { rtol: 1e-5 });
    expect(after(metrics.f1Score({ average: 'macro' }), [yTrue, yPred]).shape).toEqual([]);
  });

  test('cosineSimilarity is positive as a metric', async () => {
    expect(await numberOf(after(metrics.cosineSimilarity(), [tensor([[1, 0]]), tensor([[2, 0]])]))).toBeCloseTo(1, 6);
  });

  test('metrics exclude masked steps', async () => {
    const mask = tensor([[true, true, false], [true, false, false]]); // biome-ignore format: steps
    const yPred = withMask(tensor([[[1], [2], [9]], [[3], [9], [9]]]), mask); // biome-ignore format: steps
    const found = after(metrics.meanAbsoluteError(), [sub(yPred, yPred), yPred]);
    expect(await numberOf(found)).toBeCloseTo((1 + 2 + 3) / 3, 6);
  });

  test('labels [n] and predictions [n, 1] count as n samples, without broadcasting to n times n', async () => {
    const [flat, column] = [tensor([1, 0, 1]), tensor([[0.9], [0.2], [0.1]])];
    expect(await numberOf(after(metrics.binaryAccuracy(), [flat, column]))).toBeCloseTo(2 / 3, 6);
    expect(await numberOf(after(metrics.truePositives(), [flat, column]))).toBe(1);
    expect(await numberOf(after(metrics.falseNegatives(), [flat, column]))).toBe(1);
    expect(await numberOf(after(metrics.poisson(), [column, sub(column, 0)]))).not.toBeNaN();
  });

  test('a label outside the classes counts as wrong', async () => {
    const scores = tensor([[0.1, 0.9, 0.5], [0.1, 0.9, 0.5]]); // biome-ignore format: rows
    const labels = tensor(Int32Array.of(-2, 3));
    expect(await numberOf(after(metrics.sparseTopKCategoricalAccuracy({ k: 2 }), [labels, scores]))).toBe(0);
    expect(await numberOf(after(metrics.sparseCategoricalAccuracy(), [labels, scores]))).toBe(0);
  });

  test('meanIoU truncates fractional weights in int32, as Keras does, and warns about it', async () => {
    const warn = jest.spyOn(console, 'warn').mockImplementation(() => {});
    const batch: [Tensor, Tensor, Tensor] = [tensor([0, 1, 1]), tensor([0, 1, 0]), tensor([1, 1, 0.5])];
    expect(await numberOf(after(metrics.meanIoU({ numClasses: 2 }), batch))).toBeCloseTo(1, 5);
    const exact = after(metrics.meanIoU({ numClasses: 2, dtype: 'float32' }), batch);
    expect(await numberOf(exact)).toBeCloseTo((1 / 1.5 + 1 / 1.5) / 2, 5);
    expect(warn).toHaveBeenCalledTimes(1);
    warn.mockRestore();
  });
});

describe('meanRelativeError', () => {
  test('divides errors by the normalizer, and skips entries whose normalizer is 0', async () => {
    const metric = metrics.meanRelativeError({ normalizer: [1, 0, 2] });
    expect(await numberOf(after(metric, [tensor([[1, 1, 1]]), tensor([[2, 5, 3]])]))).toBeCloseTo((1 + 0 + 1) / 3, 6);
  });
});

describe('getMetric', () => {
  test.each([
    ['mse', 'MeanSquaredError'],
    ['MAE', 'MeanAbsoluteError'],
    ['bce', 'BinaryCrossentropy'],
    ['AUC', 'AUC'],
    ['top_k_categorical_accuracy', 'TopKCategoricalAccuracy'],
    ['fbeta_score', 'FBetaScore'],
    ['r2Score', 'R2Score'],
  ])("resolves '%s' to %s and keeps the given name", async (name, className) => {
    expect(await getMetric(name)).toMatchObject({ className, name });
  });

  test('suggests the nearest name for an unknown name', async () => {
    await expect(getMetric('presicion')).rejects.toThrow(
      expect.objectContaining({ code: 'argument', data: expect.objectContaining({ nearest: ['precision'] }) }),
    );
  });

  test('creates a metric from the class name and config of another one', async () => {
    const made = [
      metrics.auc({ curve: 'PR', thresholds: [0.5, 0.2], name: 'area' }),
      metrics.precision({ thresholds: [0.1, 0.9], classId: 2 }),
      metrics.fBetaScore({ beta: 2, average: 'micro' }),
      metrics.oneHotIoU({ numClasses: 4, targetClassIds: [1] }),
      metrics.recallAtPrecision({ precision: 0.5 }),
    ];
    for (const { className, config, direction } of made) {
      const again = await getMetric({ className, config });
      expect(again.config).toEqual(config);
      expect(again.direction).toBe(direction);
    }
  });

  test('returns metrics with their direction of improvement', async () => {
    expect((await getMetric('mse')).direction).toBe('down');
    expect((await getMetric('auc')).direction).toBe('up');
    expect((await getMetric('truePositives')).direction).toBeNull();
  });

  test('accepts a function, or a registered custom metric', async () => {
    const error = (yTrue: Tensor, yPred: Tensor) => mean(abs(sub(yTrue, yPred)), -1);
    expect((await getMetric(error)).name).toBe('error');
    register('metric', 'MyError', (config) => metrics.meanMetricWrapper({ fn: error, ...config }));
    expect(await numberOf(after(await getMetric('myError'), [tensor([[1]]), tensor([[4]])]))).toBe(3);
  });
});

describe('metric errors', () => {
  test('metrics reject mismatched shapes', () => {
    const [labels, scores] = [tensor([1, 0]), tensor([[0.5, 0.5], [0.1, 0.9]])]; // biome-ignore format: rows
    const metric = metrics.precision();
    expect(() => metric.update(metric.init(), labels, scores)).toThrow(
      expect.objectContaining({ code: 'shape', data: { yTrue: [2], yPred: [2, 2] } }),
    );
    expect(() => metric.update(metric.init(), labels, labels, tensor([1, 2, 3]))).toThrow(
      expect.objectContaining({ code: 'shape', data: { values: [2], weights: [3] } }),
    );
    expect(() => metrics.precision({ classId: 2 }).update(metric.init(), scores, scores)).toThrow(
      expect.objectContaining({ code: 'shape' }),
    );
  });

  test('metrics reject invalid options', async () => {
    const wrong = expect.objectContaining({ code: 'argument' });
    expect(() => metrics.precision({ thresholds: [0.5, 1.5] })).toThrow(wrong);
    expect(() => metrics.auc({ numThresholds: 1 })).toThrow(wrong);
    expect(() => metrics.auc({ numLabels: 3 })).toThrow(wrong);
    expect(() => metrics.meanIoU({ numClasses: 0 })).toThrow(wrong);
    expect(() => metrics.iou({ numClasses: 2, targetClassIds: [2] })).toThrow(wrong);
    expect(() => metrics.precisionAtRecall({ recall: 2 })).toThrow(wrong);
    expect(() => metrics.f1Score({ threshold: 0 })).toThrow(wrong);
    expect(() => metrics.fBetaScore({ beta: 0 })).toThrow(wrong);
    expect(() => metrics.r2Score({ numRegressors: -1 })).toThrow(wrong);
    await expect(getMetric('meanRelativeError')).rejects.toThrow(wrong);
    await expect(getMetric('iou')).rejects.toThrow(wrong);
  });

  test('topKCategoricalAccuracy rejects a k that is not below the number of classes', () => {
    const metric = metrics.topKCategoricalAccuracy();
    expect(() => metric.update(metric.init(), tensor([[1, 0]]), tensor([[1, 0]]))).toThrow(
      expect.objectContaining({ code: 'argument', data: { k: 5, classes: 2 } }),
    );
  });

  test('metrics with a result per class reject init() without the types of labels and predictions', () => {
    for (const metric of [metrics.f1Score(), metrics.r2Score(), metrics.auc({ multiLabel: true })]) {
      expect(() => metric.init()).toThrow(expect.objectContaining({ code: 'argument' }));
      expect(() => metric.init(type(null, 2, 3), type(null, 2, 3))).toThrow(expect.objectContaining({ code: 'shape' }));
      expect(metric.init(type(null, 3), type(null, 3))).toBeDefined();
    }
  });
});

describe('eager metric updates', () => {
  test('realize(state) computes the pending state of a metric between batches', async () => {
    const metric = metrics.binaryIoU();
    let state = metric.init();
    for (let i = 0; i < 3; i++) {
      state = metric.update(state, tensor([0, 1]), tensor([0.5, 0.9]));
      await realize(state);
    }
    expect(await numberOf(metric.result(state))).toBeCloseTo(0.25, 5);
  });
});

import { describe, expect, test } from '@jest/globals';
import { finiteDifferenceGradient } from '@manabi/testing';
import { gradientGap } from '../autodiff/gradient-check.fixture.ts';
import { interpret } from '../interpret.ts';
import { graphBuilder } from '../operators/graph-builder.ts';
import type { DType } from '../types/dtype.ts';
import { dtypes } from '../types/dtype.ts';
import { type HostArray, hostArray } from '../types/host-array.ts';
import { applyComposite, type CompositeConfigs, type CompositeName } from './index.ts';

function array(dtype: DType, shape: readonly number[], values: readonly number[]): HostArray {
  const data = dtypes[dtype].create(values.length);
  data.set(values);
  return hostArray(dtype, shape, data);
}

function vector(...values: number[]): HostArray {
  return array('float64', [values.length], values);
}

function run<K extends CompositeName>(name: K, config: CompositeConfigs[K], ...operands: HostArray[]): HostArray[] {
  const b = graphBuilder();
  const inputs = operands.map(({ dtype, shape }) => b.input({ dtype, shape }));
  return [...interpret(b.finish(applyComposite(b, name, inputs, config)), operands)];
}

function values<K extends CompositeName>(name: K, config: CompositeConfigs[K], ...operands: HostArray[]): number[] {
  return Array.from(run(name, config, ...operands)[0].data);
}

function expectClose(given: readonly number[], expected: readonly number[], digits = 14): void {
  expect(given).toHaveLength(expected.length);
  given.forEach((value, i) => {
    if (Number.isFinite(expected[i])) {
      expect(Math.abs(value - expected[i])).toBeLessThanOrEqual(
        10 ** -digits * Math.max(1e-300, Math.abs(expected[i])),
      );
    } else expect(value).toBe(expected[i]);
  });
}

const key = array('uint32', [2], [123, 456]);

describe('elementwise composites', () => {
  const sides = [-30, -2.5, -0.3, -1e-9, 0, 1e-9, 0.4, 1.7, 25];

  test.each([
    ['sinh', Math.sinh],
    ['cosh', Math.cosh],
    ['asinh', Math.asinh],
    ['trunc', Math.trunc],
    ['square', (x: number) => x * x],
  ] as const)('%s returns the same values as JavaScript', (name, f) => {
    expectClose(values(name, {}, vector(...sides)), sides.map(f), 13);
  });

  test('inverse functions are accurate for small operands and do not overflow', () => {
    expectClose(
      values('asinh', {}, vector(1e-12, 1e12, -1e200, Infinity)),
      [1e-12, 1e12, -1e200, Infinity].map(Math.asinh),
    );
    expectClose(values('acosh', {}, vector(1, 1.5, 1e200)), [1, 1.5, 1e200].map(Math.acosh));
    expectClose(values('atanh', {}, vector(1e-12, -0.999999, 1)), [1e-12, -0.999999, 1].map(Math.atanh), 9);
    expectClose(values('acos', {}, vector(-1, 0.2, 1)), [-1, 0.2, 1].map(Math.acos));
  });

  test('atan2 returns angles in all quadrants', () => {
    const [y, x] = [
      [0, 1, 1, 0, -1, -1, 0, 3, Infinity, -2],
      [0, 1, -1, -2, -1, 0, 3, 1e-300, -Infinity, Infinity],
    ];
    expectClose(
      values('atan2', {}, vector(...y), vector(...x)),
      y.map((v, i) => Math.atan2(v, x[i])).map((v) => v + 0),
    );
  });

  test('erfc is accurate near zero', () => {
    expectClose(
      values('erfc', {}, vector(-3, 0, 0.4, 0.6, 1, 3, 10, 25)),
      [
        1.9999779095030015, 1, 0.5716076449533315, 0.3961439091520741, 0.15729920705028513, 2.2090496998585438e-5,
        2.088487583762545e-45, 8.300172571196522e-274,
      ],
      12,
    );
  });

  test('erfInv inverts erf', () => {
    expectClose(
      values('erfInv', {}, vector(-0.5, 0, 1e-10, 0.3, 0.9, 0.999, 1 - 1e-12, 1, -1)),
      [
        -0.4769362762044699,
        0,
        8.862269254527581e-11,
        0.2724627147267543,
        1.1630871536766743,
        2.326753765513525,
        5.042031898572696,
        Infinity,
        -Infinity,
      ],
      11,
    );
    expect(values('erfInv', {}, vector(1.5, NaN))).toEqual([NaN, NaN]);
  });

  test('floorDivide and floorMod match NumPy', () => {
    expect(values('floorMod', {}, vector(5, -5, 5, -5), vector(3, 3, -3, -3))).toEqual([2, 1, -1, -2]);
    expect(values('floorDivide', {}, vector(5, -5, 5, 1), vector(3, 3, -3, 0.1))).toEqual([1, -2, -2, 9]);
    const [x, y] = [array('int32', [4], [7, -7, 7, -7]), array('int32', [4], [2, 2, -2, -2])];
    expect(values('floorDivide', {}, x, y)).toEqual([3, -4, -4, 3]);
    expect(values('floorMod', {}, x, y)).toEqual([1, 1, -1, -1]);
  });

  test('activations and clip propagate NaN', () => {
    const nan = vector(NaN);
    expect(values('relu', {}, nan)).toEqual([NaN]);
    expect(values('relu6', {}, nan)).toEqual([NaN]);
    expect(values('elu', { alpha: 1 }, nan)).toEqual([NaN]);
    expect(values('hardSwish', {}, nan)).toEqual([NaN]);
    expect(values('shrink', { threshold: 1, bias: 0 }, nan)).toEqual([NaN]);
    expect(values('clip', { min: 0, max: 1 }, nan)).toEqual([NaN]);
    expect(values('isFinite', {}, vector(NaN, Infinity, 1))).toEqual([0, 0, 1]);
  });

  test('activations do not overflow for large operands', () => {
    expect(values('softplus', {}, vector(-1000, 1000))).toEqual([0, 1000]);
    expect(values('elu', { alpha: 1 }, vector(-1000, 1000))).toEqual([-1, 1000]);
    expect(values('mish', {}, vector(1000))).toEqual([1000]);
  });
});

describe('softmax and loss composites', () => {
  test('do not overflow for large logits', () => {
    expectClose(values('softmax', { axis: 0 }, vector(1000, 1000, -1000)), [0.5, 0.5, 0]);
    expectClose(values('logSumExp', { axes: [0] }, vector(1000, 1000)), [1000 + Math.LN2]);
  });

  test('if all logits are -infinity, softmax returns NaN and logSumExp -infinity', () => {
    const none = vector(-Infinity, -Infinity);
    expect(values('softmax', { axis: 0 }, none)).toEqual([NaN, NaN]);
    expect(values('logSumExp', { axes: [0] }, none)).toEqual([-Infinity]);
  });

  test('softmaxCrossEntropy returns 0 for an ignored label', () => {
    const logits = array('float64', [2, 2], [0, 0, 5, 5]);
    const config = { axis: 1, ignoreIndex: -100 };
    expectClose(values('softmaxCrossEntropy', config, logits, array('int32', [2], [1, -100])), [Math.LN2, 0]);
  });
});

describe('normalization and reduction composites', () => {
  test('batchNormTraining returns the statistics of the batch', () => {
    const x = array('float64', [2, 2, 2], [1, 2, 3, 4, 5, 6, 7, 8]);
    const [y, mean, variance] = run('batchNormTraining', { axis: 1, epsilon: 0 }, x);
    expectClose(Array.from(mean.data), [3.5, 5.5]);
    expectClose(Array.from(variance.data), [4.25, 4.25]);
    expectClose([y.data[0]], [-2.5 / Math.sqrt(4.25)]);
  });

  test('the gradient of the first result of batchNormTraining matches finite differences', () => {
    const b = graphBuilder();
    const x = b.input({ dtype: 'float64', shape: [3, 2, 2] });
    const scale = b.input({ dtype: 'float64', shape: [2] });
    const bias = b.input({ dtype: 'float64', shape: [2] });
    const [y] = applyComposite(b, 'batchNormTraining', [x, scale, bias], {
      axis: 1,
      epsilon: 1e-3,
    });
    const operands = [array('float64', [3, 2, 2], [1, 5, 2, 4, 0, 3, 7, 1, 2, 9, 4, 6]), vector(0.5, 2), vector(1, -1)];
    expect(gradientGap(b.finish([y]), operands, finiteDifferenceGradient)).toBeLessThan(2e-7);
  });

  test('groupNorm normalizes each group of each sample', () => {
    const x = array('float64', [1, 4, 1], [1, 3, 10, 30]);
    expectClose(values('groupNorm', { axis: 1, groups: 2, epsilon: 0 }, x), [-1, 1, -1, 1]);
  });

  test('any and all reduce bool', () => {
    const x = array('bool', [2, 2], [0, 1, 1, 1]);
    expect(values('any', { axes: [1] }, x)).toEqual([1, 1]);
    expect(values('all', { axes: [1] }, x)).toEqual([0, 1]);
  });
});

describe('avgPool', () => {
  const windows = { window: [3], strides: [1], dilation: [1], padding: [[1, 1] as const] };

  test('includes padding in the mean only with countIncludePad', () => {
    const x = vector(3, 6, 9, 12);
    expectClose(values('avgPool', { ...windows, countIncludePad: false }, x), [4.5, 6, 9, 10.5]);
    expectClose(values('avgPool', { ...windows, countIncludePad: true }, x), [3, 6, 9, 7]);
  });

  test('divides the sum of a window by its number of elements inside the image, with padding on both axes', () => {
    const x = array('float64', [2, 2], [1, 2, 3, 4]);
    const config = {
      window: [2, 2],
      strides: [1, 1],
      dilation: [1, 1],
      padding: [[1, 0] as const, [0, 1] as const],
      countIncludePad: false,
    };
    expectClose(values('avgPool', config, x), [1.5, 2, 2.5, 3]);
  });
});

describe('selection composites', () => {
  test('oneHot inserts its axis at the given position', () => {
    const indices = array('int32', [2], [2, 0]);
    expect(values('oneHot', { depth: 3, axis: 1, dtype: 'float32' }, indices)).toEqual([0, 0, 1, 1, 0, 0]);
    expect(values('oneHot', { depth: 3, axis: 0, dtype: 'int32' }, indices)).toEqual([0, 1, 0, 0, 1, 0]);
  });

  test('eye and trilu number diagonals upwards from the main diagonal', () => {
    expect(values('eye', { rows: 2, columns: 3, diagonal: 1, dtype: 'float32' })).toEqual([0, 1, 0, 0, 0, 1]);
    const ones = array('int32', [2, 3], [1, 1, 1, 1, 1, 1]);
    expect(values('trilu', { upper: true, diagonal: 1 }, ones)).toEqual([0, 1, 1, 0, 0, 1]);
    expect(values('trilu', { upper: false, diagonal: 0 }, ones)).toEqual([1, 0, 0, 1, 1, 0]);
  });
});

describe('random composites', () => {
  const SIZE = 4000;
  const mean = (x: readonly number[]): number => x.reduce((sum, v) => sum + v, 0) / x.length;
  const spread = (x: readonly number[]): number => Math.sqrt(mean(x.map((v) => (v - mean(x)) ** 2)));

  test('draw the same fixed numbers for the same key', () => {
    const draw = values('uniform', { shape: [4], dtype: 'float32', low: 0, high: 1 }, key);
    expect(draw).toEqual(values('uniform', { shape: [4], dtype: 'float32', low: 0, high: 1 }, key));
    expect(draw).toEqual([0.271812379360199, 0.5376675724983215, 0.761736273765564, 0.3736186623573303]);
    expect(values('split', { count: 2 }, key)).toEqual([1167425321, 2309264695, 3271632452, 1604680157]);
    expect(values('foldIn', {}, key, array('uint32', [], [7]))).toEqual([1559600765, 3715525102]);
    expect(values('permutation', { size: 6 }, key)).toEqual([2, 4, 1, 3, 5, 0]);
  });

  test.each(['float32', 'float64'] as const)(
    'uniform draws %s numbers within its bounds, with the mean and deviation of the distribution',
    (dtype) => {
      const x = values('uniform', { shape: [SIZE], dtype, low: -1, high: 3 }, key);
      expect(Math.min(...x)).toBeGreaterThanOrEqual(-1);
      expect(Math.max(...x)).toBeLessThan(3);
      expect(Math.abs(mean(x) - 1)).toBeLessThan(0.06);
      expect(Math.abs(spread(x) - 4 / Math.sqrt(12))).toBeLessThan(0.03);
    },
  );

  test.each(['float32', 'float64'] as const)(
    'normal draws %s numbers with mean 0 and standard deviation 1',
    (dtype) => {
      const x = values('normal', { shape: [2, SIZE / 2], dtype }, key);
      expect(Math.abs(mean(x))).toBeLessThan(0.05);
      expect(Math.abs(spread(x) - 1)).toBeLessThan(0.04);
    },
  );

  test('truncatedNormal draws numbers within its bounds', () => {
    const x = values('truncatedNormal', { shape: [SIZE], dtype: 'float32', low: -2, high: 2 }, key);
    expect(Math.max(...x.map(Math.abs))).toBeLessThanOrEqual(2);
    expect(Math.abs(spread(x) - 0.8796)).toBeLessThan(0.04);
  });

  test('bernoulli returns true and dropout returns 0 with the given probability', () => {
    expect(Math.abs(mean(values('bernoulli', { shape: [SIZE], probability: 0.3 }, key)) - 0.3)).toBeLessThan(0.03);
    const ones = array('float32', [SIZE], new Array(SIZE).fill(1));
    const kept = values('dropout', { rate: 0.2 }, ones, key);
    expect(new Set(kept)).toEqual(new Set([0, 1.25]));
    expect(Math.abs(mean(kept) - 1)).toBeLessThan(0.04);
    expect(mean(values('bernoulli', { shape: [100], probability: 1 }, key))).toBe(1);
    expect(mean(values('bernoulli', { shape: [100], probability: 0 }, key))).toBe(0);
  });

  test('categorical draws each index with the probability that its logit determines', () => {
    const row = [0.1, 0.6, 0.3].map(Math.log);
    const logits = array(
      'float32',
      [3000, 3],
      Array.from({ length: 9000 }, (_, i) => row[i % 3]),
    );
    const drawn = values('categorical', { axis: 1 }, key, logits);
    const share = (index: number): number => drawn.filter((d) => d === index).length / drawn.length;
    expect([share(0), share(1), share(2)].map((s) => Math.round(s * 10))).toEqual([1, 6, 3]);
  });

  test('permutation returns every number from 0 to size - 1 once', () => {
    const drawn = values('permutation', { size: 50 }, key);
    expect([...drawn].sort((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, i) => i));
  });

  test('foldIn returns different keys if the key and the number, both small, are swapped', () => {
    const small = (n: number): HostArray => array('uint32', [2], [0, n]);
    const number = (n: number): HostArray => array('uint32', [], [n]);
    expect(values('foldIn', {}, small(1), number(5))).not.toEqual(values('foldIn', {}, small(5), number(1)));
  });
});

import '@manabi/backend-cpu/register';
import { describe, expect, test } from '@jest/globals';
import { grad, sum, type Tensor, tensor } from '@manabi/core';
import { assertArraysClose } from '@manabi/testing';
import { logitsOf } from '../call/logits.ts';
import { register } from '../classes/register.ts';
import { activations } from '../index.ts';
import { getActivation, nameOfActivation } from './table.ts';

const POINTS = [-3.5, -1, -0.5, -0.25, 0, 0.25, 0.5, 1, 3.5];
const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
const softplus = (x: number) => Math.log1p(Math.exp(x));

/** Formulas of Keras's activations with default options, for a single number. */
const FORMULAS: Readonly<Record<string, (x: number) => number>> = {
  celu: (x) => (x > 0 ? x : Math.expm1(x)),
  elu: (x) => (x > 0 ? x : Math.expm1(x)),
  exponential: Math.exp,
  hardShrink: (x) => (Math.abs(x) > 0.5 ? x : 0),
  hardSigmoid: (x) => Math.min(Math.max(x + 3, 0), 6) / 6,
  hardSilu: (x) => (x * Math.min(Math.max(x + 3, 0), 6)) / 6,
  hardTanh: (x) => Math.min(Math.max(x, -1), 1),
  leakyRelu: (x) => (x > 0 ? x : 0.2 * x),
  linear: (x) => x,
  logSigmoid: (x) => -softplus(-x),
  mish: (x) => x * Math.tanh(softplus(x)),
  relu: (x) => Math.max(x, 0),
  relu6: (x) => Math.min(Math.max(x, 0), 6),
  selu: (x) => 1.0507009873554805 * (x > 0 ? x : 1.6732632423543772 * Math.expm1(x)),
  sigmoid,
  silu: (x) => x * sigmoid(x),
  softShrink: (x) => Math.sign(x) * Math.max(Math.abs(x) - 0.5, 0),
  softplus,
  softsign: (x) => x / (1 + Math.abs(x)),
  sparsePlus: (x) => (x <= -1 ? 0 : x >= 1 ? x : (x + 1) ** 2 / 4),
  sparseSigmoid: (x) => (x <= -1 ? 0 : x >= 1 ? 1 : (x + 1) / 2),
  squareplus: (x) => (x + Math.sqrt(x * x + 4)) / 2,
  tanh: Math.tanh,
  tanhShrink: (x) => x - Math.tanh(x),
};

describe('activations', () => {
  test.each(Object.entries(FORMULAS))('%s matches the Keras formula', async (name, formula) => {
    const y = getActivation(name)(tensor(POINTS));
    assertArraysClose(await y.data(), POINTS.map(formula), { rtol: 1e-5, atol: 1e-6 });
  });

  test.each(Object.keys(FORMULAS))('%s has a finite gradient', async (name) => {
    const slope = grad((x: Tensor) => sum(getActivation(name)(x)))(tensor([-0.7, 0.3]));
    expect((await slope.data()).every(Number.isFinite)).toBe(true);
  });

  test('gelu is exact by default and uses the tanh approximation with approximate: true', async () => {
    assertArraysClose(await activations.gelu(tensor([1])).data(), [0.8413447], { rtol: 1e-5 });
    assertArraysClose(await activations.gelu(tensor([1]), { approximate: true }).data(), [0.841192], { rtol: 1e-5 });
  });

  test('softmax and logSoftmax normalize over the last axis', async () => {
    const x = tensor([[0, Math.log(3)], [5, 5]]); // biome-ignore format: a matrix
    assertArraysClose(await getActivation('softmax')(x).data(), [0.25, 0.75, 0.5, 0.5], { rtol: 1e-5 });
    const logs = [0.25, 0.75, 0.5, 0.5].map(Math.log);
    assertArraysClose(await getActivation('log_softmax')(x).data(), logs, { rtol: 1e-5 });
  });

  test('sparsemax returns sparse probabilities that sum to 1', async () => {
    const y = activations.sparsemax(tensor([[0.1, 1.1, 0.9], [5, 0, 0], [1, 1, 1]])); // biome-ignore format: a matrix
    const third = 1 / 3;
    assertArraysClose(await y.data(), [0, 0.6, 0.4, 1, 0, 0, third, third, third], { atol: 1e-6 });
  });

  test('glu multiplies the first half by the sigmoid of the second half', async () => {
    assertArraysClose(await activations.glu(tensor([2, 4, 0, 1])).data(), [1, 4 * sigmoid(1)], { rtol: 1e-5 });
  });

  test('relu and threshold apply their options', async () => {
    const x = tensor([-2, 1, 9]);
    expect(await activations.relu(x, { negativeSlope: 0.5, maxValue: 6, threshold: 0.5 }).array()).toEqual([
      -1.25, 1, 6,
    ]);
    expect(await activations.threshold(x, { threshold: 2, defaultValue: -7 }).array()).toEqual([-7, -7, 9]);
  });

  test('softmax over the last axis and sigmoid record their logits, which losses use', () => {
    const x = tensor([[1, 2]]);
    expect(logitsOf(activations.softmax(x))).toEqual({ kind: 'softmax', logits: x });
    expect(logitsOf(activations.sigmoid(x))).toEqual({ kind: 'sigmoid', logits: x });
    expect(logitsOf(activations.softmax(x, { axis: 0 }))).toBeNull();
    expect(logitsOf(activations.relu(x))).toBeNull();
  });
});

describe('getActivation', () => {
  test('accepts Keras names in snake_case and camelCase, and suggests the nearest name for a typo', () => {
    expect(getActivation('hard_swish')).toBe(getActivation('hardSilu'));
    expect(getActivation('swish')).toBe(getActivation('silu'));
    expect(getActivation(null)).toBe(activations.linear);
    expect(nameOfActivation(activations.relu)).toBe('relu');
    expect(() => getActivation('rleu')).toThrow(
      expect.objectContaining({
        code: 'argument',
        data: expect.objectContaining({ nearest: expect.arrayContaining(['relu']) }),
      }),
    );
  });

  test('finds activations added with register()', () => {
    const twice = (x: Tensor): Tensor => sum(x);
    expect(nameOfActivation(twice)).toBeUndefined();
    register('activation', 'twice', twice);
    expect([getActivation('twice'), nameOfActivation(twice)]).toEqual([twice, 'twice']);
  });
});

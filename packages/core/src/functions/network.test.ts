import { beforeAll, describe, expect, test } from '@jest/globals';
import { assertArraysClose } from '@manabi/testing';
import * as core from '../index.ts';
import { type Tensor, tensor, zeros } from '../index.ts';
import { thrown } from '../test-backend/errors.fixture.ts';
import { referenceBackend } from '../test-backend/reference-backend.fixture.ts';

beforeAll(() => core.registerBackend('reference', () => referenceBackend()));

const close = async (x: Tensor, expected: readonly number[]): Promise<void> =>
  assertArraysClose(await x.data(), expected, { rtol: 1e-5, atol: 1e-6 });

const x = tensor([-2, 0, 1.5]);
const s = (v: number): number => 1 / (1 + Math.exp(-v));

describe('activations', () => {
  test.each<[string, Tensor, (v: number) => number]>([
    ['relu', core.relu(x), (v) => Math.max(v, 0)],
    ['relu6', core.relu6(core.mul(x, 5)), (v) => Math.min(Math.max(5 * v, 0), 6)],
    ['leakyRelu', core.leakyRelu(x, { alpha: 0.2 }), (v) => (v < 0 ? 0.2 * v : v)],
    ['prelu', core.prelu(x, 0.3), (v) => (v < 0 ? 0.3 * v : v)],
    ['elu', core.elu(x), (v) => (v < 0 ? Math.expm1(v) : v)],
    ['celu', core.celu(x, { alpha: 2 }), (v) => (v < 0 ? 2 * Math.expm1(v / 2) : v)],
    [
      'gelu',
      core.gelu(x, { approximate: true }),
      (v) => (v / 2) * (1 + Math.tanh(0.7978845608 * (v + 0.044715 * v ** 3))),
    ],
    ['silu', core.silu(x), (v) => v * s(v)],
    ['mish', core.mish(x), (v) => v * Math.tanh(Math.log1p(Math.exp(v)))],
    ['sigmoid', core.sigmoid(x), s],
    ['logSigmoid', core.logSigmoid(x), (v) => Math.log(s(v))],
    ['hardSigmoid', core.hardSigmoid(x), (v) => Math.min(Math.max(v / 6 + 0.5, 0), 1)],
    ['hardSwish', core.hardSwish(x), (v) => v * Math.min(Math.max(v / 6 + 0.5, 0), 1)],
    ['softplus', core.softplus(x), (v) => Math.log1p(Math.exp(v))],
    ['softsign', core.softsign(x), (v) => v / (1 + Math.abs(v))],
    ['thresholdedRelu', core.thresholdedRelu(x), (v) => (v > 1 ? v : 0)],
    ['shrink', core.shrink(x, { threshold: 1, bias: 1 }), (v) => (v < -1 ? v + 1 : v > 1 ? v - 1 : 0)],
  ])('%s matches its formula', (_, y, expected) => close(y, [-2, 0, 1.5].map(expected)));

  test('relu preserves integer dtypes', () => {
    expect(core.relu(tensor([1], { dtype: 'int32' })).dtype).toBe('int32');
  });
});

describe('softmax and losses', () => {
  const logits = tensor([
    [1, 2, 3],
    [1000, 0, 0],
  ]);

  test('softmax returns probabilities that sum to 1 along an axis, even for large logits', async () => {
    await close(core.sum(core.softmax(logits), 1), [1, 1]);
    await close(core.softmax(logits, 0), [0, s(2), s(3), 1, s(-2), s(-3)]);
    await close(core.exp(core.logSoftmax(logits)), [...(await core.softmax(logits).data())]);
  });

  test('softmaxCrossEntropy and sigmoidCrossEntropy match their formulas, and reject labels of another shape', async () => {
    const labels = tensor([2, 0], { dtype: 'int32' });
    await close(core.softmaxCrossEntropy(logits, labels), [Math.log(1 + Math.exp(-1) + Math.exp(-2)), 0]);
    await close(core.softmaxCrossEntropy(logits, labels, { ignoreIndex: 2 }), [0, 0]);
    await close(core.sigmoidCrossEntropy(tensor([0, 2]), tensor([1, 0])), [Math.log(2), -Math.log(1 - s(2))]);
    expect(thrown(() => core.softmaxCrossEntropy(logits, zeros([2])))).toMatchObject({ code: 'dtype' });
    expect(thrown(() => core.softmaxCrossEntropy(logits, zeros([2, 3], { dtype: 'int32' })))).toMatchObject({
      code: 'shape',
      op: 'softmaxCrossEntropy',
    });
  });
});

describe('normalization', () => {
  const rows = tensor([
    [1, 3],
    [10, 30],
  ]);

  test('layerNorm and rmsNorm normalize over the last axis by default', async () => {
    await close(core.layerNorm(rows, { epsilon: 0 }), [-1, 1, -1, 1]);
    await close(core.layerNorm(rows, { epsilon: 0, axis: 0, scale: tensor([2, 2]) }), [-2, -2, 2, 2]);
    await close(core.layerNorm(rows, { epsilon: 0, bias: tensor([1, 2]) }), [0, 3, 0, 3]);
    await close(core.rmsNorm(tensor([3, 4]), { epsilon: 0 }), [3 / Math.sqrt(12.5), 4 / Math.sqrt(12.5)]);
    expect(thrown(() => core.layerNorm(rows, { scale: zeros([3]) }))).toMatchObject({ code: 'shape', op: 'layerNorm' });
  });

  test('batchNormTraining normalizes by the statistics of the batch, and batchNorm by the statistics that are passed', async () => {
    const { result, mean, variance } = core.batchNormTraining(rows, { epsilon: 0 });
    await close(result, [-1, -1, 1, 1]);
    await close(mean, [5.5, 16.5]);
    await close(variance, [20.25, 182.25]);
    await close(core.batchNorm(rows, { epsilon: 0, mean, variance, bias: tensor([1, 0]) }), [0, -1, 2, 1]);
  });

  test('groupNorm normalizes each group of channels separately', async () => {
    await close(core.groupNorm(tensor([[1, 3, 10, 30]]), 2, { epsilon: 0 }), [-1, 1, -1, 1]);
    expect(thrown(() => core.groupNorm(rows, 3))).toMatchObject({ code: 'shape', op: 'groupNorm' });
  });
});

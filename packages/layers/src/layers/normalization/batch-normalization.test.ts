import '@manabi/backend-cpu/register';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { mul, type Tensor, tensor, zeros } from '@manabi/core';
import { assertArraysClose } from '@manabi/testing';
import { layerFrom } from '../../classes/layer-from.ts';
import { clearSession, input, layers, model, sequential } from '../../index.ts';
import { runLayer } from '../../networks/run.ts';
import { valuesOf } from '../../networks/values.ts';

beforeEach(clearSession);

const x = tensor([
  [1, 10],
  [3, 10],
  [5, 40],
]);

async function expectClose(actual: Tensor, expected: readonly number[]) {
  assertArraysClose(await actual.data(), expected, { rtol: 1e-5, atol: 1e-6 });
}

describe('batchNormalization', () => {
  test('defaults to momentum 0.99 and epsilon 0.001, and starts with mean 0 and variance 1', async () => {
    const layer = layers.batchNormalization();
    expect(layer.getConfig()).toMatchObject({ axis: -1, momentum: 0.99, epsilon: 1e-3, center: true, scale: true });
    await expectClose(layer.apply(tensor([[2, -4]])), [2 / Math.sqrt(1.001), -4 / Math.sqrt(1.001)]);
  });

  test('has weights gamma, beta, moving_mean and moving_variance, without gamma or beta if disabled', () => {
    const namesOf = (options: { readonly scale?: boolean; readonly center?: boolean }): string[] => {
      const layer = layers.batchNormalization(options);
      layer.apply(input({ shape: [3] }));
      return layer.weights.map(({ name }) => name);
    };
    expect(namesOf({})).toEqual(['gamma', 'beta', 'moving_mean', 'moving_variance']);
    expect(namesOf({ scale: false })).toEqual(['beta', 'moving_mean', 'moving_variance']);
    expect(namesOf({ scale: false, center: false })).toEqual(['moving_mean', 'moving_variance']);
  });

  test('in training, normalizes by the statistics of the batch and adds them to the moving averages with weight 1 - momentum', async () => {
    const layer = layers.batchNormalization({ momentum: 0.9 });
    const y = layer.apply(x, { training: true });
    const [first, second] = [2 / Math.sqrt(8 / 3 + 1e-3), 10 / Math.sqrt(200 + 1e-3)];
    await expectClose(y, [-first, -second, 0, -second, first, 2 * second]);
    await expectClose(layer.weight('moving_mean').value, [0.3, 2]);
    await expectClose(layer.weight('moving_variance').value, [0.9 + 0.1 * (8 / 3), 0.9 + 0.1 * 200]);
  });

  test('at inference, does not update the moving averages', () => {
    const layer = layers.batchNormalization();
    layer.apply(x);
    const { updates } = runLayer(layer, valuesOf(layer), x);
    expect(updates).toEqual({});
  });

  test('with trainable: false, normalizes by the moving averages even in training', async () => {
    const layer = layers.batchNormalization();
    layer.apply(x, { training: true });
    layer.trainable = false;
    const { outputs, updates } = runLayer(layer, valuesOf(layer), x, { training: true });
    expect(updates).toEqual({});
    expect(await asOne(outputs).array()).toEqual(await layer.apply(x).array());
    expect(layer.trainableWeights).toEqual([]);
  });

  test('normalizes by the moving averages in training if its model is frozen', () => {
    const frozen = sequential([layers.dense({ units: 2, inputShape: [2] }), layers.batchNormalization()]);
    frozen.trainable = false;
    const { updates } = frozen.run(frozen.values(), x, { training: true });
    expect(updates).toEqual({});
  });

  test('normalizes by the statistics of the batch at inference if a functional model calls it with training: true', async () => {
    const inputs = input({ shape: [2] });
    const trainingModel = model({ inputs, outputs: layers.batchNormalization().apply(inputs, { training: true }) });
    const { outputs } = trainingModel.run(trainingModel.values(), x);
    expect((await asOne(outputs).data())[2]).toBeCloseTo(0, 5);
  });

  test('ignores masked elements in mean and variance', async () => {
    const layer = layers.batchNormalization({ momentum: 0 });
    const steps = tensor([[[1], [3], [100]]]);
    layer.apply(steps, { training: true, mask: tensor([[true, true, false]]) });
    await expectClose(layer.weight('moving_mean').value, [2]);
    await expectClose(layer.weight('moving_variance').value, [1]);
  });

  test('rejects a mask of a wrong rank', () => {
    const mask = tensor([true, true, false]);
    expect(() => layers.batchNormalization().apply(zeros([3, 2, 2]), { mask })).toThrow(
      expect.objectContaining({ code: 'shape', data: expect.objectContaining({ layer: 'batch_normalization' }) }),
    );
  });

  test('keeps synchronized: true in its config, and computes the same results with and without it', async () => {
    const layer = layers.batchNormalization({ synchronized: true });
    expect((await layerFrom('BatchNormalization', layer.getConfig())).getConfig()).toEqual(layer.getConfig());
    const plain = layers.batchNormalization();
    expect(await layer.apply(x, { training: true }).array()).toEqual(await plain.apply(x, { training: true }).array());
  });

  test('with renorm, initializes moving_stddev and renorm_stddev to the square root of the variance, and rejects an invalid renormClipping', async () => {
    const layer = layers.batchNormalization({
      renorm: true,
      movingVarianceInitializer: { className: 'Constant', config: { value: 4 } },
    });
    layer.ensureBuilt({ shape: [null, 2], dtype: 'float32' });
    expect(layer.weights.map(({ name }) => name).slice(4)).toEqual(['moving_stddev', 'renorm_mean', 'renorm_stddev']);
    expect(await layer.weight('moving_stddev').value.array()).toEqual([2, 2]);
    for (const renormClipping of [{ rmin: 2, rmax: 1 }, { dmax: -1 }]) {
      expect(() => layers.batchNormalization({ renormClipping })).toThrow(
        expect.objectContaining({ code: 'argument' }),
      );
    }
  });

  test('returns float32 for integer inputs', () => {
    const y = layers.batchNormalization().apply(tensor(Int32Array.of(1, 2), { shape: [1, 2] }));
    expect(y.dtype).toBe('float32');
  });

  test('requires the length of the feature axis to be known, and no other length', () => {
    expect(layers.batchNormalization().apply(input({ shape: [null, null, 4] })).shape).toEqual([null, null, null, 4]);
    expect(() => layers.batchNormalization().apply(input({ shape: [4, null] }))).toThrow(
      expect.objectContaining({ code: 'shape' }),
    );
    const layer = layers.batchNormalization();
    layer.apply(x);
    expect(() => layer.apply(mul(zeros([2, 3]), 1))).toThrow(expect.objectContaining({ code: 'shape' }));
  });
});

function asOne(outputs: Tensor | readonly Tensor[]): Tensor {
  return 'shape' in outputs ? outputs : outputs[0];
}

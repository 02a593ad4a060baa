import '@manabi/backend-cpu/register';
import { describe, expect, jest, test } from '@jest/globals';
import { abs, grad, jit, mean, oneHot, sub, sum, type Tensor, tensor } from '@manabi/core';
import { assertArraysClose } from '@manabi/testing';
import { sigmoid, softmax } from '../activations/index.ts';
import { withMask } from '../call/masks.ts';
import { register } from '../classes/register.ts';
import * as losses from './index.ts';
import { getLoss, type LossIdentifier } from './table.ts';

const numberOf = async (x: Tensor): Promise<number> => Number(await x.item());

describe('losses', () => {
  test('categoricalCrossentropy divides probabilities by their sum and clips them to [1e-7, 1 - 1e-7]', async () => {
    const loss = losses.categoricalCrossentropy();
    const found = loss.call(tensor([[0, 1], [0, 1]]), tensor([[3, 1], [1, 0]])); // biome-ignore format: rows
    assertArraysClose(await found.data(), [Math.log(4), -Math.log(1e-7)], { rtol: 1e-6 });
  });

  test('sparseCategoricalCrossentropy excludes ignoreClass from the mean', async () => {
    const loss = losses.sparseCategoricalCrossentropy({ ignoreClass: -1 });
    const yTrue = tensor(Int32Array.of(0, -1, 1, -1));
    const yPred = tensor([[0.5, 0.5], [0.9, 0.1], [0.75, 0.25], [0.2, 0.8]]); // biome-ignore format: rows
    assertArraysClose(await loss.call(yTrue, yPred).data(), [Math.LN2, 0, Math.log(4), 0], { rtol: 1e-6 });
    assertArraysClose([await numberOf(loss.apply(yTrue, yPred))], [(Math.LN2 + Math.log(4)) / 2], { rtol: 1e-6 });
  });

  test('sparseCategoricalCrossentropy accepts labels of any dtype', async () => {
    const yPred = tensor([[0.5, 0.5], [0.25, 0.75]]); // biome-ignore format: rows
    for (const yTrue of [tensor([1, 0]), tensor(Uint8Array.of(1, 0)), tensor([true, false])]) {
      const found = losses.sparseCategoricalCrossentropy().call(yTrue, yPred);
      assertArraysClose(await found.data(), [Math.LN2, Math.log(4)], { rtol: 1e-6 });
    }
  });

  test('sparseCategoricalCrossentropy is NaN for labels outside the classes', async () => {
    const yPred = tensor([[0.5, 0.5], [0.25, 0.75], [0.25, 0.75]]); // biome-ignore format: rows
    for (const fromLogits of [false, true]) {
      const loss = losses.sparseCategoricalCrossentropy({ fromLogits });
      const found = [...(await loss.call(tensor(Int32Array.of(2, -1, 0)), yPred).data())];
      expect(found.map(Number.isNaN)).toEqual([true, true, false]);
    }
  });

  test('label smoothing adds s / classes to each class, and s / 2 to binary labels', async () => {
    const half = tensor([[0.5, 0.5]]);
    const weights = tensor([[0.8, 0.2]]);
    const categorical = losses.categoricalCrossentropy({ labelSmoothing: 0.2 }).call(tensor([[1, 0]]), weights);
    const binary = losses.binaryCrossentropy({ labelSmoothing: 0.2 }).call(tensor([[1]]), tensor([[0.8]]));
    const expected = -(0.9 * Math.log(0.8) + 0.1 * Math.log(0.2));
    assertArraysClose(await categorical.data(), [expected], { rtol: 1e-6 });
    assertArraysClose(await binary.data(), [expected], { rtol: 1e-6 });
    assertArraysClose(await losses.categoricalCrossentropy().call(half, half).data(), [Math.LN2], { rtol: 1e-6 });
  });

  test('losses divide by the number of samples, not by the sum of the sample weights', async () => {
    const [yTrue, yPred, weights] = [tensor([[0], [0]]), tensor([[1], [3]]), tensor([3, 1])];
    const apply = (loss: losses.Loss) => numberOf(loss.apply(yTrue, yPred, weights));
    expect(await apply(losses.meanSquaredError())).toBe((3 * 1 + 1 * 9) / 2);
    expect(await apply(losses.meanSquaredError({ reduction: 'meanWithSampleWeight' }))).toBe((3 * 1 + 1 * 9) / 4);
    expect(await apply(losses.meanSquaredError({ reduction: 'sum' }))).toBe(12);
  });

  test('losses reduce the last axis only; other axes remain until the reduction', () => {
    const [yTrue, yPred] = [tensor([[[0, 1], [1, 0]]]), tensor([[[0, 1], [1, 0]]])]; // biome-ignore format: steps
    expect(losses.meanSquaredError().call(yTrue, yPred).shape).toEqual([1, 2]);
    expect(losses.meanSquaredError({ reduction: 'none' }).apply(yTrue, yPred).shape).toEqual([1, 2]);
  });

  test('losses exclude masked steps from the mean', async () => {
    const yTrue = tensor([[[0], [0], [0]], [[0], [0], [0]]]); // biome-ignore format: steps
    const mask = tensor([[true, true, false], [true, false, false]]); // biome-ignore format: steps
    const yPred = withMask(tensor([[[1], [2], [9]], [[3], [9], [9]]]), mask); // biome-ignore format: steps
    expect(await numberOf(losses.meanAbsoluteError().apply(yTrue, yPred))).toBeCloseTo((1 + 2 + 3) / 3, 6);
    // With weights too, the mean divides by the number of unmasked steps.
    const weighted = losses.meanAbsoluteError().apply(yTrue, yPred, tensor([2, 1]));
    expect(await numberOf(weighted)).toBeCloseTo((2 * (1 + 2) + 3) / 3, 6);
  });

  test('one weight per sample applies to all its steps, even if there are as many steps as samples', async () => {
    const [yTrue, yPred] = [tensor([[[0], [0]], [[0], [0]]]), tensor([[[1], [2]], [[3], [4]]])]; // biome-ignore format: steps
    const loss = losses.meanAbsoluteError({ reduction: 'none' });
    expect(await loss.apply(yTrue, yPred, tensor([1, 10])).array()).toEqual([[1, 2], [30, 40]]); // biome-ignore format: rows
  });

  test('labels [n] and predictions [n, 1] result in n losses, never n times n', async () => {
    const [flat, column] = [tensor([1, 2, 3]), tensor([[1], [2], [4]])];
    for (const loss of [losses.meanSquaredError(), losses.huber(), losses.binaryCrossentropy(), losses.hinge()]) {
      expect(loss.call(flat, column).shape).toEqual([3]);
      expect(loss.call(column, flat).shape).toEqual([3]);
    }
    expect(await losses.meanSquaredError().call(flat, column).array()).toEqual([0, 0, 1]);
  });

  test('losses reject mismatched shapes instead of broadcasting', () => {
    expect(() => losses.meanSquaredError().call(tensor([[1], [2]]), tensor([[1, 2], [3, 4]]))).toThrow(
      expect.objectContaining({ code: 'shape', data: { yTrue: [2, 1], yPred: [2, 2] } }),
    ); // biome-ignore format: rows
    expect(() => losses.sparseCategoricalCrossentropy().call(tensor([[0, 1]]), tensor([[0.5, 0.5]]))).toThrow(
      expect.objectContaining({ code: 'shape', op: 'sparseCategoricalCrossentropy' }),
    );
    expect(() => losses.meanSquaredError().apply(tensor([[1], [2]]), tensor([[1], [2]]), tensor([1, 2, 3]))).toThrow(
      expect.objectContaining({ code: 'shape', data: { values: [2], weights: [3] } }),
    );
  });

  test('hinge counts label 0 as -1 only if all labels are 0 or 1', async () => {
    const yPred = tensor([[0.5, 0.5]]);
    expect(
      await losses
        .hinge()
        .call(tensor([[0, 1]]), yPred)
        .array(),
    ).toEqual([(1.5 + 0.5) / 2]);
    expect(
      await losses
        .hinge()
        .call(tensor([[0, -1]]), yPred)
        .array(),
    ).toEqual([(1 + 1.5) / 2]);
  });

  test('cosineSimilarity is -1 for vectors of the same direction', async () => {
    expect(await numberOf(losses.cosineSimilarity().call(tensor([1, 0]), tensor([2, 0])))).toBeCloseTo(-1, 6);
  });

  test('cosineSimilarity has a finite gradient for a zero vector', async () => {
    const slope = grad((x: Tensor) => losses.cosineSimilarity().call(tensor([1, 0]), x))(tensor([0, 0]));
    expect([...(await slope.data())].every(Number.isFinite)).toBe(true);
  });
});

describe('crossentropies of outputs of softmax and sigmoid', () => {
  const hard = [200, -200];

  test('the crossentropy of a softmax output uses the logits, without clipping and with gradients at saturation', async () => {
    const dense = losses.categoricalCrossentropy();
    const sparse = losses.sparseCategoricalCrossentropy();
    const label = tensor(Int32Array.of(1));
    const x = tensor([hard]);
    expect(await numberOf(sparse.apply(label, softmax(x)))).toBe(400);
    expect(await numberOf(dense.apply(oneHot(label, 2), softmax(x)))).toBe(400);
    expect(await grad((z: Tensor) => sparse.apply(label, softmax(z)))(x).array()).toEqual([[1, -1]]);
    const binary = losses.binaryCrossentropy();
    expect(await numberOf(binary.apply(tensor([[0]]), sigmoid(tensor([[200]]))))).toBe(200);
    expect(await grad((z: Tensor) => binary.apply(tensor([0]), sigmoid(z)))(tensor([[200]])).array()).toEqual([[1]]);
  });

  test('a crossentropy uses probabilities if another operation follows the activation', async () => {
    const changed = sub(softmax(tensor([hard])), 0);
    const found = await numberOf(losses.sparseCategoricalCrossentropy().apply(tensor(Int32Array.of(1)), changed));
    expect(found).toBeCloseTo(-Math.log(1e-7), 4);
  });

  test('binaryCrossentropy does not use the logits of a softmax', async () => {
    const loss = losses.binaryCrossentropy();
    expect(await numberOf(loss.apply(tensor([[1, 0]]), softmax(tensor([[0, 0]]))))).toBeCloseTo(Math.LN2, 6);
  });

  test('fromLogits: true after a softmax warns once and does not apply the softmax twice', async () => {
    const warn = jest.spyOn(console, 'warn').mockImplementation(() => {});
    const loss = losses.sparseCategoricalCrossentropy({ fromLogits: true });
    const apply = () => loss.apply(tensor(Int32Array.of(1)), softmax(tensor([hard])));
    expect(await numberOf(apply())).toBe(400);
    apply();
    expect(warn).toHaveBeenCalledTimes(1);
    warn.mockRestore();
  });
});

describe('getLoss', () => {
  test.each([
    ['mse', 'MeanSquaredError'],
    ['MAE', 'MeanAbsoluteError'],
    ['mape', 'MeanAbsolutePercentageError'],
    ['MSLE', 'MeanSquaredLogarithmicError'],
    ['bce', 'BinaryCrossentropy'],
    ['KLD', 'KLDivergence'],
    ['sparse_categorical_crossentropy', 'SparseCategoricalCrossentropy'],
    ['sparseCategoricalCrossentropy', 'SparseCategoricalCrossentropy'],
    ['LogCosh', 'LogCosh'],
  ])("resolves '%s' to %s and keeps the given name", async (name, className) => {
    expect(await getLoss(name)).toMatchObject({ className, name, reduction: 'sumOverBatchSize' });
  });

  test('suggests the nearest name for an unknown name', async () => {
    await expect(getLoss('meanSquareError')).rejects.toThrow(
      expect.objectContaining({
        code: 'argument',
        op: 'getLoss',
        data: expect.objectContaining({ nearest: expect.arrayContaining(['meanSquaredError']) }),
      }),
    );
  });

  test("resolves 'crossentropy' from the shapes of labels and predictions", async () => {
    const type = (...shape: (number | null)[]) => ({ shape, dtype: 'float32' as const });
    expect((await getLoss('crossentropy', type(null, 1), type(null, 1))).className).toBe('BinaryCrossentropy');
    expect((await getLoss('ce', type(null), type(null, 10))).className).toBe('SparseCategoricalCrossentropy');
    expect((await getLoss('ce', type(null, 1), type(null, 10))).className).toBe('SparseCategoricalCrossentropy');
    expect((await getLoss('ce', type(null, 10), type(null, 10))).className).toBe('CategoricalCrossentropy');
    await expect(getLoss('crossentropy')).rejects.toThrow(expect.objectContaining({ code: 'argument' }));
  });

  test('creates a loss from the class name and config of another one', async () => {
    for (const loss of [losses.huber({ delta: 2, reduction: 'sum', name: 'mine' }), losses.dice({ axis: [1] })]) {
      const { className, config } = loss;
      expect((await getLoss({ className, config })).config).toEqual(config);
    }
    expect(losses.huber({ delta: 2 }).config).toEqual({ delta: 2, reduction: 'sumOverBatchSize', name: 'huberLoss' });
  });

  test('accepts a function, or a registered custom loss', async () => {
    const largest = (yTrue: Tensor, yPred: Tensor) => mean(abs(sub(yTrue, yPred)), -1);
    const given: LossIdentifier = largest;
    const [yTrue, yPred] = [tensor([[1], [2]]), tensor([[2], [4]])];
    expect((await getLoss(given)).name).toBe('largest');
    expect(await numberOf((await getLoss(given)).apply(yTrue, yPred))).toBe(1.5);
    register('loss', 'Largest', (config) => losses.lossFunctionWrapper({ fn: largest, ...config }));
    expect(await numberOf((await getLoss('largest')).apply(yTrue, yPred, tensor([2, 0])))).toBe(1);
  });

  test('rejects unknown reductions and invalid options', async () => {
    await expect(getLoss({ className: 'Huber', config: { reduction: 'avg' } })).rejects.toThrow(
      expect.objectContaining({ code: 'argument' }),
    );
    expect(() => losses.categoricalGeneralizedCrossEntropy({ q: 1 })).toThrow(
      expect.objectContaining({ code: 'argument' }),
    );
    expect(() => losses.binaryCrossentropy({ labelSmoothing: 1.5 })).toThrow(
      expect.objectContaining({ code: 'argument' }),
    );
  });
});

describe('losses under jit', () => {
  test('weighted losses and their gradients run under jit', async () => {
    const step = jit((yTrue: Tensor, yPred: Tensor, weights: Tensor) =>
      [losses.meanSquaredError(), losses.logCosh()].map((loss) =>
        grad((prediction: Tensor) => sum(loss.apply(yTrue, prediction, weights)))(yPred),
      ),
    );
    const [square, cosh] = await step(tensor([[1], [2]]), tensor([[2], [2]]), tensor([1, 1]));
    assertArraysClose(await square.data(), [1, 0]);
    assertArraysClose(await cosh.data(), [Math.tanh(1) / 2, 0], { rtol: 1e-6 });
  });
});

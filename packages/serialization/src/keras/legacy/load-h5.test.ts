import '@manabi/backend-cpu/register';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { type HostArray, hostArray } from '@manabi/core';
import { joinedBytes } from '@manabi/files/internal';
import { clearSession, freeze, layers, sequential } from '@manabi/layers';
import { layerFrom } from '@manabi/layers/classes';
import { fuzz, fuzzCount } from '../../fuzz.fixture.ts';
import { groupAt, newGroup } from '../../hdf5/tree.ts';
import { writeHdf5 } from '../../hdf5/write.ts';
import { loadWeights } from '../../weights/index.ts';
import { inspectModelFile, loadModel, saveModelBytes } from '../index.ts';
import { convertWeights } from './convert-weights.ts';

beforeEach(clearSession);

const floats = (shape: readonly number[], ...data: readonly number[]): HostArray =>
  hostArray('float32', shape, Float32Array.from(data));

/** Returns a file as Keras 2 writes it for a sequential model of one layer with one weight. */
async function written(layer: object, weight: HostArray, training?: object): Promise<Uint8Array<ArrayBuffer>> {
  const root = newGroup();
  root.attributes.set('keras_version', '2.4.0');
  root.attributes.set('backend', 'tensorflow');
  root.attributes.set(
    'model_config',
    JSON.stringify({ class_name: 'Sequential', config: { name: 's', layers: [layer] } }),
  );
  if (training !== undefined) root.attributes.set('training_config', JSON.stringify(training));
  const group = groupAt(root, ['model_weights']);
  group.attributes.set('layer_names', 'one');
  const inner = groupAt(group, ['one']);
  inner.attributes.set('weight_names', 'one/kernel:0');
  groupAt(inner, ['one']).children.set('kernel:0', { kind: 'dataset', value: weight, attributes: new Map() });
  return joinedBytes(writeHdf5(root));
}

const dense = (options: object): object => ({
  class_name: 'Dense',
  config: { name: 'one', batch_input_shape: [null, 2], dtype: 'float32', units: 1, use_bias: false, ...options },
});

const kernel = floats([2, 1], 1, 2);

describe('loadWeights: layers of a file of Keras 2 by name', () => {
  const networkOf = (...names: readonly string[]) =>
    sequential(names.map((name) => layers.dense({ units: 1, useBias: false, name })));
  const built = (...names: readonly string[]) => {
    const model = networkOf(...names);
    model.build([null, 2]);
    return model;
  };

  test("match: 'shared' loads the layers that both have, as Keras's by_name does", async () => {
    const model = built('one', 'two');
    const [, before] = await model.getWeights();
    await loadWeights(model, await written(dense({}), kernel), { match: 'shared' });
    expect((await model.getWeights()).map(({ data }) => Array.from(data))).toEqual([[1, 2], Array.from(before.data)]);
  });

  test.each(['order', 'name'] as const)("match: '%s' rejects a file that lacks a layer", async (match) => {
    await expect(loadWeights(built('one', 'two'), await written(dense({}), kernel), { match })).rejects.toMatchObject({
      code: 'corrupt',
      data: { expected: ['one', 'two'], got: ['one'] },
    });
  });

  test("match: 'shared' rejects a file without a common layer", async () => {
    await expect(
      loadWeights(built('two'), await written(dense({}), kernel), { match: 'shared' }),
    ).rejects.toMatchObject({ code: 'corrupt' });
  });
});

describe('loadWeights: a model in the model', () => {
  const network = () => {
    const inner = sequential(
      [layers.batchNormalization({ name: 'first', inputShape: [2] }), layers.batchNormalization({ name: 'second' })],
      { name: 'base' },
    );
    return { inner, whole: sequential([inner, layers.dense({ units: 1, name: 'head' })]) };
  };
  const firstElements = async (model: ReturnType<typeof network>['whole']) =>
    (await model.getWeights()).map(({ data }) => data[0]);

  // The order of weights in a file depends on which layers were trainable when it was written.
  test.each<[string, (written: ReturnType<typeof network>, loaded: ReturnType<typeof network>) => void]>([
    ['that is frozen', (_, loaded) => freeze(loaded.inner)],
    ['that was frozen', (written) => freeze(written.inner)],
    ['of which a layer is frozen', (_, loaded) => freeze(loaded.inner, 'first')],
  ])('%s', async (_, prepare) => {
    const [written, loaded] = [network(), network()];
    prepare(written, loaded);
    await written.whole.setWeights(
      written.whole.weights.map(({ shape }, i) =>
        floats(shape, ...Array.from({ length: shape.reduce((size, length) => size * length, 1) }, () => i)),
      ),
    );
    await loadWeights(loaded.whole, await saveModelBytes(written.whole, { format: 'h5' }));
    expect(await firstElements(loaded.whole)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });
});

describe('loadModel: a file with a whole model of Keras 2', () => {
  test('restores the model and its weights', async () => {
    const model = await loadModel(await written(dense({}), kernel));
    expect(model.compiled).toBe(false);
    expect(await (await model.predict(floats([1, 2], 3, 4))).array()).toEqual([[11]]);
  });

  test('computes hard_sigmoid as Keras 2 does', async () => {
    const model = await loadModel(await written(dense({ activation: 'hard_sigmoid' }), kernel));
    const [[y]] = (await (await model.predict(floats([1, 2], 1, 0))).array()) as number[][];
    expect(y).toBeCloseTo(0.7, 6);
  });

  test('restores the optimizer with a decaying learning rate, the loss and the metrics', async () => {
    const training = {
      optimizer_config: { class_name: 'Adam', config: { name: 'Adam', learning_rate: 0.5, decay: 0.25, beta_1: 0.8 } },
      loss: { class_name: 'MeanSquaredError', config: { reduction: 'auto', name: 'mean_squared_error', fn: 'mse' } },
      metrics: [[{ class_name: 'MeanMetricWrapper', config: { name: 'mae', dtype: 'float32', fn: 'mae' } }]],
      sample_weight_mode: null,
    };
    const { compilation } = await loadModel(await written(dense({}), kernel, training));
    expect(compilation.options).toMatchObject({
      optimizer: { className: 'Adam', config: { beta1: 0.8, learningRate: expect.any(Function) } },
      loss: { className: 'MeanSquaredError', reduction: 'sumOverBatchSize' },
      metrics: [[{ className: 'MeanAbsoluteError', name: 'mae' }]],
    });
  });

  test('rejects weights that do not fit the model, with the layer and both shapes', async () => {
    await expect(loadModel(await written(dense({}), floats([1, 2], 1, 2)))).rejects.toMatchObject({
      code: 'corrupt',
      data: { layer: 'one', weight: 'kernel', expected: [[2, 1]], got: [[1, 2]] },
    });
  });

  test('rejects a model with Python code', async () => {
    const lambda = { class_name: 'Lambda', config: { name: 'one', function: ['4wEA', null, null] } };
    await expect(loadModel(await written(lambda, kernel))).rejects.toMatchObject({
      code: 'unsupported',
      data: { className: 'Lambda' },
    });
  });

  test(`loads or rejects ${fuzzCount} corrupted copies`, async () => {
    const bytes = await written(dense({}), kernel);
    const {
      read,
      refused,
      bytes: memory,
    } = await fuzz([bytes], async (input) => {
      clearSession();
      await inspectModelFile(input);
      await loadModel(input);
    });
    expect(read + Object.values(refused).reduce((sum, n) => sum + n, 0)).toBe(fuzzCount);
    expect(memory).toBeLessThan(2 ** 28);
  }, 600_000);
});

describe('convertWeights', () => {
  const built = async (
    className: string,
    options: Readonly<Record<string, unknown>>,
    shape: readonly (number | null)[],
  ) => {
    const layer = await layerFrom(className, options);
    layer.ensureBuilt({ shape, dtype: 'float32' });
    return layer;
  };

  test('concatenates the separate gates of Keras 1 in the order of Keras 3', async () => {
    const layer = await built('LSTM', { units: 1 }, [null, 3, 1]);
    // Input gate, cell, forget gate, output gate, each with W, U, b.
    const arrays = [1, 2, 3, 4].flatMap((gate) => [
      floats([1, 1], gate),
      floats([1, 1], 10 * gate),
      floats([1], 100 * gate),
    ]);
    const [w, u, b] = convertWeights(layer, layer.weights, arrays, { isFirst: true, backend: 'tensorflow' });
    expect([w.data, u.data, b.data].map((data) => Array.from(data))).toEqual([
      [1, 3, 2, 4],
      [10, 30, 20, 40],
      [100, 300, 200, 400],
    ]);
    expect(w.shape).toEqual([1, 4]);
  });

  test('transposes the gates of cuDNN weights and adds their biases', async () => {
    const layer = await built('LSTM', { units: 1 }, [null, 3, 2]);
    const arrays = [
      floats([2, 4], 1, 2, 3, 4, 5, 6, 7, 8),
      floats([1, 4], 1, 2, 3, 4),
      floats([8], 1, 2, 3, 4, 10, 20, 30, 40),
    ];
    const [w, u, b] = convertWeights(layer, layer.weights, arrays, { isFirst: false, backend: 'tensorflow' });
    expect(Array.from(b.data)).toEqual([11, 22, 33, 44]);
    expect(Array.from(u.data)).toEqual([1, 2, 3, 4]);
    expect(Array.from(w.data)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    const wide = await built('LSTM', { units: 2 }, [null, 3, 2]);
    const gates = floats([2, 8], 1, 2, 0, 0, 0, 0, 0, 0, 3, 4, 0, 0, 0, 0, 0, 0);
    const zeros = floats([2, 8], ...new Array(16).fill(0));
    const bias = floats([16], ...new Array(16).fill(0));
    const [transposed] = convertWeights(wide, wide.weights, [gates, zeros, bias], {
      isFirst: false,
      backend: 'tensorflow',
    });
    expect(Array.from(transposed.data.slice(0, 2))).toEqual([1, 3]);
    expect(Array.from(transposed.data.slice(8, 10))).toEqual([2, 4]);
  });

  test('flips the kernels of Theano and reorders their axes', async () => {
    const layer = await built('Conv2D', { filters: 1, kernelSize: [1, 2], useBias: false }, [null, 4, 4, 1]);
    const theanoKernel = floats([1, 1, 1, 2], 1, 2);
    const [kernel1] = convertWeights(layer, layer.weights, [theanoKernel], { isFirst: true, backend: 'theano' });
    expect(kernel1).toEqual(floats([1, 2, 1, 1], 2, 1));
    const [kernel2] = convertWeights(layer, layer.weights, [floats([1, 2, 1, 1], 1, 2)], {
      isFirst: false,
      backend: 'tensorflow',
    });
    expect(Array.from(kernel2.data)).toEqual([1, 2]);
  });
});

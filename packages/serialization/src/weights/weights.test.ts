import '@manabi/backend-cpu/register';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { fromHost, hostArray, transpose } from '@manabi/core';
import { clearSession, layers, sequential, setRandomSeed } from '@manabi/layers';
import {
  encodeNpz,
  loadWeights,
  memoryStore,
  readNpz,
  readSafetensors,
  saveModel,
  saveModelBytes,
  saveWeights,
} from '../index.ts';

beforeEach(() => {
  clearSession();
  setRandomSeed(1);
});

function network(units = 3) {
  clearSession();
  return sequential([layers.dense({ units, activation: 'relu', inputShape: [4] }), layers.batchNormalization()]);
}

describe('saveWeights and loadWeights', () => {
  test.each(['a.weights.h5', 'a.safetensors', 'a.npz', 'a.pt', 'a.keras'])(
    'restore the weights exactly from a file %s',
    async (name) => {
      const store = memoryStore(name);
      const [model, other] = [network(), network()];
      if (name.endsWith('.keras')) await saveModel(model, store);
      else await saveWeights(model, store);
      expect(await other.getWeights()).not.toEqual(await model.getWeights());
      await loadWeights(other, store);
      expect(await other.getWeights()).toEqual(await model.getWeights());
    },
  );

  test('loadWeights recognizes a model file whose name has no extension', async () => {
    const [model, other] = [network(), network()];
    await loadWeights(other, await saveModelBytes(model));
    expect(await other.getWeights()).toEqual(await model.getWeights());
  });

  test('loadWeights rejects the option nameOf for Keras files', async () => {
    const model = network();
    const store = memoryStore('a.weights.h5');
    await saveWeights(model, store);
    for (const source of [store, await saveModelBytes(model)]) {
      await expect(loadWeights(model, source, { nameOf: (path) => path })).rejects.toMatchObject({
        code: 'argument',
        data: { option: 'nameOf' },
      });
    }
  });

  test("match: 'name' ignores further arrays of the file, 'shared' also missing ones", async () => {
    const store = memoryStore('a.safetensors');
    const model = network();
    await saveWeights(model, store);
    const dense = sequential([layers.dense({ units: 3, inputShape: [4], name: 'dense' })]);
    await expect(loadWeights(dense, store)).rejects.toMatchObject({ code: 'corrupt' });
    await loadWeights(dense, store, { match: 'name' });
    expect(await dense.getWeights()).toEqual((await model.getWeights()).slice(0, 2));
    const further = sequential([
      layers.dense({ units: 3, inputShape: [4], name: 'dense' }),
      layers.dense({ units: 2, name: 'further' }),
    ]);
    await expect(loadWeights(further, store, { match: 'name' })).rejects.toMatchObject({ code: 'corrupt' });
    await loadWeights(further, store, { match: 'shared' });
    expect((await further.getWeights()).slice(0, 2)).toEqual((await model.getWeights()).slice(0, 2));
  });

  test.each(['order', 'name'] as const)("rejects match: '%s' for formats that it does not apply to", async (match) => {
    const store = memoryStore(match === 'order' ? 'a.npz' : 'a.weights.h5');
    const model = network();
    await saveWeights(model, store);
    await expect(loadWeights(model, store, { match })).rejects.toMatchObject({
      code: 'argument',
      data: { option: 'match' },
    });
  });

  test('saveWeights stores each weight under its path', async () => {
    const store = memoryStore('a.safetensors');
    await saveWeights(network(), store);
    expect(Object.keys((await readSafetensors(store)).tensors).sort()).toEqual([
      'batch_normalization/beta',
      'batch_normalization/gamma',
      'batch_normalization/moving_mean',
      'batch_normalization/moving_variance',
      'dense/bias',
      'dense/kernel',
    ]);
  });

  test('saveWeights does not save the states of stateful layers', async () => {
    const store = memoryStore('a.npz');
    const stateful = (batch: number) => {
      clearSession();
      return sequential([layers.lstm({ units: 2, stateful: true, batchShape: [batch, 3, 1] })]);
    };
    await saveWeights(stateful(2), store);
    expect(Object.keys(await readNpz(store)).every((name) => /(kernel|bias)$/.test(name))).toBe(true);
    await loadWeights(stateful(5), store);
  });

  test('loadWeights renames and transposes weights with nameOf and transform', async () => {
    const model = sequential([layers.dense({ units: 2, useBias: false, inputShape: [3] })]);
    const bytes = await encodeNpz({ 'fc.weight': hostArray('float32', [2, 3], Float32Array.of(1, 2, 3, 4, 5, 6)) });
    await loadWeights(model, bytes, { nameOf: () => 'fc.weight', transform: (_, array) => transpose(fromHost(array)) });
    expect((await model.getWeights())[0].data).toEqual(Float32Array.of(1, 4, 2, 5, 3, 6));
  });

  test('loadWeights loads one array into several weights if nameOf maps them to it', async () => {
    const model = sequential([
      layers.dense({ units: 2, useBias: false, inputShape: [2] }),
      layers.dense({ units: 2, useBias: false }),
    ]);
    const tied = hostArray('float32', [2, 2], Float32Array.of(1, 2, 3, 4));
    await loadWeights(model, await encodeNpz({ tied }), { nameOf: () => 'tied' });
    expect(await model.getWeights()).toEqual([tied, tied]);
  });
});

describe('loadWeights: weights that do not fit', () => {
  test('are rejected with the layer, the weight and both shapes, and the model is unchanged', async () => {
    const store = memoryStore('a.weights.h5');
    await saveWeights(network(5), store);
    const model = network();
    const before = await model.getWeights();
    await expect(loadWeights(model, store)).rejects.toMatchObject({
      code: 'corrupt',
      data: { layer: 'dense', weight: 'kernel', expected: [4, 3], got: [4, 5] },
    });
    expect(await model.getWeights()).toEqual(before);
  });

  test('are rejected if weights are missing in the file, or the file has unexpected weights', async () => {
    const store = memoryStore('a.weights.h5');
    await saveWeights(sequential([layers.dense({ units: 3, useBias: false, inputShape: [4] })]), store);
    await expect(loadWeights(network(), store)).rejects.toMatchObject({
      code: 'corrupt',
      data: { layer: 'dense', place: 'layers/dense/vars', weights: ['kernel', 'bias'], got: [[4, 3]] },
    });
    const bytes = await encodeNpz({ 'dense/kernal': hostArray('float32', [1], new Float32Array(1)) });
    await expect(loadWeights(network(), bytes)).rejects.toMatchObject({
      code: 'corrupt',
      data: { missing: 'dense/kernel', stranger: 'dense/kernal' },
    });
  });

  test.each(['a.weights.h5', 'a.keras'])(
    'are rejected if they belong to nested layers that the model lacks: %s',
    async (name) => {
      const store = memoryStore(name);
      const [large, small] = [3, 1].map((count) => {
        clearSession();
        const dense = Array.from({ length: count }, () => layers.dense({ units: 4, inputShape: [4] }));
        return sequential([sequential(dense), layers.dropout({ rate: 0.5 })]);
      });
      if (name.endsWith('.keras')) await saveModel(large, store);
      else await saveWeights(large, store);
      const before = await small.getWeights();
      const inner = 'layers/sequential/layers';
      await expect(loadWeights(small, store)).rejects.toMatchObject({
        code: 'corrupt',
        data: { places: [`${inner}/dense_1`, `${inner}/dense_2`] },
      });
      expect(await small.getWeights()).toEqual(before);
    },
  );

  test.each(['a.safetensors', 'a.npz'])(
    'cause an error with the differing names if only layer numbers differ: %s',
    async (name) => {
      const store = memoryStore(name);
      const make = (units: number) =>
        sequential([layers.dense({ units: 3, inputShape: [4] }), layers.dense({ units, useBias: false })]);
      await saveWeights(make(2), store);
      const again = make(2);
      const names = {
        'dense_2/kernel': 'dense/kernel',
        'dense_2/bias': 'dense/bias',
        'dense_3/kernel': 'dense_1/kernel',
      };
      await expect(loadWeights(again, store)).rejects.toMatchObject({
        name: 'ManabiError',
        code: 'argument',
        data: { source: name, model: again.name, names },
      });
      await loadWeights(again, store, { nameOf: (path) => Reflect.get(names, path) });
      // If shapes differ too, the file belongs to another model.
      await expect(loadWeights(make(5), store)).rejects.toMatchObject({ name: 'FileError', code: 'corrupt' });
    },
  );
});

test('saveWeights rejects a file name with an unknown extension', async () => {
  await expect(saveWeights(network(), memoryStore('a.bin'))).rejects.toMatchObject({ code: 'argument' });
});

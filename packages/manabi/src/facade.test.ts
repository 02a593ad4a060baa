import { afterAll, describe, expect, test } from '@jest/globals';
import * as core from '@manabi/core';
import { dashboard } from '@manabi/dashboard/callback';
import * as manabiLayers from '@manabi/layers';
import * as serialization from '@manabi/serialization';
import * as facade from './index.ts';
import {
  callbacks,
  data,
  getBackend,
  hostArray,
  input,
  layers,
  model,
  mul,
  optimizers,
  registerBackend,
  sequential,
  setRandomSeed,
  sum,
  tensor,
} from './index.ts';

const named: ReadonlyMap<string, unknown> = new Map(Object.entries(facade));

describe('exports of manabi', () => {
  test.each([
    ['@manabi/core', core],
    ['@manabi/layers', manabiLayers],
    ['@manabi/serialization', serialization],
  ])('include every export of %s under the same name', (_, exported) => {
    // `callbacks` of manabi also contains the callbacks of `@manabi/serialization`.
    const different = Object.entries(exported).filter(
      ([name, value]) => name !== 'callbacks' && named.get(name) !== value,
    );
    expect(different.map(([name]) => name)).toEqual([]);
  });

  test('include the callbacks of all packages in one namespace', () => {
    const { backupAndRestore, modelCheckpoint } = serialization;
    expect({ ...callbacks }).toEqual({ ...manabiLayers.callbacks, backupAndRestore, dashboard, modelCheckpoint });
  });

  test('include optimizers, data, datasets and onnx as namespaces', () => {
    expect(named.get('adam')).toBeUndefined();
    expect(optimizers.adam).toBeInstanceOf(Function);
    expect(data.fromTensorSlices).toBeInstanceOf(Function);
    expect(facade.datasets.mnist).toBeInstanceOf(Function);
    expect(facade.onnx.exportOnnx).toBe(facade.exportOnnx);
  });
});

describe('a program that imports only manabi', () => {
  test('computes on the default backend', async () => {
    expect(getBackend()).toBe('cpu');
    expect(await sum(mul(tensor([1, 2, 3]), 2)).item()).toBe(12);
  });

  test('trains a network on exclusive or', async () => {
    setRandomSeed(1);
    const x = input({ shape: [2] });
    const hidden = layers.dense({ units: 8, activation: 'tanh' }).apply(x);
    const network = model({ inputs: x, outputs: layers.dense({ units: 1, activation: 'sigmoid' }).apply(hidden) });
    network.compile({ optimizer: optimizers.adam({ learningRate: 0.05 }), loss: 'binaryCrossentropy' });
    const rows = hostArray('float32', [4, 2], Float32Array.of(0, 0, 0, 1, 1, 0, 1, 1));
    const either = hostArray('float32', [4, 1], Float32Array.of(0, 1, 1, 0));
    const { history } = await network.fit(rows, either, {
      epochs: 300,
      verbose: 0,
      callbacks: [callbacks.terminateOnNaN()],
    });
    expect(history.loss[299]).toBeLessThan(0.05);
    const probabilities = await (await network.predict(rows)).data();
    expect(Array.from(probabilities, Math.round)).toEqual([0, 1, 1, 0]);
  });

  test('can catch the error of an empty model as a ManabiError', () => {
    expect(() => sequential([]).summary()).toThrow(core.ManabiError);
  });
});

describe('registerBackend', () => {
  afterAll(async () => core.setBackend('cpu'));

  test('makes a new backend the current one if no backend was chosen', () => {
    registerBackend('mine', () => {
      throw new Error('The backend must not be created.');
    });
    expect(getBackend()).toBe('mine');
    expect(core.registeredBackends()).toEqual(['mine', 'cpu']);
  });
});

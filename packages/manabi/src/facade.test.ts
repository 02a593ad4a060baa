import { afterAll, describe, expect, test } from '@jest/globals';
import * as core from '@manabi/core';
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

describe('what comes from one import', () => {
  test.each([
    ['@manabi/core', core],
    ['@manabi/layers', manabiLayers],
    ['@manabi/serialization', serialization],
  ])('every name of %s means what it means there', (_, exported) => {
    // The namespace of callbacks is larger here.
    const strange = Object.entries(exported).filter(
      ([name, value]) => name !== 'callbacks' && named.get(name) !== value,
    );
    expect(strange.map(([name]) => name)).toEqual([]);
  });

  test('callbacks are all in one namespace', () => {
    const { backupAndRestore, modelCheckpoint } = serialization;
    expect({ ...callbacks }).toEqual({ ...manabiLayers.callbacks, backupAndRestore, modelCheckpoint });
  });

  test('the rest lies in namespaces', () => {
    expect(named.get('adam')).toBeUndefined();
    expect(optimizers.adam).toBeInstanceOf(Function);
    expect(data.fromTensorSlices).toBeInstanceOf(Function);
    expect(facade.datasets.mnist).toBeInstanceOf(Function);
    expect(facade.onnx.exportOnnx).toBe(facade.exportOnnx);
  });
});

describe('a program that imports nothing else', () => {
  test('computes', async () => {
    expect(getBackend()).toBe('cpu');
    expect(await sum(mul(tensor([1, 2, 3]), 2)).item()).toBe(12);
  });

  test('trains', async () => {
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

  test('names what it lacks', () => {
    expect(() => sequential([]).summary()).toThrow(core.ManabiError);
  });
});

describe('a backend that is registered beside', () => {
  afterAll(async () => core.setBackend('cpu'));

  test('is used in place of the default', () => {
    registerBackend('mine', () => {
      throw new Error('It is named, never made.');
    });
    expect(getBackend()).toBe('mine');
    expect(core.registeredBackends()).toEqual(['mine', 'cpu']);
  });
});

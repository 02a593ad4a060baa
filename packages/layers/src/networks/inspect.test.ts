import '@manabi/backend-cpu/register';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { mean, sub, sum, type Tensor, tensor } from '@manabi/core';
import {
  clearSession,
  input,
  layerActivations,
  layerGradients,
  layers,
  model,
  sequential,
  setRandomSeed,
} from '../index.ts';
import { toList } from '../structure/nested.ts';

beforeEach(() => {
  clearSession();
  setRandomSeed(1);
});

const X = tensor([[1, -2, 3]]);

describe('layerActivations', () => {
  test("returns the output of each layer with the layer's name as key", async () => {
    const m = sequential([
      layers.dense({ units: 4, activation: 'relu', inputShape: [3], name: 'hidden' }),
      layers.dense({ units: 2, name: 'scores' }),
    ]);
    const { hidden, scores } = layerActivations(m, X);
    expect(await hidden.data()).toEqual(await m.getLayer('hidden').apply(X).data());
    expect(await scores.data()).toEqual(await m.apply(X).data());
  });

  test('uses paths as keys for layers in nested models, and numbers for repeated calls of a layer', () => {
    const inner = sequential([layers.dense({ units: 3, name: 'dense' })], { name: 'inner' });
    const x = input({ shape: [3], name: 'x' });
    const m = model({ inputs: x, outputs: inner.apply(inner.apply(x)) });
    expect(Object.keys(layerActivations(m, X))).toEqual(['inner/dense', 'inner', 'inner/dense#1', 'inner#1']);
  });
});

describe('layerGradients', () => {
  test('returns gradients with respect to weights and to the outputs of layers', async () => {
    const m = sequential([
      layers.dense({ units: 2, inputShape: [3], name: 'hidden' }),
      layers.dense({ units: 1, name: 'score', useBias: false }),
    ]);
    m.setWeights([tensor([[1, 0], [0, 1], [0, 0]]), tensor([0, 0]), tensor([[2], [5]])]); // biome-ignore format: matrices
    const found = layerGradients(m, X, (y) => sum(toList(y)[0]));
    expect(await read(found.weights)).toEqual({
      'hidden/kernel': [[2, 5], [-4, -10], [6, 15]], // biome-ignore format: a matrix
      'hidden/bias': [2, 5],
      'score/kernel': [[1], [-2]],
    });
    expect(await read(found.activations)).toEqual({ hidden: [[2, 5]], score: [[1]] });
  });

  test('returns no gradients with respect to weights if the model is frozen', async () => {
    const m = sequential([layers.dense({ units: 2, inputShape: [3], name: 'scores' })]);
    m.trainable = false;
    const found = layerGradients(m, X, (y) => mean(sub(toList(y)[0], 1)));
    expect(found.weights).toEqual({});
    expect(await read(found.activations)).toEqual({ scores: [[0.5, 0.5]] });
  });
});

async function read(tensors: Readonly<Record<string, Tensor>>): Promise<Record<string, unknown>> {
  const entries = Object.entries(tensors).map(async ([name, t]): Promise<[string, unknown]> => [name, await t.array()]);
  return Object.fromEntries(await Promise.all(entries));
}

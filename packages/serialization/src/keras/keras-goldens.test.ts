import '@manabi/backend-cpu/register';
import { readFileSync } from 'node:fs';
import { beforeEach, describe, expect, test } from '@jest/globals';
import type { HostArray } from '@manabi/core';
import { clearSession, type Model } from '@manabi/layers';
import { assertArraysClose } from '@manabi/testing';
import { loadModel, saveModelBytes } from './index.ts';
import { type GoldenArray, toHost } from './layer-goldens.fixture.ts';

// Models saved by Keras, with its predictions; written by tooling/goldens/keras-files.

interface Golden {
  readonly file: string;
  readonly inputs: readonly GoldenArray[];
  readonly outputs: readonly GoldenArray[];
}

interface Trained extends Golden {
  readonly y: GoldenArray;
  readonly loss: number;
  readonly after: readonly GoldenArray[];
}

const folder = new URL('./goldens/', import.meta.url);
const bytesOf = (file: string): Uint8Array => new Uint8Array(readFileSync(new URL(file, folder)));
const linesOf = (file: string): readonly string[] => readFileSync(new URL(file, folder), 'utf8').trim().split('\n');

const predicting: readonly Golden[] = ['layers.jsonl', 'structures.jsonl']
  .flatMap(linesOf)
  .map((line) => JSON.parse(line));
const trained: readonly Trained[] = linesOf('trained.jsonl').map((line) => JSON.parse(line));

beforeEach(clearSession);

async function expectOutputs(model: Model, inputs: readonly HostArray[], outputs: readonly GoldenArray[]) {
  const actual = await model.predictAll(inputs.length === 1 ? inputs[0] : inputs);
  expect(actual.map(({ shape }) => shape)).toEqual(outputs.map(({ shape }) => shape));
  for (const [i, output] of actual.entries()) {
    assertArraysClose(await output.data(), outputs[i].data, { rtol: 1e-5, atol: 1e-5 }, `output ${i}`);
  }
}

describe('loadModel: models saved by Keras', () => {
  test.each(predicting.map((golden) => ({ ...golden, title: golden.file })))(
    '$title predicts the same as in Keras, even after it is saved and loaded again',
    async ({ file, inputs, outputs }) => {
      const model = await loadModel(bytesOf(file));
      const given = inputs.map(toHost);
      await expectOutputs(model, given, outputs);
      const again = await loadModel(await saveModelBytes(model));
      expect(again.getConfig()).toEqual(model.getConfig());
      expect(await again.getWeights()).toEqual(await model.getWeights());
    },
  );
});

describe('loadModel: models trained by Keras', () => {
  test.each(trained.map((golden) => ({ ...golden, title: golden.file })))(
    '$title continues training with the same results as in Keras',
    async ({ file, inputs, outputs, y, loss, after }) => {
      const model = await loadModel(bytesOf(file));
      const x = toHost(inputs[0]);
      await expectOutputs(model, [x], outputs);
      // Trains the loaded model, and then a copy that was saved and loaded again.
      const bytes = await saveModelBytes(model);
      for (const each of [model, await loadModel(bytes)]) {
        const { history } = await each.fit(x, toHost(y), { epochs: 1, shuffle: false, verbose: 0 });
        expect(history.loss[0]).toBeCloseTo(loss, 5);
        const weights = await each.getWeights();
        for (const [i, weight] of weights.entries()) {
          assertArraysClose(weight.data, after[i].data, { rtol: 1e-4, atol: 2e-6 }, `weight ${i}`);
        }
      }
    },
  );
});

test('loadModel restores losses, loss weights and metrics', async () => {
  const model = await loadModel(bytesOf('compiled.keras'));
  const { optimizer, options } = model.compilation;
  expect(optimizer.config).toMatchObject({
    learningRate: expect.closeTo(0.1, 6),
    momentum: 0.9,
    nesterov: true,
    clipnorm: 1,
  });
  expect(options.lossWeights).toEqual({ is_it: 0.5, which: 2 });
  expect(options.loss).toMatchObject({
    is_it: { className: 'BinaryCrossentropy', config: { labelSmoothing: 0.1 } },
    which: 'sparseCategoricalCrossentropy',
  });
  expect(options.metrics).toMatchObject({
    is_it: ['accuracy', { className: 'AUC', config: { name: 'area', numThresholds: 20 } }],
    which: 'accuracy',
  });
});

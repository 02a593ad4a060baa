import '@manabi/backend-cpu/register';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { hostArray } from '@manabi/core';
import { joinedBytes, openZip, zipPieces } from '@manabi/files/internal';
import { clearSession, model as functional, input, layers, metrics, sequential, setRandomSeed } from '@manabi/layers';
import { sgd } from '@manabi/optimizers';
import { openSource } from '../stores/index.ts';
import { compiledModels } from './compiled-models.fixture.ts';
import { loadModel, saveModelBytes } from './index.ts';

beforeEach(() => {
  clearSession();
  setRandomSeed(1);
});

const images = hostArray(
  'float32',
  [16, 12, 12, 1],
  Float32Array.from({ length: 16 * 144 }, (_, i) => (i * 37) % 255),
);
const digits = hostArray(
  'int32',
  [16],
  Int32Array.from({ length: 16 }, (_, i) => i % 10),
);

function convolutional() {
  const model = sequential([
    layers.rescaling({ scale: 1 / 255, inputShape: [12, 12, 1] }),
    layers.conv2d({ filters: 4, kernelSize: 3, activation: 'relu', kernelRegularizer: 'l2' }),
    layers.batchNormalization(),
    layers.maxPooling2d({ poolSize: 2 }),
    layers.flatten(),
    layers.dense({ units: 10, activation: 'softmax' }),
  ]);
  model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });
  return model;
}

describe('saveModel and loadModel', () => {
  test('preserve predictions bit by bit', async () => {
    const model = convolutional();
    await model.fit(images, digits, { epochs: 2, verbose: 0 });
    const loaded = await loadModel(await saveModelBytes(model));
    expect(await (await loaded.predict(images)).array()).toEqual(await (await model.predict(images)).array());
    expect(loaded.getConfig()).toEqual(model.getConfig());
  });

  test('restore a layer that two nested models share as one layer', async () => {
    const both = layers.dense({ units: 3, activation: 'tanh' });
    const x = input({ shape: [4] });
    const first = sequential([layers.dense({ units: 4, inputShape: [4] }), both]);
    const second = functional({ inputs: x, outputs: both.apply(layers.dense({ units: 4 }).apply(x)) });
    const y = layers.add().apply([first.apply(x), second.apply(x)]);
    const model = functional({ inputs: x, outputs: y });
    const loaded = await loadModel(await saveModelBytes(model));
    expect(loaded.weights.map(({ shape }) => shape)).toEqual(model.weights.map(({ shape }) => shape));
    const row = [[0.1, -0.2, 0.3, 0.4]];
    expect(await (await loaded.predict(row)).array()).toEqual(await (await model.predict(row)).array());
  });

  test('resume training with bit-identical results', async () => {
    const model = convolutional();
    await model.fit(images, digits, { epochs: 1, verbose: 0 });
    const loaded = await loadModel(await saveModelBytes(model));
    expect(await loaded.trainer.iterations()).toBe(1);
    const [before, after] = [
      await model.fit(images, digits, { epochs: 2, shuffle: false, verbose: 0 }),
      await loaded.fit(images, digits, { epochs: 2, shuffle: false, verbose: 0 }),
    ];
    expect(after.history).toEqual(before.history);
    expect(await loaded.getWeights()).toEqual(await model.getWeights());
  });

  test('return a model that is not compiled if includeOptimizer or compile is false', async () => {
    const bytes = await saveModelBytes(convolutional());
    expect((await loadModel(bytes, { compile: false })).compiled).toBe(false);
    const plain = await saveModelBytes(convolutional(), { includeOptimizer: false });
    expect((await loadModel(plain)).compiled).toBe(false);
  });
});

test('saveModel and loadModel preserve call options and initial states', async () => {
  const x = input({ shape: [4, 3] });
  const [y, h, c] = layers.lstm({ units: 2, returnState: true, returnSequences: true }).applyAll(x);
  const z = layers
    .dropout({ rate: 0.5, seed: 3 })
    .apply(layers.lstm({ units: 2 }).apply([y, c, h]), { training: true });
  const model = functional({ inputs: x, outputs: z });
  const loaded = await loadModel(await saveModelBytes(model));
  expect(loaded.getConfig()).toEqual(model.getConfig());
});

test('loadModel reads the token Infinity, which Python writes in JSON', async () => {
  const zip = await openZip(await openSource(await saveModelBytes(convolutional())));
  const files = await Promise.all(
    [...zip.entries.values()].map(async (entry) => ({ name: entry.name, data: await zip.read(entry) })),
  );
  const changed = files.map(({ name, data }) =>
    name === 'config.json'
      ? {
          name,
          data: new TextEncoder().encode(new TextDecoder().decode(data).replace('"offset":0', '"offset":-Infinity')),
        }
      : { name, data },
  );
  const pieces: Uint8Array[] = [];
  for await (const piece of zipPieces(changed)) pieces.push(piece);
  await expect(loadModel(joinedBytes(pieces))).rejects.toMatchObject({
    code: 'unsupported',
    data: { name: 'offset', given: Number.NEGATIVE_INFINITY },
  });
});

test('saveModelBytes rejects a model without weights', async () => {
  await expect(saveModelBytes(sequential([layers.dense({ units: 1 })]))).rejects.toMatchObject({
    code: 'argument',
    data: { built: false },
  });
});

describe('saveModel and loadModel: compiled models', () => {
  test.each(compiledModels)('restore the compile options of $title', async ({ make }) => {
    const model = make();
    const loaded = await loadModel(await saveModelBytes(model));
    const plain = (options: object): unknown =>
      JSON.parse(JSON.stringify(options, (_, value) => (typeof value === 'function' ? 'function' : value)));
    const { optimizer: _given, ...options } = model.compilation.options;
    const { optimizer: _loaded, ...others } = loaded.compilation.options;
    expect(plain(others)).toEqual(plain(options));
    expect(plain(loaded.compilation.optimizer)).toEqual(plain(model.compilation.optimizer));
  });

  test('write float options with a decimal point for Python, even if their values are integers', async () => {
    const model = sequential([layers.dense({ units: 1, inputShape: [1] })]);
    model.compile({ optimizer: sgd({ learningRate: 1, momentum: 1 }), metrics: [metrics.fBetaScore({ beta: 2 })] });
    const zip = await openZip(await openSource(await saveModelBytes(model)));
    const config = zip.entries.get('config.json');
    const text = config === undefined ? '' : new TextDecoder().decode(await zip.read(config));
    for (const part of ['"learning_rate":1.0', '"momentum":1.0', '"beta":2.0', '"units":1,'])
      expect(text).toContain(part);
  });
});

import '@manabi/backend-cpu/register';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { fromHost, type HostArray, hostArray } from '@manabi/core';
import {
  clearSession,
  type Functional,
  freeze,
  input,
  layers,
  model,
  type Sequential,
  sequential,
  setRandomSeed,
  unfreeze,
} from '../index.ts';

beforeEach(() => {
  clearSession();
  setRandomSeed(1);
});

const floats = (shape: readonly number[], element: (i: number) => number): HostArray =>
  hostArray(
    'float32',
    shape,
    Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => element(i)),
  );

/** Layers of a base with batch normalization, as a pretrained network has. */
const baseLayers = () => [
  layers.dense({ units: 4, name: 'block1_dense' }),
  layers.batchNormalization({ name: 'block1_bn' }),
  layers.dense({ units: 3, name: 'block2_dense', activation: 'relu' }),
];

const chain = () => sequential([layers.inputLayer({ shape: [2] }), ...baseLayers()], { name: 'base' });

function base(kind: 'sequential' | 'functional'): Sequential | Functional {
  if (kind === 'sequential') return chain();
  const x = input({ shape: [2] });
  const outputs = baseLayers().reduce((y, layer) => layer.apply(y), x);
  return model({ inputs: x, outputs, name: 'base' });
}

describe.each(['sequential', 'functional'] as const)('a %s model', (kind) => {
  test('is cut at an inner layer, whose weights the new model shares', async () => {
    const whole = base(kind);
    const part = model({ inputs: whole.input, outputs: whole.getLayer('block1_bn').output });
    expect(part.outputTypes?.[0].shape).toEqual([null, 4]);
    whole
      .getLayer('block1_dense')
      .weight('bias')
      .assign(fromHost(floats([4], () => 7)));
    const [first] = (await (await part.predict(floats([1, 2], () => 0))).array()) as number[][];
    for (const value of first) expect(value).toBeCloseTo(7 / Math.sqrt(1.001), 5);
  });

  test('returns several inner outputs', async () => {
    const whole = base(kind);
    const outputs = whole.layers.slice(-3).flatMap((layer) => layer.output);
    const features = model({ inputs: whole.input, outputs: [...outputs] });
    expect(features.outputTypes?.map(({ shape }) => shape)).toEqual([
      [null, 4],
      [null, 4],
      [null, 3],
    ]);
  });

  test('continues after its output', () => {
    const whole = base(kind);
    const longer = model({ inputs: whole.input, outputs: layers.dense({ units: 5 }).apply(whole.output) });
    expect(longer.outputTypes?.[0].shape).toEqual([null, 5]);
    expect(longer.layers.map(({ name }) => name)).toEqual([
      'input_layer',
      'block1_dense',
      'block1_bn',
      'block2_dense',
      'dense',
    ]);
  });

  test.each(['sequential', 'functional'] as const)(
    'keeps its weights and moving averages as a frozen part of a %s model, as in Keras',
    async (outer) => {
      const frozen = base(kind);
      frozen.trainable = false;
      const head = layers.dense({ units: 2, activation: 'softmax', name: 'head' });
      const x = input({ shape: [2] });
      const classifier =
        outer === 'sequential'
          ? sequential([frozen, head])
          : model({ inputs: x, outputs: head.apply(frozen.apply(x)) });
      const before = await frozen.getWeights();
      const headBefore = await head.getWeights();
      const data = floats([8, 2], (i) => 100 * Math.sin(i));
      const features = await (await frozen.predict(data)).array();
      classifier.compile({ optimizer: 'sgd', loss: 'sparseCategoricalCrossentropy' });
      const labels = hostArray(
        'int32',
        [8],
        Int32Array.from({ length: 8 }, (_, i) => i % 2),
      );
      await classifier.fit(data, labels, { epochs: 2, batchSize: 4, verbose: 0 });
      expect(await frozen.getWeights()).toEqual(before);
      expect(await (await frozen.predict(data)).array()).toEqual(features);
      expect(await head.getWeights()).not.toEqual(headBefore);
    },
  );
});

describe('a base called with training: false', () => {
  test('is trained, but keeps its moving averages, as in Keras', async () => {
    const part = base('functional');
    const x = input({ shape: [2] });
    const scores = layers.dense({ units: 2, activation: 'softmax' }).apply(part.apply(x, { training: false }));
    const classifier = model({ inputs: x, outputs: scores });
    const averages = () =>
      Promise.all(
        ['moving_mean', 'moving_variance'].map((name) => part.getLayer('block1_bn').weight(name).value.data()),
      );
    const before = await averages();
    const kernel = await part.getLayer('block1_dense').weight('kernel').value.data();
    classifier.compile({ optimizer: 'sgd', loss: 'sparseCategoricalCrossentropy' });
    const labels = hostArray(
      'int32',
      [8],
      Int32Array.from({ length: 8 }, (_, i) => i % 2),
    );
    await classifier.fit(
      floats([8, 2], (i) => 10 * Math.sin(i)),
      labels,
      { epochs: 1, batchSize: 4, verbose: 0 },
    );
    expect(await averages()).toEqual(before);
    expect(await part.getLayer('block1_dense').weight('kernel').value.data()).not.toEqual(kernel);
  });
});

describe('layer.input and layer.output', () => {
  test('are the symbols of the first call', () => {
    const dense = layers.dense({ units: 3 });
    const x = input({ shape: [2] });
    const y = dense.apply(x);
    dense.apply(input({ shape: [2] }));
    expect(dense.input).toBe(x);
    expect(dense.output).toBe(y);
    expect(x.node.layer.output).toBe(x);
  });

  test('are lists for several inputs and outputs', () => {
    const [a, b] = [input({ shape: [2] }), input({ shape: [2] })];
    const add = layers.add();
    add.apply([a, b]);
    expect(add.input).toEqual([a, b]);
    const lstm = layers.lstm({ units: 3, returnState: true });
    const outputs = lstm.applyAll(input({ shape: [4, 2] }));
    expect(lstm.output).toEqual(outputs);
  });

  test('of a layer without a symbolic call are an error', () => {
    expect(() => layers.dense({ units: 1 }).output).toThrow(expect.objectContaining({ code: 'graph' }));
    expect(() => sequential([layers.dense({ units: 1 })]).input).toThrow(expect.objectContaining({ code: 'graph' }));
  });
});

describe('Sequential.pop', () => {
  test('keeps the symbols of the remaining layers, and ends at the layer before', async () => {
    const network = chain();
    const cut = model({ inputs: network.input, outputs: network.getLayer('block1_bn').output });
    const popped = network.pop();
    expect(popped.name).toBe('block2_dense');
    expect(network.outputs).toBe(network.getLayer('block1_bn').output);
    const x = floats([2, 2], (i) => i);
    expect(await (await network.predict(x)).array()).toEqual(await (await cut.predict(x)).array());
    network.add(layers.dense({ units: 6 }));
    expect(network.outputTypes?.[0].shape).toEqual([null, 6]);
  });

  test('removes all layers, one by one', () => {
    const network = chain();
    for (let i = 0; i < 3; i++) network.pop();
    expect(network.outputs).toBe(network.inputs);
    expect(() => network.pop()).toThrow(expect.objectContaining({ code: 'argument' }));
  });
});

describe('freeze and unfreeze', () => {
  const trainable = (network: ReturnType<typeof base>) => network.trainableWeights.map(({ name }) => name);

  test.each([
    ['block1_*', ['block1_dense', 'block1_bn']],
    ['block2_dense', ['block2_dense']],
    [
      ['block2_dense', 'block1_bn'],
      ['block1_bn', 'block2_dense'],
    ],
    [/_dense$/g, ['block1_dense', 'block2_dense']],
    [(_: unknown, index: number) => index === 0, ['block1_dense']],
  ])('select layers by %s', (selection, names) => {
    const network = base('sequential');
    expect(freeze(network, selection)).toEqual(names);
    expect(network.layers.filter((layer) => !layer.trainable).map(({ name }) => name)).toEqual(names);
    expect(unfreeze(network, selection)).toEqual(names);
    expect(network.layers.every((layer) => layer.trainable)).toBe(true);
  });

  test('unfreeze layers of a model that was frozen as a whole, and only them', () => {
    const network = base('functional');
    network.trainable = false;
    expect(trainable(network)).toEqual([]);
    unfreeze(network, 'block2_*');
    expect(trainable(network)).toEqual(['kernel', 'bias']);
    expect(network.getLayer('block1_bn').trainable).toBe(false);
  });

  test('unfreeze keeps layers in other layers as they are', () => {
    const inner = layers.dense({ units: 2 });
    const whole = sequential([
      layers.timeDistributed({ layer: inner, inputShape: [3, 2] }),
      layers.dense({ units: 1, name: 'head' }),
    ]);
    inner.trainable = false;
    freeze(whole, 'head');
    unfreeze(whole, 'head');
    expect(whole.trainableWeights.map(({ path }) => path)).toEqual(['head/kernel', 'head/bias']);
    expect(inner.trainable).toBe(false);
  });

  test('search models in the model', () => {
    const whole = sequential([base('functional'), layers.dense({ units: 1, name: 'head' })]);
    expect(freeze(whole, 'block1_*')).toEqual(['block1_dense', 'block1_bn']);
    expect(whole.trainableWeights).toHaveLength(4);
    expect(freeze(whole)).toHaveLength(5);
    expect(whole.trainableWeights).toHaveLength(0);
  });

  test('name the nearest layer if none matches', () => {
    expect(() => freeze(base('sequential'), 'block1_dens')).toThrow(
      expect.objectContaining({
        code: 'argument',
        data: expect.objectContaining({ nearest: expect.arrayContaining(['block1_dense']) }),
      }),
    );
  });
});

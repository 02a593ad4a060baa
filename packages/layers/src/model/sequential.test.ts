import '@manabi/backend-cpu/register';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { random, type Tensor, tensor } from '@manabi/core';
import { clearSession, cloneModel, Layer, layers, sequential, setRandomSeed } from '../index.ts';
import { isList, type Tensors } from '../structure/nested.ts';

beforeEach(() => {
  clearSession();
  setRandomSeed(1);
});

const network = (seed?: number) =>
  sequential(
    [
      layers.dense({ units: 4, activation: 'relu', inputShape: [3], kernelRegularizer: 'l2' }),
      layers.dense({ units: 2, activation: 'softmax' }),
    ],
    { seed },
  );

describe('Sequential', () => {
  test('a sequential model has weights when it is created if its first layer declares the input shape', () => {
    const model = network();
    expect(model.built).toBe(true);
    expect(model.inputTypes).toEqual({ shape: [null, 3], dtype: 'float32' });
    expect(model.outputTypes).toMatchObject([{ shape: [null, 2], dtype: 'float32' }]);
    expect(model.weights.map(({ path }) => path)).toEqual([
      'dense/kernel',
      'dense/bias',
      'dense_1/kernel',
      'dense_1/bias',
    ]);
    expect(model.countParams()).toBe(3 * 4 + 4 + 4 * 2 + 2);
  });

  test('a sequential model without an input shape creates its weights in its first call', async () => {
    const model = sequential([layers.dense({ units: 4 }), layers.dense({ units: 2 })]);
    expect(model.built).toBe(false);
    expect(() => model.countParams()).toThrow(
      expect.objectContaining({
        code: 'argument',
        data: expect.objectContaining({ layer: 'sequential', built: false }),
      }),
    );
    const y = model.apply(tensor([[1, 2, 3]]));
    expect(y.shape).toEqual([1, 2]);
    expect(model.inputTypes).toEqual({ shape: [null, 3], dtype: 'float32' });
    expect(model.countParams()).toBe(26);
  });

  test('build() with an input shape creates the weights of a sequential model', () => {
    const model = sequential([layers.dense({ units: 4 })]);
    model.build([null, 3]);
    expect(model.weights.map(({ shape }) => shape)).toEqual([[3, 4], [4]]);
  });

  test('adds layers with add() and removes the last one with pop()', () => {
    const model = sequential();
    model.add(layers.inputLayer({ shape: [3] }));
    model.add(layers.dense({ units: 4 }));
    model.add(layers.dense({ units: 2 }));
    expect(model.layers.map(({ name }) => name)).toEqual(['dense', 'dense_1']);
    expect(model.outputTypes).toMatchObject([{ shape: [null, 2] }]);
    model.pop();
    expect(model.outputTypes).toMatchObject([{ shape: [null, 4] }]);
  });

  test('computes the same outputs in an eager call, in model.run and in predict', async () => {
    const model = network();
    const x = tensor([[1, 2, 3]]);
    const [first, second] = model.layers;
    const expected = await second.apply(first.apply(x)).data();
    expect(await model.apply(x).data()).toEqual(expected);
    const { outputs } = model.run(model.values(), x);
    expect(await one(outputs).data()).toEqual(expected);
    expect(await one(await model.predictOnBatch(x)).data()).toEqual(expected);
  });

  test('the option seed determines the weights, whatever random numbers were drawn before', async () => {
    const [a, b] = [network(7), network(7)];
    expect(await weightsOf(a)).toEqual(await weightsOf(b));
    expect(await weightsOf(network(8))).not.toEqual(await weightsOf(a));
    setRandomSeed(5);
    const c = network();
    setRandomSeed(5);
    expect(await weightsOf(network())).toEqual(await weightsOf(c));
  });

  test('returns weights from getWeights() in the order that setWeights() accepts', async () => {
    const [a, b] = [network(1), network(2)];
    b.setWeights(await a.getWeights());
    expect(await weightsOf(b)).toEqual(await weightsOf(a));
    expect(() => b.setWeights([])).toThrow(
      expect.objectContaining({ code: 'argument', data: { layer: 'sequential_1', expected: 4, given: 0 } }),
    );
    const [kernel, ...others] = await a.getWeights();
    expect(() => b.setWeights([...others, kernel])).toThrow(
      expect.objectContaining({ code: 'shape', data: expect.objectContaining({ variable: 'dense_2/kernel' }) }),
    );
  });

  test('returns the weights of frozen layers as state from values()', () => {
    const model = network();
    expect(Object.keys(model.values().trainable)).toEqual([
      'dense/kernel',
      'dense/bias',
      'dense_1/kernel',
      'dense_1/bias',
    ]);
    model.getLayer('dense').trainable = false;
    expect(Object.keys(model.values().trainable)).toEqual(['dense_1/kernel', 'dense_1/bias']);
    expect(Object.keys(model.values().state)).toEqual(['dense/kernel', 'dense/bias']);
    model.trainable = false;
    expect(model.trainableWeights).toEqual([]);
    model.trainable = true;
    expect(model.trainableWeights).toHaveLength(4);
  });

  test('adds the regularization penalties of its trainable weights to the losses', async () => {
    const model = network();
    const kernel = await model.getLayer(0).weight('kernel').value.data();
    const { losses } = model.run(model.values(), tensor([[1, 2, 3]]));
    expect(losses).toHaveLength(1);
    const squares = Array.from(kernel, (w) => w * w);
    expect(await losses[0].item()).toBeCloseTo(0.01 * squares.reduce((total, each) => total + each), 6);
    model.getLayer(0).trainable = false;
    expect(model.run(model.values(), tensor([[1, 2, 3]])).losses).toEqual([]);
  });

  test('cloneModel recreates a sequential model from its config', async () => {
    const model = network();
    const copy = cloneModel(model);
    expect(await copy.getWeights()).not.toEqual(await model.getWeights());
    copy.setWeights(await model.getWeights());
    const x = random.normal(random.key(1), [5, 3]);
    expect(await copy.apply(x).data()).toEqual(await model.apply(x).data());
    expect(copy.getConfig()).toEqual(model.getConfig());
  });

  test('prints a summary with a table of its layers', () => {
    const printed: string[] = [];
    const text = network().summary({ print: (line) => printed.push(line) });
    expect(printed).toEqual([text]);
    expect(text).toBe(
      [
        'Model: "sequential"',
        '┏━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━┳━━━━━━━━━┓',
        '┃ Layer (type)    ┃ Output Shape ┃ Param # ┃',
        '┡━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━╇━━━━━━━━━┩',
        '│ dense (Dense)   │ [null, 4]    │      16 │',
        '├─────────────────┼──────────────┼─────────┤',
        '│ dense_1 (Dense) │ [null, 2]    │      10 │',
        '└─────────────────┴──────────────┴─────────┘',
        ' Total params: 26 (104.00 B)',
        ' Trainable params: 26 (104.00 B)',
        ' Non-trainable params: 0 (0.00 B)',
      ].join('\n'),
    );
  });
});

test.each([
  ['sgd', 39, 2],
  ['adam', 97, 60],
  ['rmsprop', 68, 31],
])('after training with %s, a summary counts the same parameters as Keras', async (optimizer, all, ofOptimizer) => {
  const model = sequential([
    layers.dense({ units: 4, inputShape: [3] }),
    layers.batchNormalization(),
    layers.dense({ units: 1 }),
  ]);
  model.compile({ optimizer, loss: 'mse' });
  expect(model.summary({ print: null })).toContain(' Total params: 37 (148.00 B)');
  await model.fit([[1, 2, 3]], [1], { verbose: 0 });
  const lines = model.summary({ print: null }).split('\n').slice(-4);
  expect(lines).toEqual([
    ` Total params: ${all} (${4 * all}.00 B)`,
    ' Trainable params: 29 (116.00 B)',
    ' Non-trainable params: 8 (32.00 B)',
    ` Optimizer params: ${ofOptimizer} (${4 * ofOptimizer}.00 B)`,
  ]);
});

describe('errors of Sequential', () => {
  test("names both layers in the error if a layer does not accept the previous one's output", () => {
    const other = layers.dense({ units: 1, name: 'other' });
    other.apply(tensor([[1, 2]]));
    expect(() => sequential([layers.dense({ units: 4, inputShape: [3], name: 'one' }), other])).toThrow(
      expect.objectContaining({
        code: 'shape',
        data: expect.objectContaining({ layer: 'other', from: 'one', shape: [null, 4] }),
      }),
    );
    expect(() => network().apply(tensor([[1, 2]]))).toThrow(
      expect.objectContaining({
        code: 'shape',
        data: expect.objectContaining({ layer: 'sequential_1', shape: [1, 2] }),
      }),
    );
  });

  test('rejects duplicate names in add() and unknown names in getLayer()', () => {
    const twice = () => sequential([layers.dense({ units: 4, name: 'a' }), layers.dense({ units: 4, name: 'a' })]);
    expect(twice).toThrow(expect.objectContaining({ code: 'argument', data: { model: 'sequential', name: 'a' } }));
    expect(() => network().getLayer('dnese')).toThrow(
      expect.objectContaining({
        code: 'argument',
        data: expect.objectContaining({ name: 'dnese', nearest: ['dense', 'dense_1'] }),
      }),
    );
    expect(() => network().getLayer(2)).toThrow(expect.objectContaining({ code: 'index' }));
  });

  test('visits each layer a bounded number of times while a model is built, however many layers it has', () => {
    class Counted extends Layer {
      static override readonly className: string = 'Counted';
      visits = 0;

      override get sublayers(): readonly Layer[] {
        this.visits++;
        return [];
      }

      override call(inputs: Tensors): Tensors {
        return inputs;
      }
    }
    const visitsOf = (count: number, build: (list: readonly Counted[]) => unknown): number => {
      const list = Array.from({ length: count }, () => new Counted({ inputShape: [1] }, {}));
      build(list);
      return Math.max(...list.map(({ visits }) => visits));
    };
    const addEach = (list: readonly Layer[]) => {
      const model = sequential();
      for (const layer of list) model.add(layer);
    };
    expect(visitsOf(40, sequential)).toBe(visitsOf(2, sequential));
    expect(visitsOf(40, addEach)).toBe(visitsOf(2, addEach));
  });

  test('rejects a model that contains itself', () => {
    const model = sequential();
    expect(() => model.add(model)).toThrow(expect.objectContaining({ code: 'graph' }));
    const outer = sequential([model]);
    expect(() => model.add(outer)).toThrow(expect.objectContaining({ code: 'graph' }));
  });

  test('rejects values in run() that lack weights, or belong to another model', () => {
    const model = network();
    expect(() => model.run({ trainable: {}, state: {} }, tensor([[1, 2, 3]]))).toThrow(
      expect.objectContaining({ code: 'argument', data: expect.objectContaining({ variable: 'dense/kernel' }) }),
    );
    expect(() => model.assign({ state: { unknown: tensor([1]) } })).toThrow(
      expect.objectContaining({ code: 'argument', data: { model: 'sequential', path: 'unknown' } }),
    );
  });
});

function one(outputs: Tensors): Tensor {
  if (isList(outputs)) throw new Error('Expected one output.');
  return outputs;
}

async function weightsOf(model: { getWeights(): Promise<readonly { readonly data: ArrayLike<number> }[]> }) {
  return (await model.getWeights()).map(({ data }) => Array.from(data));
}

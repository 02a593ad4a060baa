import '@manabi/backend-cpu/register';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { add, jit, mean, mul, random, type Tensor, tensor } from '@manabi/core';
import {
  type CallContext,
  clearSession,
  input,
  Layer,
  layers,
  Model,
  model,
  setRandomSeed,
  type Variable,
} from '../index.ts';
import { type PartialShape, toList } from '../structure/nested.ts';

beforeEach(() => {
  clearSession();
  setRandomSeed(1);
});

const X = tensor([[1, 2, 3]]);

class TwoLayers extends Model {
  readonly hidden = layers.dense({ units: 4, activation: 'relu' });
  readonly scores = layers.dense({ units: 2 });

  override call(x: Tensor, context: CallContext): Tensor {
    return this.scores.apply(this.hidden.apply(x, context), context);
  }
}

/** A layer that counts its calls in training mode, adds a loss and draws random numbers. */
class Busy extends Layer {
  count?: Variable;

  constructor() {
    super({}, {});
  }

  override build(_inputShape: PartialShape): void {
    this.count = this.addWeight({ name: 'count', shape: [], initializer: 'zeros', trainable: false });
  }

  override call(x: Tensor, context: CallContext): Tensor {
    context.addLoss(mul(mean(x), 2));
    if (!context.training) return x;
    context.update(this.count, add(context.read(this.count), 1));
    return add(x, random.uniform(context.key(), x.shape));
  }
}

describe('Model subclasses', () => {
  test('a Model subclass creates its weights in its first call', async () => {
    const m = new TwoLayers();
    const y = m.apply(X);
    expect([m.name, m.className, m.built]).toEqual(['two_layers', 'TwoLayers', true]);
    expect(m.weights.map(({ path }) => path)).toEqual(['dense/kernel', 'dense/bias', 'dense_1/kernel', 'dense_1/bias']);
    expect(await y.data()).toEqual(await m.scores.apply(m.hidden.apply(X)).data());
  });

  test('build() creates the weights of a Model subclass and infers the output shapes of its layers', () => {
    const m = new TwoLayers();
    m.build([null, 3]);
    expect(m.outputTypes).toEqual([{ shape: [null, 2], dtype: 'float32' }]);
    const lines = m.summary({ print: null }).split('\n');
    expect(lines.find((line) => line.includes('dense_1 (Dense)'))).toContain('[null, 2]');
  });

  test('a Model subclass works as a layer of a functional model', () => {
    const x = input({ shape: [3] });
    const m = model({ inputs: x, outputs: layers.dense({ units: 1 }).apply(new TwoLayers().apply(x)) });
    expect(Object.keys(m.values().trainable)).toContain('two_layers/dense_1/kernel');
    expect(m.apply(X).shape).toEqual([1, 1]);
  });

  test('Model subclasses nest to any depth', () => {
    class Outer extends Model {
      readonly parts = [new TwoLayers(), new TwoLayers()];
      override call(x: Tensor, context: CallContext): Tensor {
        return this.parts.map((part) => part.apply(x, context)).reduce((sum, y) => add(sum, y));
      }
    }
    const m = new Outer();
    m.build([null, 3]);
    expect(m.weights).toHaveLength(8);
    expect(Object.keys(m.values().trainable)[4]).toBe('two_layers_1/dense_2/kernel');
    expect(m.apply(X).shape).toEqual([1, 2]);
  });

  test('the option seed determines all weights, including those of nested models', async () => {
    const weights = async (): Promise<unknown> => {
      const m = new TwoLayers({ seed: 3 });
      m.apply(X);
      return (await m.getWeights()).map(({ data }) => Array.from(data));
    };
    expect(await weights()).toEqual(await weights());
  });

  test('a model that contains itself is rejected', () => {
    class Loop extends Model {
      self: Loop = this;
      override call(x: Tensor): Tensor {
        return x;
      }
    }
    expect(() => new Loop().layers).toThrow(expect.objectContaining({ code: 'graph' }));
  });

  test('tracing a model that is not built throws an error', async () => {
    const m = new TwoLayers();
    const traced = jit((x: Tensor) => m.apply(x));
    await expect(Promise.resolve().then(() => traced(X))).rejects.toMatchObject({
      code: 'argument',
      data: { layer: 'two_layers', built: false },
    });
    expect(() => new TwoLayers().summary()).toThrow(expect.objectContaining({ code: 'argument' }));
  });
});

describe('Model.run', () => {
  const build = () => {
    const x = input({ shape: [3] });
    return model({ inputs: x, outputs: new Busy().apply(x) });
  };

  test('returns new state as updates without changing the model', async () => {
    const m = build();
    const values = m.values();
    const { updates } = m.run(values, X, { training: true, key: random.key(1) });
    expect(Object.keys(updates)).toEqual(['busy/count']);
    expect(await updates['busy/count'].item()).toBe(1);
    expect(await m.values().state['busy/count'].item()).toBe(0);
    m.assign({ state: updates });
    expect(await m.getLayer('busy').weight('count').value.item()).toBe(1);
    expect(m.run(values, X).updates).toEqual({});
  });

  test('updates the state of a layer twice if the model calls the layer twice, as Keras and eager code do', async () => {
    const [x, y] = [input({ shape: [1] }), input({ shape: [1] })];
    const shared = layers.batchNormalization({ momentum: 0.5 });
    const m = model({ inputs: [x, y], outputs: layers.add().apply([shared.apply(x), shared.apply(y)]) });
    const { updates } = m.run(m.values(), [tensor([[1], [1]]), tensor([[3], [3]])], { training: true });
    expect(await updates['batch_normalization/moving_mean'].array()).toEqual([1.75]);
    expect(await updates['batch_normalization/moving_variance'].array()).toEqual([0.25]);
  });

  test('returns the losses that layers add', async () => {
    const m = build();
    const { losses } = m.run(m.values(), X);
    expect(await losses[0].item()).toBe(4);
  });

  test('draws the same random numbers for the same key', async () => {
    const m = build();
    const outputs = (seed: number) => {
      const [y] = toList(m.run(m.values(), X, { training: true, key: random.key(seed) }).outputs);
      return y.array();
    };
    expect(await outputs(1)).toEqual(await outputs(1));
    expect(await outputs(2)).not.toEqual(await outputs(1));
  });

  test('rejects a layer that draws random numbers without a key', () => {
    const m = build();
    expect(() => m.run(m.values(), X, { training: true })).toThrow(
      expect.objectContaining({ code: 'argument', op: 'run' }),
    );
  });

  test('computes the same results in a jitted function', async () => {
    const m = build();
    const step = jit((values: ReturnType<typeof m.values>, x: Tensor, key: Tensor) => {
      const { outputs, updates, losses } = m.run(values, x, { training: true, key });
      return { y: toList(outputs)[0], updates, losses };
    });
    const { y, updates, losses } = await step(m.values(), X, random.key(1));
    const [expected] = toList(m.run(m.values(), X, { training: true, key: random.key(1) }).outputs);
    expect(await y.array()).toEqual(await expected.array());
    expect([await updates['busy/count'].item(), await losses[0].item()]).toEqual([1, 4]);
  });

  test('does not change the state of layers, whereas eager calls do', async () => {
    const m = build();
    m.apply(X, { training: true });
    m.apply(X, { training: true });
    expect(await m.getLayer('busy').weight('count').value.item()).toBe(2);
  });
});

test('constrain() returns weights that satisfy their constraints', async () => {
  const x = input({ shape: [2] });
  const m = model({ inputs: x, outputs: layers.dense({ units: 1, kernelConstraint: 'nonNeg' }).apply(x) });
  const constrained = m.constrain({ 'dense/kernel': tensor([[-1], [2]]), 'dense/bias': tensor([-3]) });
  expect(await constrained['dense/kernel'].array()).toEqual([[0], [2]]);
  expect(await constrained['dense/bias'].array()).toEqual([-3]);
});

test('the weights of a layer that is first called in a jitted function can be read outside of it', async () => {
  const dense = layers.dense({ units: 2 });
  const y = await jit((x: Tensor) => dense.apply(x))(X);
  expect(await y.data()).toEqual(await dense.apply(X).data());
  expect(dense.weight('kernel').value.state).not.toBe('traced');
});

import '@manabi/backend-cpu/register';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { add, grad, mean, mul, type Tensor, tensor } from '@manabi/core';
import { assertArraysClose } from '@manabi/testing';
import { layerFrom } from '../classes/layer-from.ts';
import {
  type CallContext,
  clearSession,
  Functional,
  input,
  Layer,
  layers,
  model,
  register,
  setRandomSeed,
} from '../index.ts';
import { toList } from '../structure/nested.ts';
import { sequential } from './sequential.ts';

beforeEach(() => {
  clearSession();
  setRandomSeed(1);
});

/** Returns the sum of its inputs, or half of the sum if the option `half` is set. */
class Total extends Layer {
  static override readonly className: string = 'Total';

  constructor(options: { readonly name?: string } = {}) {
    super(options, {});
  }

  override call(inputs: readonly Tensor[], context: CallContext): Tensor {
    const total = inputs.reduce((sum, x) => add(sum, x));
    return context.options.half === true ? mul(total, 0.5) : total;
  }
}

/** Returns two outputs: twice and three times its input. */
class Multiples extends Layer {
  static override readonly className: string = 'Multiples';

  constructor(options: { readonly name?: string } = {}) {
    super(options, {});
  }

  override call(x: Tensor): readonly Tensor[] {
    return [mul(x, 2), mul(x, 3)];
  }
}

/** Returns 1 in training, 0 at inference. */
class Phase extends Layer {
  static override readonly className: string = 'Phase';

  constructor(options: { readonly name?: string } = {}) {
    super(options, {});
  }

  override call(x: Tensor, context: CallContext): Tensor {
    return add(mul(x, 0), context.training ? 1 : 0);
  }
}

register('layer', 'Total', Total);
register('layer', 'Multiples', Multiples);
register('layer', 'Phase', Phase);

const X = tensor([[1, 2, 3]]);

describe('Functional', () => {
  test('computes outputs from inputs, and has its weights when it is created', async () => {
    const x = input({ shape: [3] });
    const hidden = layers.dense({ units: 4, activation: 'relu' });
    const scores = layers.dense({ units: 2 });
    const m = model({ inputs: x, outputs: scores.apply(hidden.apply(x)) });
    expect([m.built, m.name, m.countParams()]).toEqual([true, 'functional', 26]);
    expect(m.layers.map(({ name }) => name)).toEqual(['input_layer', 'dense', 'dense_1']);
    expect(m.outputTypes).toMatchObject([{ shape: [null, 2], dtype: 'float32' }]);
    expect(await m.apply(X).data()).toEqual(await scores.apply(hidden.apply(X)).data());
  });

  test('supports several named inputs and outputs', async () => {
    const a = input({ shape: [3], name: 'a' });
    const b = input({ shape: [3], name: 'b' });
    const total = new Total({ name: 'total' }).apply([a, b]);
    const [two, three] = new Multiples({ name: 'multiples' }).applyAll(total);
    const m = model({ inputs: [a, b], outputs: [total, two, three] });
    expect(m.inputNames).toEqual(['a', 'b']);
    expect(m.outputNames).toEqual(['total', 'multiples', 'multiples_1']);
    const results = m.applyAll([X, tensor([[1, 1, 1]])]);
    expect(await Promise.all(results.map((y) => y.array()))).toEqual([[[2, 3, 4]], [[4, 6, 8]], [[6, 9, 12]]]);
    expect(() => m.apply([X, X])).toThrow(
      expect.objectContaining({ code: 'argument', data: { layer: 'functional', outputs: 3 } }),
    );
    expect(() => m.applyAll([X])).toThrow(
      expect.objectContaining({ code: 'argument', data: expect.objectContaining({ expected: 2, given: 1 }) }),
    );
  });

  test('calls a shared layer twice, with one set of weights and one regularization penalty', async () => {
    const a = input({ shape: [3] });
    const b = input({ shape: [3] });
    const shared = layers.dense({ units: 2, kernelRegularizer: 'l2' });
    const m = model({ inputs: [a, b], outputs: new Total().apply([shared.apply(a), shared.apply(b)]) });
    expect(m.weights.map(({ path }) => path)).toEqual(['dense/kernel', 'dense/bias']);
    const once = await shared.apply(X).data();
    expect(await m.apply([X, X]).data()).toEqual(once.map((y) => 2 * y));
    expect(m.run(m.values(), [X, X]).losses).toHaveLength(1);
  });

  test("supports models as layers; the paths of their weights start with the model's name", async () => {
    const inner = sequential([layers.dense({ units: 4, inputShape: [3] })], { name: 'encoder' });
    const x = input({ shape: [3] });
    const m = model({ inputs: x, outputs: layers.dense({ units: 1 }).apply(inner.apply(x)) });
    expect(Object.keys(m.values().trainable)).toEqual([
      'encoder/dense/kernel',
      'encoder/dense/bias',
      'dense_1/kernel',
      'dense_1/bias',
    ]);
    inner.trainable = false;
    expect(Object.keys(m.values().trainable)).toEqual(['dense_1/kernel', 'dense_1/bias']);
    expect(m.apply(X).shape).toEqual([1, 1]);
  });

  test('model() accepts the output of a layer in another model as an input', async () => {
    const x = input({ shape: [3] });
    const h = layers.dense({ units: 4, name: 'hidden' }).apply(x);
    const y = layers.dense({ units: 2, name: 'scores' }).apply(h);
    const whole = model({ inputs: x, outputs: y });
    const front = model({ inputs: x, outputs: h });
    const back = model({ inputs: h, outputs: y });
    expect(back.layers.map(({ className }) => className)).toEqual(['InputLayer', 'Dense']);
    const [inTwo, atOnce] = await Promise.all([back.apply(front.apply(X)).data(), whole.apply(X).data()]);
    assertArraysClose(inTwo, atOnce, { rtol: 1e-6, atol: 1e-6 });
  });

  test("lists layers in Keras's order, by the longest path to an output", () => {
    const x = input({ shape: [3], name: 'x' });
    const short = layers.dense({ units: 2, name: 'short' }).apply(x);
    const long = layers.dense({ units: 2, name: 'long2' }).apply(layers.dense({ units: 2, name: 'long1' }).apply(x));
    const m = model({ inputs: x, outputs: new Total({ name: 'total' }).apply([short, long]) });
    expect(m.layers.map(({ name }) => name)).toEqual(['x', 'long1', 'short', 'long2', 'total']);
  });

  test('calls a layer in predict with the options of its symbolic call, such as training: true', async () => {
    const x = input({ shape: [1] });
    const m = model({ inputs: x, outputs: new Phase().apply(x, { training: true }) });
    const n = model({ inputs: x, outputs: new Phase().apply(x) });
    const one = tensor([[5]]);
    expect([await m.apply(one).array(), await n.apply(one).array()]).toEqual([[[1]], [[0]]]);
    expect(await n.apply(one, { training: true }).array()).toEqual([[1]]);
    const half = model({ inputs: x, outputs: new Total().apply([x, x], { half: true }) });
    expect(await half.apply(one).array()).toEqual([[5]]);
  });

  test('casts inputs to the dtype that input() declares', async () => {
    const x = input({ shape: [2], dtype: 'float32' });
    const m = model({ inputs: x, outputs: new Total().apply([x, x]) });
    const bytes = tensor(Uint8Array.of(200, 100), { shape: [1, 2] });
    expect(m.apply(bytes).dtype).toBe('float32');
    expect(await m.apply(bytes).array()).toEqual([[400, 200]]);
  });

  test('a functional model is recreated from its config, including shared layers and call options', async () => {
    const a = input({ shape: [3], name: 'a' });
    const b = input({ shape: [3], name: 'b' });
    const shared = layers.dense({ units: 2 });
    const total = new Total().apply([shared.apply(a), shared.apply(b)], { half: true });
    const m = model({ inputs: [a, b], outputs: new Multiples().applyAll(total), name: 'twins' });
    const config = m.getConfig();
    const copy = await layerFrom('Functional', JSON.parse(JSON.stringify(config)));
    expect(copy).toBeInstanceOf(Functional);
    expect(copy.getConfig()).toEqual(config);
    copy.setWeights(await m.getWeights());
    const given = [X, tensor([[3, 2, 1]])];
    const read = (ys: readonly Tensor[]) => Promise.all(ys.map((y) => y.array()));
    expect(await read(copy.applyAll(given))).toEqual(await read(m.applyAll(given)));
  });

  test('prints a summary with the inputs of each layer', () => {
    const x = input({ shape: [3], name: 'x' });
    const shared = layers.dense({ units: 3, name: 'shared' });
    const m = model({ inputs: x, outputs: new Total({ name: 'total' }).apply([shared.apply(x), x]) });
    const lines = m.summary({ print: null, showTrainable: true }).split('\n');
    expect(lines[0]).toBe('Model: "functional"');
    const row = lines.findIndex((line) => line.includes('total (Total)'));
    expect(lines[row]).toMatch(/\[null, 3\] .* 0 .* shared\[0\]\[0\], .* - /);
    expect(lines[row + 1]).toMatch(/ x\[0\]\[0\] /);
  });

  test('leaves the inputs out of the summary of a chain, and lists several inputs one per line', () => {
    const x = input({ shape: [3], name: 'x' });
    const chain = model({ inputs: x, outputs: layers.dense({ units: 1 }).apply(layers.dense({ units: 2 }).apply(x)) });
    expect(chain.summary({ print: null })).not.toContain('Connected to');
    const many = Array.from({ length: 5 }, (_, i) => layers.dense({ units: 2, name: `branch_${i}` }).apply(x));
    const lines = model({ inputs: x, outputs: layers.add({ name: 'sum' }).apply(many) }).summary({ print: null });
    const column = lines.split('\n').map((line) => line.split('│').at(-2)?.trim());
    expect(column.slice(-9, -4)).toEqual([0, 1, 2, 3, 4].map((i) => `branch_${i}[0][0]${i < 4 ? ',' : ''}`));
    expect(lines).toMatch(/x \(InputLayer\) +│ \[null, 3\] +│ +0 │ - /);
  });

  test('lists the layers of nested models in the summary', () => {
    const x = input({ shape: [3], name: 'x' });
    const inner = sequential([layers.dense({ units: 2, name: 'deep', inputShape: [3] })], { name: 'inner' });
    const middle = sequential([inner, layers.dense({ units: 2, name: 'flat' })], { name: 'middle' });
    const nested = model({ inputs: x, outputs: middle.apply(x) });
    const names = nested.summary({ print: null, expandNested: true }).match(/│ [^│]*\)/g);
    expect(names).toEqual([
      '│ x (InputLayer)',
      '│ middle (Sequential)',
      '│    └ inner (Sequential)',
      '│       └ deep (Dense)',
      '│    └ flat (Dense)',
    ]);
  });

  test('leaves the inputs out of the summary of a chain, and lists several inputs one per line', () => {
    const x = input({ shape: [3], name: 'x' });
    const chain = model({ inputs: x, outputs: layers.dense({ units: 1 }).apply(layers.dense({ units: 2 }).apply(x)) });
    expect(chain.summary({ print: null })).not.toContain('Connected to');
    const many = Array.from({ length: 5 }, (_, i) => layers.dense({ units: 2, name: `branch_${i}` }).apply(x));
    const lines = model({ inputs: x, outputs: layers.add({ name: 'sum' }).apply(many) }).summary({ print: null });
    const column = lines
      .split('\n')
      .slice(-9, -3)
      .map((line) => line.split('│').at(-2)?.trim());
    expect(column).toEqual([
      'branch_0[0][0],',
      'branch_1[0][0],',
      'branch_2[0][0],',
      'branch_3[0][0],',
      'branch_4[0][0]',
      undefined,
    ]);
    expect(lines).toMatch(/x \(InputLayer\) +│ \[null, 3\] +│ +0 │ - /);
  });

  test('lists the layers of nested models in the summary', () => {
    const x = input({ shape: [3], name: 'x' });
    const inner = sequential([layers.dense({ units: 2, name: 'deep', inputShape: [3] })], { name: 'inner' });
    const middle = sequential([inner, layers.dense({ units: 2, name: 'flat' })], { name: 'middle' });
    const nested = model({ inputs: x, outputs: middle.apply(x) });
    const names = nested.summary({ print: null, expandNested: true }).match(/│ [^│]*\)/g);
    expect(names).toEqual([
      '│ x (InputLayer)',
      '│ middle (Sequential)',
      '│    └ inner (Sequential)',
      '│       └ deep (Dense)',
      '│    └ flat (Dense)',
    ]);
  });

  test('can be called in jit and grad, with gradients for every trainable weight', async () => {
    const x = input({ shape: [3] });
    const m = model({ inputs: x, outputs: layers.dense({ units: 1 }).apply(x) });
    const { trainable, state } = m.values();
    const slopes = grad((weights: typeof trainable) => {
      const [y] = toList(m.run({ trainable: weights, state }, X).outputs);
      return mean(y);
    })(trainable);
    expect(await slopes['dense/kernel'].array()).toEqual([[1], [2], [3]]);
    expect(await slopes['dense/bias'].array()).toEqual([1]);
  });
});

describe('errors of Functional', () => {
  test('rejects outputs that depend on an input missing from inputs', () => {
    const a = input({ shape: [3], name: 'a' });
    const b = input({ shape: [3], name: 'b' });
    expect(() => model({ inputs: a, outputs: new Total().apply([a, b]) })).toThrow(
      expect.objectContaining({ code: 'graph', data: expect.objectContaining({ missing: 'b', inputs: ['a'] }) }),
    );
  });

  test('rejects duplicate layer names', () => {
    const x = input({ shape: [3] });
    const y = layers.dense({ units: 3, name: 'same' }).apply(layers.dense({ units: 3, name: 'same' }).apply(x));
    expect(() => model({ inputs: x, outputs: y })).toThrow(
      expect.objectContaining({ code: 'argument', data: { model: 'functional', name: 'same' } }),
    );
  });

  test('names the layer and the layers that produced its inputs in an error about shapes', () => {
    const a = layers.dense({ units: 2, name: 'two' }).apply(input({ shape: [3] }));
    const b = layers.dense({ units: 4, name: 'four' }).apply(input({ shape: [3] }));
    expect(() => new Total({ name: 'total' }).apply([a, b])).toThrow(
      expect.objectContaining({
        code: 'shape',
        data: expect.objectContaining({
          layer: 'total',
          from: ['two', 'four'],
          inputs: [
            [null, 2],
            [null, 4],
          ],
        }),
      }),
    );
  });

  test('accepts more layers in a row than calls fit on the call stack', () => {
    const x = input({ shape: [1] });
    const all = Array.from({ length: 12_000 }, (_, i) => layers.reLU({ name: `relu_${i}` }));
    const deep = model({ inputs: x, outputs: all.reduce((symbol, layer) => layer.apply(symbol), x) });
    expect(deep.layers.length).toBe(12_001);
    expect(deep.calls.get(all[5_000])).toHaveLength(1);
  });

  test('rejects a mixture of tensors and symbolic tensors', () => {
    const x = input({ shape: [3] });
    expect(() => Reflect.apply(Layer.prototype.apply, new Total(), [[x, X]])).toThrow(
      expect.objectContaining({ code: 'argument', data: { kinds: ['a symbolic tensor', 'a tensor'] } }),
    );
    expect(() => Reflect.construct(Functional, [{ inputs: x, outputs: X }])).toThrow(
      expect.objectContaining({ code: 'argument', data: expect.objectContaining({ name: 'outputs' }) }),
    );
  });

  test('rejects a config with a cycle', async () => {
    const describe = (name: string, from: string) => ({
      layer: { kind: 'layer', className: 'Dense', config: { name, units: 3 } },
      inboundNodes: [{ inputs: [from, 0, 0], options: {} }],
    });
    const config = {
      layers: [describe('a', 'b'), describe('b', 'a')],
      inputLayers: ['a', 0, 0],
      outputLayers: ['b', 0, 0],
    };
    await expect(layerFrom('Functional', config)).rejects.toThrow(
      expect.objectContaining({ code: 'graph', data: { layers: ['a', 'b'] } }),
    );
  });
});

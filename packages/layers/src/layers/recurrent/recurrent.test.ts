import '@manabi/backend-cpu/register';
import { beforeEach, describe, expect, test } from '@jest/globals';
import {
  add,
  astype,
  concatenate,
  flip,
  index,
  inspect,
  jit,
  mul,
  ones,
  random,
  sigmoid,
  square,
  sum,
  type Tensor,
  tanh,
  tensor,
  traceGraph,
  valueAndGrad,
  zeros,
} from '@manabi/core';
import { assertArraysClose } from '@manabi/testing';
import { layerFrom } from '../../classes/layer-from.ts';
import {
  CallContext,
  clearSession,
  type Layer,
  layers,
  model,
  RecurrentCell,
  sequential,
  setRandomSeed,
  withMask,
} from '../../index.ts';

beforeEach(() => {
  clearSession();
  setRandomSeed(1);
});

const sequences = (batch: number, steps: number, features: number): Tensor =>
  random.normal(random.key(3), [batch, steps, features]);

async function expectSame(actual: Tensor, expected: Tensor) {
  expect(actual.shape).toEqual(expected.shape);
  assertArraysClose(await actual.data(), await expected.data(), { rtol: 1e-5, atol: 1e-6 }, 'numbers');
}

const stepsOf = (x: Tensor, from: number, to: number): Tensor => index(x, [null, null], [from, to]);

const shapesOf = (layer: Layer) => layer.weights.map(({ name, shape }) => [name, shape]);

describe('weights of recurrent layers', () => {
  test('lstm has kernel [inputs, 4 * units], recurrent_kernel [units, 4 * units] and bias [4 * units], with gates i, f, c, o', async () => {
    const layer = layers.lstm({ units: 2 });
    layer.ensureBuilt({ shape: [null, null, 3], dtype: 'float32' });
    expect(shapesOf(layer)).toEqual([
      ['kernel', [3, 8]],
      ['recurrent_kernel', [2, 8]],
      ['bias', [8]],
    ]);
    // Gates i and o are open, gate f is closed, and the candidate is tanh(1).
    layer.setWeights([zeros([3, 8]), zeros([2, 8]), tensor([99, 99, -99, -99, 1, 1, 99, 99])]);
    const y = await layer.apply(ones([1, 5, 3])).data();
    expect(y[0]).toBeCloseTo(Math.tanh(Math.tanh(1)), 5);
  });

  test('lstm initializes the bias of gate f to ones with unitForgetBias', async () => {
    const biasOf = async (unitForgetBias: boolean): Promise<unknown> => {
      const layer = layers.lstm({ units: 2, unitForgetBias });
      layer.ensureBuilt({ shape: [null, null, 3], dtype: 'float32' });
      return layer.weights[2].value.array();
    };
    expect(await biasOf(true)).toEqual([0, 0, 1, 1, 0, 0, 0, 0]);
    expect(await biasOf(false)).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
  });

  test('gru has a bias [2, 3 * units] by default, and [3 * units] with resetAfter: false', () => {
    const shapesWith = (resetAfter?: boolean) => {
      const layer = layers.gru({ units: 2, resetAfter });
      layer.ensureBuilt({ shape: [null, null, 4], dtype: 'float32' });
      return shapesOf(layer);
    };
    expect(shapesWith()).toEqual([
      ['kernel', [4, 6]],
      ['recurrent_kernel', [2, 6]],
      ['bias', [2, 6]],
    ]);
    expect(shapesWith(false)[2]).toEqual(['bias', [6]]);
  });

  test('gru computes h = z * h + (1 - z) * candidate', async () => {
    const layer = layers.gru({ units: 1 });
    layer.ensureBuilt({ shape: [null, null, 1], dtype: 'float32' });
    // Gate z is closed: the state becomes the candidate.
    layer.setWeights([zeros([1, 3]), zeros([1, 3]), tensor([[-99, 0, 1], [0, 0, 0]])]); // biome-ignore format: a matrix
    const [y] = await layer.apply([ones([1, 1, 1]), ones([1, 1])]).data();
    expect(y).toBeCloseTo(Math.tanh(1), 5);
  });

  test('recurrentActivation defaults to sigmoid for lstm, gru and convLstm2d', () => {
    for (const layer of [
      layers.lstm({ units: 1 }),
      layers.gru({ units: 1 }),
      layers.convLstm2d({ filters: 1, kernelSize: 2 }),
    ]) {
      expect(layer.getConfig()).toMatchObject({ activation: 'tanh', recurrentActivation: 'sigmoid' });
    }
  });
});

describe('recurrent layers', () => {
  const x = layers.input({ shape: [null, 3] });

  test('accept sequences of any length, and return the last output, all outputs, or states', () => {
    expect(layers.lstm({ units: 4 }).apply(x).shape).toEqual([null, 4]);
    expect(layers.gru({ units: 4, returnSequences: true }).apply(x).shape).toEqual([null, null, 4]);
    const outputs = layers.lstm({ units: 4, returnSequences: true, returnState: true }).applyAll(x);
    expect(outputs.map(({ shape }) => shape)).toEqual([
      [null, null, 4],
      [null, 4],
      [null, 4],
    ]);
  });

  test.each([
    ['lstm', 2, () => layers.lstm({ units: 3, returnSequences: true })],
    ['gru', 1, () => layers.gru({ units: 3, returnSequences: true })],
    ['bidirectional', 2, () => layers.bidirectional({ layer: layers.gru({ units: 3, returnSequences: true }) })],
  ] as const)(
    '%s with initial states ignores the mask of its input and applies a mask passed as a call option',
    async (_, count, make) => {
      const layer = make();
      const states = Array.from({ length: count }, () => ones([1, 3]));
      const mask = astype(tensor([[1, 0, 1]]), 'bool');
      const [plain, masked] = [0, 1].map((seed) => {
        const x = random.normal(random.key(7), [1, 3, 2]);
        return seed === 1 ? withMask(x, mask) : x;
      });
      const run = async (x: Tensor, options = {}) => [...(await layer.applyAll([x, ...states], options)[0].data())];
      expect(await run(masked)).toEqual(await run(plain));
      expect(await run(plain, { mask })).not.toEqual(await run(plain));
    },
  );

  test('accept initial states as further inputs, and reject a wrong number of them', async () => {
    const layer = layers.lstm({ units: 2, returnSequences: true, returnState: true });
    const sequence = sequences(2, 6, 3);
    const [whole] = layer.applyAll(sequence);
    const [first, h, c] = layer.applyAll(stepsOf(sequence, 0, 4));
    const [second] = layer.applyAll([stepsOf(sequence, 4, 6), h, c]);
    await expectSame(concatenate([first, second], 1), whole);
    expect(() => layer.applyAll([sequence, h])).toThrow(expect.objectContaining({ code: 'shape' }));
  });

  test('compute equal results with unroll: true and unroll: false', async () => {
    const loop = layers.gru({ units: 2, returnSequences: true, goBackwards: true });
    const sequence = sequences(2, 4, 3);
    const expected = loop.apply(sequence);
    const steps = layers.gru({ units: 2, returnSequences: true, goBackwards: true, unroll: true });
    steps.ensureBuilt(sequence);
    steps.setWeights(loop.weights.map(({ value }) => value));
    await expectSame(steps.apply(sequence), expected);
  });

  test('with goBackwards, read steps from last to first and return outputs in this order', async () => {
    const forwards = layers.simpleRNN({ units: 2, returnSequences: true });
    const sequence = sequences(2, 4, 3);
    const expected = forwards.apply(flip(sequence, 1));
    const backwards = layers.simpleRNN({ units: 2, returnSequences: true, goBackwards: true });
    backwards.ensureBuilt(sequence);
    backwards.setWeights(forwards.weights.map(({ value }) => value));
    await expectSame(backwards.apply(sequence), expected);
  });

  test('run a custom cell, and trace it once for all steps', async () => {
    let calls = 0;
    class Leaky extends RecurrentCell {
      static override readonly className = 'Leaky';
      readonly stateSize = 1;

      override call([input, level]: readonly Tensor[]): readonly Tensor[] {
        calls++;
        const next = add(mul(level, 0.5), input);
        return [mul(next, 10), next];
      }
    }
    const layer = layers.rnn({ cell: new Leaky({}, {}), returnSequences: true, returnState: true });
    const [y, level] = layer.applyAll(tensor([[[1], [1], [1], [1], [1], [1], [1], [1]]]));
    expect(calls).toBeLessThan(8);
    expect((await y.data()).slice(0, 3)).toEqual(new Float32Array([10, 15, 17.5]));
    expect(await level.array()).toEqual([[1.9921875]]);
  });

  test('reject a cell that updates variables in the loop over steps', () => {
    class Counter extends RecurrentCell {
      static override readonly className = 'Counter';
      readonly stateSize = 1;
      readonly count = this.addWeight({ name: 'count', shape: [], initializer: 'zeros', trainable: false });

      override call([, state]: readonly Tensor[], context: CallContext): readonly Tensor[] {
        context.update(this.count, add(context.read(this.count), 1));
        return [state, state];
      }
    }
    expect(() => layers.rnn({ cell: new Counter({}, {}) }).apply(ones([1, 2, 1]))).toThrow(
      expect.objectContaining({ code: 'tracing' }),
    );
  });

  test('reject invalid input ranks and lengths, numbers of states, dropout rates and cells', () => {
    expect(() => layers.lstm({ units: 2 }).apply(layers.input({ shape: [3] }))).toThrow(
      expect.objectContaining({ code: 'shape', data: expect.objectContaining({ layer: 'lstm' }) }),
    );
    const layer = layers.gru({ units: 2 });
    layer.apply(ones([1, 2, 3]));
    expect(() => layer.apply(ones([1, 2, 4]))).toThrow(
      expect.objectContaining({ code: 'shape', data: expect.objectContaining({ layer: 'gru', shape: [1, 2, 4] }) }),
    );
    expect(() => layer.apply(ones([1, 0, 3]))).toThrow(expect.objectContaining({ code: 'shape' }));
    expect(() => layers.gruCell({ units: 2 }).applyAll(ones([1, 3]))).toThrow(
      expect.objectContaining({ code: 'argument', data: expect.objectContaining({ expected: 1, given: 0 }) }),
    );
    expect(() => layers.lstm({ units: 2, dropout: 2 })).toThrow(expect.objectContaining({ code: 'argument' }));
    expect(() => Reflect.apply(layers.rnn, null, [{ cell: layers.dense({ units: 1 }) }])).toThrow(
      expect.objectContaining({ code: 'argument', data: expect.objectContaining({ name: 'cell' }) }),
    );
  });

  test.each([
    layers.simpleRNN({ units: 2, returnState: true }),
    layers.lstm({ units: 2, dropout: 0.1, seed: 3 }),
    layers.gru({ units: 2, resetAfter: false }),
    layers.rnn({ cell: [layers.lstmCell({ units: 2 }), layers.gruCell({ units: 3 })], unroll: true }),
    layers.convLstm2d({ filters: 2, kernelSize: 3 }),
    layers.bidirectional({ layer: layers.lstm({ units: 2, returnSequences: true }), mergeMode: 'ave' }),
  ])('$className is restored from its config', async (layer) => {
    expect((await layerFrom(layer.className, layer.getConfig())).getConfig()).toEqual(layer.getConfig());
  });
});

describe('masks of recurrent layers', () => {
  const x = sequences(1, 4, 3);
  const masked = (values: readonly boolean[]): Tensor => withMask(x, tensor([[...values]]));

  test('a masked step keeps the state and repeats the previous output', async () => {
    const layer = layers.lstm({ units: 2, returnSequences: true });
    const y = layer.apply(masked([true, false, true, false]));
    const unmasked = layer.apply(concatenate([stepsOf(x, 0, 1), stepsOf(x, 2, 3)], 1));
    const [first, second] = [stepsOf(unmasked, 0, 1), stepsOf(unmasked, 1, 2)];
    await expectSame(y, concatenate([first, first, second, second], 1));
  });

  test('outputs of masked steps are zeros with zeroOutputForMask', async () => {
    const layer = layers.gru({ units: 2, returnSequences: true, zeroOutputForMask: true });
    const y = layer.apply(masked([true, false, true, false]));
    expect(await stepsOf(y, 1, 2).data()).toEqual(new Float32Array(2));
    expect(await stepsOf(y, 3, 4).data()).toEqual(new Float32Array(2));
  });

  test('goBackwards reverses the mask together with the input', async () => {
    const backwards = layers.lstm({ units: 2, goBackwards: true, returnSequences: true });
    const y = backwards.apply(masked([true, true, false, true]));
    const forwards = layers.lstm({ units: 2, returnSequences: true });
    forwards.ensureBuilt(x);
    forwards.setWeights(backwards.weights.map(({ value }) => value));
    const reversed = withMask(flip(x, 1), tensor([[true, false, true, true]]));
    await expectSame(y, forwards.apply(reversed));
  });

  test('the mask of the input is passed to the next layer only with returnSequences', () => {
    const sequence = layers.masking().apply(layers.input({ shape: [null, 3] }));
    const bidirectional = layers.bidirectional({ layer: layers.gru({ units: 2, returnSequences: true }) });
    expect(layers.globalAveragePooling1d().apply(bidirectional.apply(sequence)).shape).toEqual([null, 4]);
  });
});

describe('stateful recurrent layers', () => {
  test('continue sample i from the state of sample i of the previous batch, until resetState', async () => {
    const layer = layers.gru({ units: 2, stateful: true, returnSequences: true });
    const x = sequences(2, 4, 3);
    const [first, second] = [layer.apply(stepsOf(x, 0, 2)), layer.apply(stepsOf(x, 2, 4))];
    const whole = layers.gru({ units: 2, returnSequences: true });
    whole.ensureBuilt(x);
    whole.setWeights(layer.weights.map(({ value }) => value));
    await expectSame(concatenate([first, second], 1), whole.apply(x));
    layer.resetState();
    await expectSame(layer.apply(stepsOf(x, 0, 2)), first);
  });

  test('exclude states from weights, and include them in the updates of model.run', async () => {
    const net = sequential([
      layers.lstm({ units: 2, stateful: true, batchShape: [2, null, 3] }),
      layers.dense({ units: 1 }),
    ]);
    expect(net.weights.map(({ name }) => name)).toEqual(['kernel', 'recurrent_kernel', 'bias', 'kernel', 'bias']);
    const { updates } = net.run(net.values(), ones([2, 4, 3]));
    expect(Object.keys(updates)).toEqual(['lstm/rnn_state', 'lstm/rnn_state_1']);
    expect(Object.keys(net.values().state)).toEqual(Object.keys(updates));
  });

  test('require a fixed batch size', () => {
    expect(() => layers.lstm({ units: 2, stateful: true }).apply(layers.input({ shape: [4, 3] }))).toThrow(
      expect.objectContaining({ code: 'shape', data: expect.objectContaining({ option: 'batchShape' }) }),
    );
    const layer = layers.lstm({ units: 2, stateful: true });
    layer.apply(ones([2, 4, 3]));
    expect(() => layer.apply(ones([3, 4, 3]))).toThrow(
      expect.objectContaining({ code: 'shape', data: expect.objectContaining({ expected: 2, given: 3 }) }),
    );
  });
});

describe('dropout of recurrent layers', () => {
  test('draws one dropout mask per call and applies it to all steps', async () => {
    const layer = layers.simpleRNN({
      units: 8,
      dropout: 0.5,
      returnSequences: true,
      activation: null,
      kernelInitializer: 'identity',
      recurrentInitializer: 'zeros',
    });
    const y = await index(layer.apply(ones([1, 3, 8]), { training: true, key: random.key(5) }), 0).array();
    expect(new Set([y].flat(2))).toEqual(new Set([0, 2]));
    expect(y).toEqual([[y].flat()[0], [y].flat()[0], [y].flat()[0]]);
  });

  test('drops no elements at inference', async () => {
    const layer = layers.lstm({ units: 2, dropout: 0.5, recurrentDropout: 0.5 });
    const x = sequences(1, 3, 2);
    await expectSame(layer.apply(x), layer.apply(x));
  });

  test('draws one dropout mask per gate if recurrentDropout is positive', async () => {
    const gatesOf = async (recurrentDropout: number) => {
      const layer = layers.lstm({ units: 1, dropout: 0.5, recurrentDropout });
      layer.ensureBuilt({ shape: [null, null, 64], dtype: 'float32' });
      const { run } = probe();
      const context = new CallContext(run, { training: true });
      layer.setWeights([ones([64, 4]), zeros([1, 4]), zeros([4])]);
      const [gates] = layer.cell.begin([1, 64], context).prepare(ones([1, 64]));
      return new Set(await gates.data());
    };
    expect((await gatesOf(0)).size).toBe(1);
    expect((await gatesOf(0.5)).size).toBeGreaterThan(1);
  });
});

/** Returns a call context that reads the current values of variables and draws separate random keys. */
function probe() {
  let count = 0;
  const run: CallContext['run'] = {
    probing: false,
    read: (variable) => variable.value,
    update: () => {},
    addLoss: () => {},
    key: () => random.key(count++),
  };
  return { run };
}

describe('bidirectional', () => {
  test('returns backward outputs in the order of steps, and forward states before backward states', async () => {
    const layer = layers.bidirectional({ layer: layers.gru({ units: 2, returnSequences: true, returnState: true }) });
    const x = sequences(2, 4, 3);
    const [y, forwardState, backwardState] = layer.applyAll(x);
    expect(layer.weights.map(({ path }) => path)).toHaveLength(6);
    expect([layer.forwardLayer.name, layer.backwardLayer.name]).toEqual(['forward_gru', 'backward_gru']);
    await expectSame(forwardState, index(y, [null, null], -1, [0, 2]));
    await expectSame(backwardState, index(y, [null, null], 0, [2, 4]));
  });

  test('without returnSequences, the backward output is that of the first step, which is read last', async () => {
    const layer = layers.bidirectional({ layer: layers.gru({ units: 2 }), mergeMode: null });
    const x = sequences(1, 4, 3);
    const [, last] = layer.applyAll(x);
    const backwards = layers.gru({ units: 2 });
    backwards.ensureBuilt(x);
    backwards.setWeights(layer.backwardLayer.weights.map(({ value }) => value));
    await expectSame(last, backwards.apply(flip(x, 1)));
  });

  test('returns zeros for masked steps of sequences', async () => {
    const layer = layers.bidirectional({ layer: layers.lstm({ units: 2, returnSequences: true }) });
    const x = withMask(sequences(1, 3, 3), tensor([[true, true, false]]));
    expect(await stepsOf(layer.apply(x), 2, 3).data()).toEqual(new Float32Array(4));
  });

  test('rejects layers with equal goBackwards or different returnSequences', () => {
    const gru = layers.gru({ units: 2 });
    expect(() => layers.bidirectional({ layer: gru, backwardLayer: layers.gru({ units: 2 }) })).toThrow(
      expect.objectContaining({ code: 'argument', data: expect.objectContaining({ name: 'goBackwards' }) }),
    );
    const other = layers.gru({ units: 2, goBackwards: true, returnSequences: true });
    expect(() => layers.bidirectional({ layer: gru, backwardLayer: other })).toThrow(
      expect.objectContaining({ data: expect.objectContaining({ name: 'returnSequences' }) }),
    );
  });
});

describe('convLstm2d', () => {
  test('applies strides and padding to the input, and stride 1 and "same" to the state', () => {
    const layer = layers.convLstm2d({ filters: 4, kernelSize: 3, strides: 2, returnSequences: true });
    expect(layer.apply(layers.input({ shape: [null, 9, 8, 2] })).shape).toEqual([null, null, 4, 3, 4]);
    expect(shapesOf(layer)).toEqual([
      ['kernel', [3, 3, 2, 16]],
      ['recurrent_kernel', [3, 3, 4, 16]],
      ['bias', [16]],
    ]);
  });
});

describe('recurrent layers with built-in activations', () => {
  const named = { activation: 'tanh', recurrentActivation: 'sigmoid' };
  const unnamed = { activation: (x: Tensor) => tanh(x), recurrentActivation: (x: Tensor) => sigmoid(x) };
  const makers: Readonly<Record<string, (functions: typeof named | typeof unnamed) => Layer>> = {
    lstm: (functions) => layers.lstm({ units: 5, ...functions }),
    gru: (functions) => layers.gru({ units: 5, returnSequences: true, ...functions }),
    'gru with resetAfter: false': (functions) =>
      layers.gru({ units: 5, resetAfter: false, goBackwards: true, ...functions }),
    simpleRnn: ({ activation }) => layers.simpleRNN({ units: 5, activation, goBackwards: true, returnSequences: true }),
  };
  const x = sequences(3, 6, 4);

  test.each(Object.entries(makers))(
    '%s is traced as one composite operator, with results and gradients bit-identical to those of a loop',
    async (name, make) => {
      const layer = make(named);
      const loop = make(unnamed);
      layer.ensureBuilt(x);
      loop.ensureBuilt(x);
      loop.setWeights(await layer.getWeights());
      const callsOf = (one: Layer): string[] =>
        traceGraph((input: Tensor) => one.apply(input), x).graph.nodes.flatMap((node) =>
          node.op === 'call' ? [node.attributes.name] : [],
        );
      expect(callsOf(layer)).toEqual([name.split(' ')[0]]);
      expect(callsOf(loop)).toEqual([]);
      const pass = (one: Layer) => jit(valueAndGrad((input: Tensor) => sum(square(one.apply(input)))));
      const [value, slope] = await pass(layer)(x);
      const [expected, expectedSlope] = await pass(loop)(x);
      expect(await value.data()).toEqual(await expected.data());
      expect(await slope.data()).toEqual(await expectedSlope.data());
      expect(await layer.apply(x).data()).toEqual(await loop.apply(x).data());
    },
  );
});

/** Plan step that computes a matrix product: the routine `dot`, unless the tests run without routines. */
const PRODUCT = process.env.MANABI_ROUTINES === 'off' ? 'kernel' : 'dot';

test('lstm computes the kernel products of all steps in one product before the loop', async () => {
  const layer = layers.lstm({ units: 8 });
  layer.ensureBuilt({ shape: [null, null, 4], dtype: 'float32' });
  layer.setWeights([ones([4, 32]), ones([8, 32]), ones([32])]);
  const run = jit(function recur(x: Tensor): Tensor {
    return layer.apply(x);
  });
  const plan = await inspect(run, ones([3, 20, 4]));
  const steps = [...plan.matchAll(/step \d+: (dot|loop|kernel)/g)].map(([, kind]) => kind);
  // Expected: zeros for the states, one product for all steps, and a loop with the product of the state and the gates.
  expect(steps).toEqual(['kernel', PRODUCT, 'loop', PRODUCT, 'kernel']);
});

test('recurrent layers can be applied to symbolic tensors of functional models', () => {
  const x = layers.input({ shape: [null], dtype: 'int32' });
  const embedded = layers.embedding({ inputDim: 50, outputDim: 8, maskZero: true }).apply(x);
  const y = layers
    .dense({ units: 1 })
    .apply(layers.bidirectional({ layer: layers.lstm({ units: 4 }) }).apply(embedded));
  expect(model({ inputs: x, outputs: y }).outputTypes).toMatchObject([{ shape: [null, 1] }]);
});

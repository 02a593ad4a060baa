import { describe, expect, test } from '@jest/globals';
import { applyComposite, type CompositeConfigs, type Exportable, hostArray, type TensorType } from '@manabi/ir';
import { exportOnnx } from '../export/export-onnx.ts';
import { differences, familyOf, numbers } from '../family.fixture.ts';
import { inspectOnnx } from '../inspect/inspect-onnx.ts';
import { decode } from '../proto/decode.ts';

const STEPS = 4;
const INPUTS = 3;
const UNITS = 2;

const plain = { activation: 'tanh', reverse: false, sequences: true } as const;
const gated = { ...plain, recurrentActivation: 'sigmoid' } as const;

const sequence = (size: number): TensorType => ({ dtype: 'float32', shape: [size, STEPS, INPUTS] });
const state = (size: number): TensorType => ({ dtype: 'float32', shape: [size, UNITS] });

interface Network<K extends 'lstm' | 'gru' | 'simpleRnn'> {
  readonly name: K;
  readonly gates: number;
  readonly states: number;
  readonly bias?: readonly number[];
  readonly config: CompositeConfigs[K];
}

function weightsOf({ gates, bias }: Network<'lstm' | 'gru' | 'simpleRnn'>) {
  return {
    kernel: numbers(INPUTS, gates * UNITS),
    recurrentKernel: numbers(UNITS, gates * UNITS),
    ...(bias === undefined ? {} : { bias: numbers(...bias) }),
  };
}

/**
 * Creates a network of one recurrent composite. Its weights are parameters, and its initial states are zeros or inputs
 * of the network.
 */
function networkOf<K extends 'lstm' | 'gru' | 'simpleRnn'>(network: Network<K>, given: 'zeros' | 'inputs'): Exportable {
  const { name, states, config } = network;
  return familyOf({
    parameters: weightsOf(network),
    inputs: (size) => ({
      x: sequence(size),
      ...(given === 'inputs'
        ? Object.fromEntries(Array.from({ length: states }, (_, i) => [`s${i}`, state(size)]))
        : {}),
    }),
    build: (b, values, size) => {
      const { x, kernel, recurrentKernel, bias } = values;
      const first = Array.from({ length: states }, (_, i) =>
        given === 'inputs' ? values[`s${i}`] : b.constant(0, 'float32', [size, UNITS]),
      );
      const operands = [x, kernel, recurrentKernel, ...first, ...(bias === undefined ? [] : [bias])];
      return applyComposite(b, name, operands, config);
    },
  });
}

const lstm: Network<'lstm'> = { name: 'lstm', gates: 4, states: 2, bias: [4 * UNITS], config: gated };
const gru: Network<'gru'> = {
  name: 'gru',
  gates: 3,
  states: 1,
  bias: [2, 3 * UNITS],
  config: { ...gated, resetAfter: true },
};
const simpleRnn: Network<'simpleRnn'> = { name: 'simpleRnn', gates: 1, states: 1, bias: [UNITS], config: plain };

const networks = {
  LSTM: [
    lstm,
    { ...lstm, bias: undefined, config: { ...gated, reverse: true, activation: 'relu' } },
    { ...lstm, config: { ...gated, sequences: false, recurrentActivation: 'hardSigmoid' } },
  ],
  GRU: [
    gru,
    { ...gru, bias: [3 * UNITS], config: { ...gated, resetAfter: false, reverse: true } },
    { ...gru, bias: undefined, config: { ...gated, resetAfter: true, sequences: false, activation: 'elu' } },
  ],
  RNN: [
    simpleRnn,
    { ...simpleRnn, config: { ...plain, activation: 'linear', reverse: true } },
    { ...simpleRnn, config: { ...plain, activation: 'leakyRelu', sequences: false } },
  ],
} satisfies Record<string, readonly Network<'lstm' | 'gru' | 'simpleRnn'>[]>;

describe.each(Object.entries(networks))('%s', (opType, forms: readonly Network<'lstm' | 'gru' | 'simpleRnn'>[]) => {
  test.each(['zeros', 'inputs'] as const)(
    'is written by exportOnnx for recurrent composites with initial states from %s, with equal outputs at any batch size',
    async (given) => {
      for (const form of forms) {
        const family = networkOf(form, given);
        const { operators } = inspectOnnx(await exportOnnx(family));
        expect(operators).toMatchObject({ [opType]: 1 });
        expect(operators).not.toHaveProperty('Scan');
        expect(await differences(family)).toEqual([]);
      }
    },
  );
});

test('exportOnnx stores LSTM weights in the layout of ONNX: gates in the order i, o, f, c, and one row per unit', async () => {
  const column = Float32Array.of(1, 2, 10, 20, 100, 200, 1000, 2000);
  const family = familyOf({
    parameters: {
      kernel: hostArray('float32', [1, 8], column),
      recurrentKernel: numbers(UNITS, 8),
      bias: hostArray('float32', [8], column),
    },
    inputs: (size) => ({ x: { dtype: 'float32', shape: [size, STEPS, 1] } }),
    build: (b, { x, kernel, recurrentKernel, bias }, size) => {
      const zeros = b.constant(0, 'float32', [size, UNITS]);
      return applyComposite(b, 'lstm', [x, kernel, recurrentKernel, zeros, zeros, bias], gated);
    },
  });
  const { graph } = decode('ModelProto', await exportOnnx(family));
  const [node] = graph?.node?.filter(({ opType }) => opType === 'LSTM') ?? [];
  const stored = (position: number): number[] => {
    const tensor = graph?.initializer?.find(({ name }) => name === node.input?.[position]);
    const bytes = Uint8Array.from(tensor?.rawData ?? []);
    return [...new Float32Array(bytes.buffer)];
  };
  const ordered = [1, 2, 1000, 2000, 10, 20, 100, 200];
  expect(stored(1)).toEqual(ordered);
  expect(stored(3)).toEqual([...ordered, ...new Array<number>(8).fill(0)]);
  // Initial states of zeros are omitted, because zeros are their default in ONNX.
  expect(node.input?.slice(4) ?? []).toEqual([]);
});

test('exportOnnx writes nodes that reorder the gates of LSTM weights computed at run time', async () => {
  const family = familyOf({
    inputs: (size) => ({
      x: sequence(size),
      kernel: { dtype: 'float32', shape: [INPUTS, 4 * UNITS] },
      recurrentKernel: { dtype: 'float32', shape: [UNITS, 4 * UNITS] },
      bias: { dtype: 'float32', shape: [4 * UNITS] },
    }),
    build: (b, { x, kernel, recurrentKernel, bias }, size) => {
      const zeros = b.constant(0, 'float32', [size, UNITS]);
      return applyComposite(b, 'lstm', [x, kernel, recurrentKernel, zeros, zeros, bias], gated);
    },
  });
  expect(await differences(family)).toEqual([]);
});

test('exportOnnx writes one transpose for both directions of a bidirectional LSTM, and no nodes for unused final states', async () => {
  const family = familyOf({
    parameters: weightsOf(lstm),
    inputs: (size) => ({ x: sequence(size) }),
    build: (b, { x, kernel, recurrentKernel, bias }, size) => {
      const zeros = b.constant(0, 'float32', [size, UNITS]);
      const operands = [x, kernel, recurrentKernel, zeros, zeros, bias];
      const config = { ...gated, sequences: false };
      const [forward] = applyComposite(b, 'lstm', operands, config);
      const [backward] = applyComposite(b, 'lstm', operands, { ...config, reverse: true });
      return [b.concat([forward, backward], 1)];
    },
  });
  const { operators } = inspectOnnx(await exportOnnx(family));
  expect(operators).toEqual({ LSTM: 2, Reshape: 2, Concat: 1, Transpose: 1 });
  expect(await differences(family)).toEqual([]);
});

test('exportOnnx writes a float64 LSTM as elementary operators, because ONNX Runtime has no float64 LSTM kernel', async () => {
  const type = (...shape: number[]): TensorType => ({ dtype: 'float64', shape });
  const family = familyOf({
    inputs: (size) => ({
      x: type(size, STEPS, INPUTS),
      kernel: type(INPUTS, 4 * UNITS),
      recurrentKernel: type(UNITS, 4 * UNITS),
      state: type(size, UNITS),
    }),
    build: (b, { x, kernel, recurrentKernel, state: first }) =>
      applyComposite(b, 'lstm', [x, kernel, recurrentKernel, first, first], gated),
  });
  const { operators } = inspectOnnx(await exportOnnx(family));
  expect(operators).toHaveProperty('Scan');
  expect(operators).not.toHaveProperty('LSTM');
});
